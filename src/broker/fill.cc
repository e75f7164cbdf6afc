// SPDX-License-Identifier: Apache-2.0
#include "broker/fill.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "broker/encode.h"
#include "broker/numbers.h"
#include "broker/reveal.h"

namespace broker {
namespace {

using wire::Escape;
using wire::Piece;
using wire::PieceKind;

// SECURITY: error texts name the argument or the secret, never what it holds.
base::Error named(base::Error error, const char* what, std::string_view name) {
  return {error.code, fmt::format("{} {}: {}", what, name, error.message)};
}

base::Result<bool> append_secret(std::string& out, const Fill& fill, const Piece& piece,
                                 Escape place) {
  TRY_AS(const Secret* secret, fill.secret(piece.text));
  const std::string_view value = Injector::open(*secret);
  base::Status done = base::ok();
  if (piece.kind == PieceKind::kBasicSecret) {
    std::string pair = piece.extra + ":";
    pair += value;
    std::string coded = base::base64(pair);
    done = append_encoded(out, place, coded);
    base::wipe(pair);
    base::wipe(coded);
  } else {
    done = append_encoded(out, place, value);
  }
  if (!done.ok())
    return named({base::Errc::kUnavailable, done.error().message}, "secret", piece.text);
  return true;
}

base::Result<bool> append_argument(std::string& out, const Fill& fill, const Piece& piece,
                                   Escape place) {
  const wire::Leaf* leaf = fill.argument(piece.text);
  if (leaf == nullptr) return false;
  const base::Status done = append_encoded(out, place, leaf->text);
  if (!done.ok()) return named(done.error(), "argument", piece.text);
  return true;
}

// A scalar as JSON. The grammar of numbers is checked here once more: the renderer writes nothing
// unquoted that it has not looked at itself.
base::Status append_scalar(std::string& out, const wire::Leaf& leaf) {
  switch (leaf.kind) {
    case wire::LeafKind::kString:
      out += '"';
      TRY(append_json_string(out, leaf.text));
      out += '"';
      return base::ok();
    case wire::LeafKind::kInteger:
    case wire::LeafKind::kNumber:
      if (!is_number(leaf.text)) return base::invalid("not a number");
      out += leaf.text;
      return base::ok();
    case wire::LeafKind::kBoolean:
      if (leaf.text != "true" && leaf.text != "false") return base::invalid("not a boolean");
      out += leaf.text;
      return base::ok();
    case wire::LeafKind::kNull: break;
  }
  return base::invalid("null");
}

base::Status append_array(std::string& out, const std::vector<const wire::Leaf*>& items) {
  out += '[';
  for (const wire::Leaf* item : items) {
    if (item != items.front()) out += ',';
    TRY(append_scalar(out, *item));
  }
  out += ']';
  return base::ok();
}

// Writes a JSON body from its pieces. Commas and keys are written only when the value they belong
// to is there.
class JsonWriter {
 public:
  explicit JsonWriter(const Fill& fill) : fill_(fill) {}

  base::Status write(const wire::Template& body) {
    for (std::size_t i = 0; i < body.size(); ++i) {
      if (body[i].kind == PieceKind::kOpenString) TRY(write_string(body, i));
      else TRY(write_piece(body[i]));
    }
    return base::ok();
  }
  std::string take() { return std::move(out_); }

 private:
  base::Status write_piece(const Piece& piece) {
    switch (piece.kind) {
      case PieceKind::kKey: key_ = &piece.text; return base::ok();
      case PieceKind::kOpenObject: return open('{');
      case PieceKind::kOpenArray: return open('[');
      case PieceKind::kCloseObject: return close('}');
      case PieceKind::kCloseArray: return close(']');
      case PieceKind::kLiteral:
        begin_value();
        out_ += piece.text;
        return base::ok();
      case PieceKind::kArgument: return write_argument(piece);
      case PieceKind::kSecret: return write_secret(piece);
      default: return base::invalid("malformed JSON template");
    }
  }

  // Pieces up to the closing quote; `i` is left on it. The whole string is dropped if one is
  // absent.
  base::Status write_string(const wire::Template& body, std::size_t& i) {
    std::string text;
    bool whole = true;
    for (++i; i < body.size() && body[i].kind != PieceKind::kCloseString; ++i) {
      TRY_AS(const bool there, append_piece(text, fill_, body[i], Escape::kJsonString));
      whole = whole && there;
    }
    if (whole) {
      begin_value();
      out_ += '"';
      out_ += text;
      out_ += '"';
    }
    base::wipe(text);
    key_ = nullptr;
    return base::ok();
  }

  base::Status write_argument(const Piece& piece) {
    const wire::ArgumentSpec* spec = argument_of(fill_.tool, piece.text);
    if (spec == nullptr) return base::invalid("malformed JSON template");
    base::Status done = base::ok();
    if (piece.escape == Escape::kJsonArray) {
      const auto items = fill_.items(piece.text);
      if (!items.empty() || spec->required) {
        begin_value();
        done = append_array(out_, items);
      }
    } else if (const wire::Leaf* leaf = fill_.argument(piece.text); leaf != nullptr) {
      begin_value();
      done = append_scalar(out_, *leaf);
    }
    key_ = nullptr;
    if (!done.ok()) return named(done.error(), "argument", piece.text);
    return done;
  }

  base::Status write_secret(const Piece& piece) {
    begin_value();
    out_ += '"';
    TRY(append_secret(out_, fill_, piece, Escape::kJsonString));
    out_ += '"';
    return base::ok();
  }

  // The comma before a value and its key.
  void begin_value() {
    if (!fresh_) out_ += ',';
    fresh_ = false;
    if (key_ == nullptr) return;
    out_ += '"';
    out_ += *key_;
    out_ += "\":";
    key_ = nullptr;
  }
  base::Status open(char bracket) {
    begin_value();
    out_ += bracket;
    fresh_ = true;
    return base::ok();
  }
  base::Status close(char bracket) {
    out_ += bracket;
    fresh_ = false;
    return base::ok();
  }

  const Fill& fill_;
  const std::string* key_ = nullptr;
  bool fresh_ = true;  // nothing stands yet in the innermost bracket
  std::string out_;
};

}  // namespace

const wire::Leaf* Fill::argument(std::string_view name) const {
  for (const wire::Leaf& leaf : leaves)
    if (leaf.path == name) return &leaf;
  return nullptr;
}

std::vector<const wire::Leaf*> Fill::items(std::string_view name) const {
  std::vector<const wire::Leaf*> out;
  for (const wire::Leaf& leaf : leaves)
    if (leaf.path.size() > name.size() && leaf.path.starts_with(name) &&
        leaf.path[name.size()] == '/')
      out.push_back(&leaf);
  return out;
}

base::Result<const Secret*> Fill::secret(std::string_view name) const {
  const auto index = view.secret_of(tool, name);
  const Secret* value = index ? secrets(*index) : nullptr;
  if (value == nullptr)
    return base::Error{base::Errc::kUnavailable, fmt::format("secret {} is not there", name)};
  return value;
}

base::Status append_encoded(std::string& out, Escape place, std::string_view text) {
  switch (place) {
    case Escape::kPathSegment:
      TRY(check_segment(text));
      append_percent(out, text);
      return base::ok();
    case Escape::kQueryValue: append_percent(out, text); return base::ok();
    case Escape::kFormValue: append_form(out, text); return base::ok();
    case Escape::kHeaderValue:
      if (!is_header_value(text)) return base::invalid("cannot stand in a header");
      out += text;
      return base::ok();
    case Escape::kJsonString: return append_json_string(out, text);
    case Escape::kRawBody: out += text; return base::ok();
    case Escape::kNone:
    case Escape::kJsonScalar:
    case Escape::kJsonArray: break;
  }
  return base::invalid("has no encoder for its place");
}

base::Result<bool> append_piece(std::string& out, const Fill& fill, const Piece& piece,
                                Escape place) {
  switch (piece.kind) {
    case PieceKind::kLiteral:
      if (piece.escape == Escape::kNone) out += piece.text;
      else TRY(append_encoded(out, place, piece.text));
      return true;
    case PieceKind::kArgument: return append_argument(out, fill, piece, place);
    case PieceKind::kSecret:
    case PieceKind::kBasicSecret: return append_secret(out, fill, piece, place);
    default: return base::invalid("malformed template");
  }
}

base::Result<std::optional<std::string>> fill_template(const Fill& fill,
                                                       const wire::Template& pieces, Escape place) {
  std::string out;
  for (const Piece& piece : pieces) {
    TRY_AS(const bool there, append_piece(out, fill, piece, place));
    if (there) continue;
    base::wipe(out);
    return std::optional<std::string>();
  }
  return std::optional(std::move(out));
}

base::Result<std::string> fill_json(const Fill& fill, const wire::Template& body) {
  JsonWriter writer(fill);
  TRY(writer.write(body));
  return writer.take();
}

}  // namespace broker
