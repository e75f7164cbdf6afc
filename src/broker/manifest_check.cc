// SPDX-License-Identifier: Apache-2.0
#include "broker/manifest_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "broker/encode.h"
#include "broker/manifest_view.h"

namespace broker {
namespace {

using wire::Escape;
using wire::Piece;
using wire::PieceKind;

// What the checks of one tool need to look at.
struct Scope {
  const wire::Manifest& manifest;
  const wire::ToolSpec& tool;
};

base::Error wrong(const Scope& scope, std::string_view what) {
  return base::invalid(fmt::format("manifest: tool {}: {}", scope.tool.name, what));
}

bool is_array(const wire::ArgumentSpec& spec) { return spec.type == wire::ArgumentType::kArray; }

bool secret_allowed(const Scope& scope, std::string_view name) {
  return std::ranges::any_of(scope.tool.secrets, [&](std::uint32_t i) {
    const wire::SecretSpec& secret = scope.manifest.secrets[i];
    return secret.name == name &&
           std::ranges::find(secret.origins, scope.tool.origin) != secret.origins.end();
  });
}

bool safe_literal(Escape place, std::string_view text) {
  switch (place) {
    case Escape::kPathSegment: return is_path_literal(text);
    case Escape::kQueryValue:
    case Escape::kFormValue: return is_query_literal(text);
    case Escape::kHeaderValue: return is_header_value(text);
    default: return true;
  }
}

// One piece of a template whose place has the encoder `place`.
base::Status check_piece(const Scope& scope, const Piece& piece, Escape place) {
  switch (piece.kind) {
    case PieceKind::kLiteral:
      if (piece.escape == Escape::kNone && !safe_literal(place, piece.text))
        return wrong(scope, "a literal would leave its place");
      if (piece.escape != Escape::kNone && piece.escape != place)
        return wrong(scope, "a literal with the encoder of another place");
      return base::ok();
    case PieceKind::kArgument: {
      const wire::ArgumentSpec* spec = argument_of(scope.tool, piece.text);
      if (spec == nullptr) return wrong(scope, "a template names an undeclared argument");
      if (piece.escape != place)
        return wrong(scope, "an argument with the encoder of another place");
      if (is_array(*spec)) return wrong(scope, "an array outside of a JSON array");
      return base::ok();
    }
    case PieceKind::kSecret:
    case PieceKind::kBasicSecret:
      if (!secret_allowed(scope, piece.text))
        return wrong(scope, "a template names a secret that the tool or its origin may not have");
      if (piece.kind == PieceKind::kBasicSecret && place != Escape::kHeaderValue)
        return wrong(scope, "basic credentials outside of a header");
      return base::ok();
    default: return wrong(scope, "a JSON piece outside of a JSON body");
  }
}

base::Status check_pieces(const Scope& scope, const wire::Template& pieces, Escape place) {
  for (const Piece& piece : pieces) TRY(check_piece(scope, piece, place));
  return base::ok();
}

base::Status check_named(const Scope& scope, const std::vector<wire::NamedTemplate>& list,
                         Escape place) {
  if (list.size() > base::limits::kHeaders) return wrong(scope, "too many parameters");
  for (const wire::NamedTemplate& entry : list) {
    if (entry.name.empty()) return wrong(scope, "a parameter without name");
    TRY(check_pieces(scope, entry.value, place));
  }
  return base::ok();
}

base::Status check_headers(const Scope& scope) {
  for (const wire::NamedTemplate& header : scope.tool.headers)
    if (!is_header_name(header.name) || is_reserved_header(header.name))
      return wrong(scope, fmt::format("header {} may not be set", header.name));
  return check_named(scope, scope.tool.headers, Escape::kHeaderValue);
}

base::Status check_path(const Scope& scope) {
  const wire::Template& path = scope.tool.path;
  if (path.empty() || path[0].kind != PieceKind::kLiteral || !path[0].text.starts_with('/') ||
      path[0].text.starts_with("//"))
    return wrong(scope, "the path does not begin with one slash");
  TRY(check_pieces(scope, path, Escape::kPathSegment));
  std::string read;  // as a server reads it, with "x" for what is filled in
  for (const Piece& piece : path) {
    if (piece.kind == PieceKind::kLiteral) append_path_literal(read, piece.text);
    else read += 'x';
  }
  if (has_odd_segment(read)) return wrong(scope, "a path with a dot segment or an empty one");
  return base::ok();
}

base::Status check_json_piece(const Scope& scope, const Piece& piece, bool in_string) {
  if (piece.kind == PieceKind::kSecret) {
    if (!secret_allowed(scope, piece.text)) return wrong(scope, "a secret that it may not have");
    return base::ok();
  }
  if (piece.kind == PieceKind::kBasicSecret) return wrong(scope, "basic credentials in a body");
  const bool raw_text =
      piece.kind == PieceKind::kKey ||
      (piece.kind == PieceKind::kLiteral && in_string && piece.escape == Escape::kNone);
  if (raw_text && !is_json_string_inside(piece.text))
    return wrong(scope, "a text that would leave its JSON string");
  if (piece.kind == PieceKind::kLiteral && !in_string && !is_json_scalar(piece.text))
    return wrong(scope, "a literal of the body that is no JSON scalar");
  if (piece.kind != PieceKind::kArgument) return base::ok();
  const wire::ArgumentSpec* spec = argument_of(scope.tool, piece.text);
  if (spec == nullptr) return wrong(scope, "the body names an undeclared argument");
  const Escape wanted = in_string         ? Escape::kJsonString
                        : is_array(*spec) ? Escape::kJsonArray
                                          : Escape::kJsonScalar;
  if (piece.escape != wanted || (in_string && is_array(*spec)))
    return wrong(scope, "an argument with the encoder of another place");
  return base::ok();
}

base::Status check_body(const Scope& scope) {
  switch (scope.tool.body_kind) {
    case wire::BodyKind::kNone: return base::ok();
    case wire::BodyKind::kForm: return check_named(scope, scope.tool.form, Escape::kFormValue);
    case wire::BodyKind::kRaw: return check_pieces(scope, scope.tool.body, Escape::kRawBody);
    case wire::BodyKind::kJson: break;
  }
  if (!check_json_template(scope.tool.body).ok()) return wrong(scope, "the JSON body is malformed");
  bool in_string = false;
  for (const Piece& piece : scope.tool.body) {
    if (piece.kind == PieceKind::kOpenString) in_string = true;
    if (piece.kind == PieceKind::kCloseString) in_string = false;
    TRY(check_json_piece(scope, piece, in_string));
  }
  return base::ok();
}

base::Status check_tool(const Scope& scope) {
  const wire::ToolSpec& tool = scope.tool;
  if (!wire::is_name(tool.name)) return base::invalid("manifest: a tool without a valid name");
  if (tool.origin >= scope.manifest.origins.size()) return wrong(scope, "unknown origin");
  if (tool.arguments.size() > base::limits::kArguments) return wrong(scope, "too many arguments");
  std::set<std::string_view> names;
  for (const wire::ArgumentSpec& spec : tool.arguments) {
    if (!wire::is_name(spec.name) || spec.name.find('/') != std::string::npos ||
        !names.insert(spec.name).second)
      return wrong(scope, "an argument without a valid name of its own");
    if (is_array(spec) && spec.item == wire::ArgumentType::kArray)
      return wrong(scope, "an array of arrays");
  }
  for (const std::uint32_t i : tool.secrets) {
    if (i >= scope.manifest.secrets.size()) return wrong(scope, "unknown secret");
    if (!secret_allowed(scope, scope.manifest.secrets[i].name))
      return wrong(scope, "a secret that is not bound to its origin");
  }
  TRY(check_path(scope));
  TRY(check_named(scope, tool.query, Escape::kQueryValue));
  TRY(check_headers(scope));
  return check_body(scope);
}

base::Status check_secret(const wire::Manifest& manifest, const wire::SecretSpec& secret) {
  if (!wire::is_name(secret.name)) return base::invalid("manifest: a secret without a valid name");
  for (const std::uint32_t origin : secret.origins)
    if (origin >= manifest.origins.size())
      return base::invalid(fmt::format("manifest: secret {}: unknown origin", secret.name));
  return base::ok();
}

// Walks the structure only: what may follow what.
class JsonShape {
 public:
  base::Status step(PieceKind kind) {
    if (done_) return bad();
    if (in_string_) return inside_string(kind);
    switch (kind) {
      case PieceKind::kKey:
        if (open_.empty() || !open_.back() || key_) return bad();
        key_ = true;
        return base::ok();
      case PieceKind::kOpenObject:
      case PieceKind::kOpenArray:
        TRY(begin_value());
        open_.push_back(kind == PieceKind::kOpenObject);
        return open_.size() <= kDepth ? base::ok() : bad();
      case PieceKind::kCloseObject:
      case PieceKind::kCloseArray:
        if (open_.empty() || key_ || open_.back() != (kind == PieceKind::kCloseObject))
          return bad();
        open_.pop_back();
        return end_value();
      case PieceKind::kOpenString:
        TRY(begin_value());
        in_string_ = true;
        return base::ok();
      case PieceKind::kCloseString: return bad();
      default: TRY(begin_value()); return end_value();
    }
  }
  bool complete() const { return done_; }

 private:
  static constexpr std::size_t kDepth = 64;
  static base::Error bad() { return base::invalid("malformed JSON template"); }
  base::Status inside_string(PieceKind kind) {
    if (kind == PieceKind::kCloseString) {
      in_string_ = false;
      return end_value();
    }
    const bool text =
        kind == PieceKind::kLiteral || kind == PieceKind::kArgument || kind == PieceKind::kSecret;
    return text ? base::ok() : bad();
  }
  base::Status begin_value() {
    if (!open_.empty() && open_.back() && !key_) return bad();
    key_ = false;
    return base::ok();
  }
  base::Status end_value() {
    done_ = open_.empty();
    return base::ok();
  }
  std::vector<bool> open_;  // true: an object
  bool key_ = false;
  bool in_string_ = false;
  bool done_ = false;
};

}  // namespace

base::Status check_json_template(const wire::Template& body) {
  JsonShape shape;
  for (const Piece& piece : body) TRY(shape.step(piece.kind));
  return shape.complete() ? base::ok() : base::Status(base::invalid("unfinished JSON template"));
}

base::Status check_manifest(const wire::Manifest& manifest) {
  if (!wire::is_name(manifest.tenant)) return base::invalid("manifest: no valid tenant");
  if (manifest.tools.size() > base::limits::kTools)
    return base::invalid("manifest: too many tools");
  if (manifest.secrets.size() > base::limits::kSecrets)
    return base::invalid("manifest: too many secrets");
  std::set<std::string_view> names;
  for (const wire::SecretSpec& secret : manifest.secrets) {
    TRY(check_secret(manifest, secret));
    if (!names.insert(secret.name).second)
      return base::invalid(fmt::format("manifest: secret {} occurs twice", secret.name));
  }
  names.clear();
  for (const wire::ToolSpec& tool : manifest.tools) {
    TRY(check_tool({manifest, tool}));
    if (!names.insert(tool.name).second)
      return base::invalid(fmt::format("manifest: tool {} occurs twice", tool.name));
  }
  return base::ok();
}

}  // namespace broker
