// SPDX-License-Identifier: Apache-2.0
#include "broker/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "base/limits.h"
#include "broker/encode.h"
#include "broker/fill.h"
#include "broker/reveal.h"

namespace broker {
namespace {

using wire::Escape;

// No server of a tool takes a longer request target; most stop at 8 KiB.
constexpr std::size_t kTargetBytes = 32 * 1024;

// What the segments of a path would hold for a server: arguments and secrets as they are, literals
// decoded where that gives an unreserved character ('.' above all) and "x" for any other escape,
// for the operator may write %2F on purpose.
base::Status append_probe(std::string& probe, const Fill& fill, const wire::Piece& piece) {
  if (piece.kind == wire::PieceKind::kArgument) {
    const wire::Leaf* leaf = fill.argument(piece.text);
    if (leaf != nullptr) probe += leaf->text;
  } else if (piece.kind == wire::PieceKind::kSecret) {
    TRY_AS(const Secret* secret, fill.secret(piece.text));
    probe += Injector::open(*secret);
  } else {
    append_path_literal(probe, piece.text);
  }
  return base::ok();
}

// SECURITY: pieces that meet in one segment are looked at together as well: "." beside ".", or "%"
// beside "2F", are harmless only apart.
base::Status check_together(const Fill& fill) {
  std::string probe;
  for (const wire::Piece& piece : fill.tool.path) TRY(append_probe(probe, fill, piece));
  base::Status done = base::ok();
  for (std::size_t begin = 1, end = 0; begin < probe.size() && done.ok(); begin = end + 1) {
    end = std::min(probe.find('/', begin), probe.size());
    if (end > begin) done = check_segment(std::string_view(probe).substr(begin, end - begin));
  }
  base::wipe(probe);
  return done;
}

base::Result<std::string> render_path(const Fill& fill) {
  TRY_AS(auto path, fill_template(fill, fill.tool.path, Escape::kPathSegment));
  if (!path) return base::invalid("an argument of the path is absent");
  base::Status done = check_together(fill);
  if (done.ok()) return std::move(*path);
  base::wipe(*path);
  return std::move(done).error();
}

// Appends name=value pairs. Names go through the encoder as well: they are the operator's.
base::Status append_pairs(std::string& out, const Fill& fill,
                          const std::vector<wire::NamedTemplate>& list, Escape place, char before) {
  for (const wire::NamedTemplate& entry : list) {
    TRY_AS(auto value, fill_template(fill, entry.value, place));
    if (!value) continue;
    if (before != '\0') out += before;
    TRY(append_encoded(out, place, entry.name));
    out += '=';
    out += *value;
    base::wipe(*value);
    before = '&';
  }
  return base::ok();
}

bool has_header(const wire::Request& request, std::string_view name) {
  return std::ranges::any_of(request.headers, [&](const wire::Header& h) {
    return std::ranges::equal(h.name, name, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
    });
  });
}

base::Status render_headers(wire::Request& out, const Fill& fill) {
  for (const wire::NamedTemplate& header : fill.tool.headers) {
    TRY_AS(auto value, fill_template(fill, header.value, Escape::kHeaderValue));
    if (value) out.headers.push_back({header.name, std::move(*value)});
  }
  if (fill.tool.body_kind == wire::BodyKind::kNone || has_header(out, "content-type"))
    return base::ok();
  const bool form = fill.tool.body_kind == wire::BodyKind::kForm;
  out.headers.push_back(
      {"Content-Type", form ? "application/x-www-form-urlencoded" : "application/json"});
  return base::ok();
}

base::Status render_body(wire::Request& out, const Fill& fill) {
  switch (fill.tool.body_kind) {
    case wire::BodyKind::kNone: return base::ok();
    case wire::BodyKind::kForm:
      return append_pairs(out.body, fill, fill.tool.form, Escape::kFormValue, '\0');
    case wire::BodyKind::kJson: {
      TRY_AS(out.body, fill_json(fill, fill.tool.body));
      return base::ok();
    }
    case wire::BodyKind::kRaw: break;
  }
  TRY_AS(auto raw, fill_template(fill, fill.tool.body, Escape::kRawBody));
  if (!raw) return base::invalid("the body is absent");
  out.body = std::move(*raw);
  return base::ok();
}

base::Status render_into(wire::Request& out, const Fill& fill) {
  TRY_AS(out.target, render_path(fill));
  TRY(append_pairs(out.target, fill, fill.tool.query, Escape::kQueryValue, '?'));
  TRY(render_headers(out, fill));
  TRY(render_body(out, fill));
  std::size_t head = out.target.size();
  for (const wire::Header& header : out.headers) head += header.name.size() + header.value.size();
  if (out.target.size() > kTargetBytes || head + out.body.size() > base::limits::kBodyBytes / 2)
    return base::Error{base::Errc::kExhausted, "the request is too large"};
  return base::ok();
}

}  // namespace

base::Result<wire::Request> render(const ManifestView& view, const wire::ToolSpec& tool,
                                   const std::vector<wire::Leaf>& leaves,
                                   const SecretLookup& secrets) {
  wire::Request out;
  out.method = tool.method;
  out.decode = tool.decode;
  out.keep = tool.keep;
  out.timeout_ms = tool.timeout_ms;
  out.max_answer_bytes = tool.max_answer_bytes;
  base::Status done = render_into(out, Fill{view, tool, leaves, secrets});
  if (done.ok()) return out;
  wipe(out);
  return std::move(done).error();
}

void wipe(wire::Request& request) {
  base::wipe(request.target);
  base::wipe(request.body);
  for (wire::Header& header : request.headers) base::wipe(header.value);
}

}  // namespace broker
