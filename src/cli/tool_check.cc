// SPDX-License-Identifier: Apache-2.0
#include "cli/tool_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"

namespace cli {
namespace {

namespace limits = base::limits;
using wire::PieceKind;

constexpr std::size_t kJsonDepth = 64;  // the broker's

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) {
  return is_alphanumeric(c) || std::string_view("-._~").find(c) != std::string_view::npos;
}

// The character that "%XX" at the beginning of `text` stands for, or -1.
int percent(std::string_view text) {
  if (text.size() < 3) return -1;
  int code = -1;
  const char* end = text.data() + 3;
  const auto [stop, failed] = std::from_chars(text.data() + 1, end, code, 16);
  return failed == std::errc() && stop == end && text[1] != '-' ? code : -1;
}

// Adds a literal as a server reads it: "%2e" is a dot, other escapes are no separator.
bool add_read(std::string& read, std::string_view literal) {
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '%') {
      read += literal[i];
      continue;
    }
    const int code = percent(literal.substr(i));
    if (code < 0) return false;
    read += is_unreserved(static_cast<char>(code)) ? static_cast<char>(code) : 'x';
    i += 2;
  }
  return true;
}

// An empty segment is fine at the end only: "/a/".
bool has_odd_segment(std::string_view path) {
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "." || segment == ".." || (segment.empty() && end < path.size())) return true;
    begin = end + 1;
  }
  return false;
}

base::Status check_path(const wire::Template& path) {
  std::string read;
  for (const wire::Piece& piece : path) {
    if (piece.kind != PieceKind::kLiteral) read += 'x';
    else if (!add_read(read, piece.text))
      return base::invalid("url: a `%` in the path that is not %XX; write %25");
  }
  if (path.empty() || !read.starts_with('/') || path[0].kind != PieceKind::kLiteral ||
      has_odd_segment(read))
    return base::invalid("url: the path has an empty segment, `.` or `..`; write it without");
  return base::ok();
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::kNameBytes &&
         std::ranges::all_of(name, [](char c) {
           return is_alphanumeric(c) ||
                  std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
         });
}

// Headers that say how the request is carried: the egress writes them, or nobody.
bool is_reserved_header(std::string_view name) {
  constexpr std::string_view kReserved[] = {"host",
                                            "content-length",
                                            "transfer-encoding",
                                            "connection",
                                            "te",
                                            "trailer",
                                            "upgrade",
                                            "accept-encoding",
                                            "content-encoding",
                                            "keep-alive",
                                            "expect",
                                            "proxy-authorization",
                                            "proxy-connection",
                                            "http2-settings"};
  std::string lower(name);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return std::ranges::find(kReserved, lower) != std::end(kReserved);
}

base::Status check_named(const std::vector<wire::NamedTemplate>& list, std::string_view what) {
  if (list.size() > limits::kHeaders)
    return base::invalid(fmt::format("{}: more than {} entries", what, limits::kHeaders));
  if (std::ranges::any_of(list, [](const auto& entry) { return entry.name.empty(); }))
    return base::invalid(fmt::format("{}: an entry without name", what));
  return base::ok();
}

base::Status check_headers(const std::vector<wire::NamedTemplate>& headers) {
  TRY(check_named(headers, "headers"));
  for (const auto& header : headers) {
    const std::string name = base::printable(header.name);
    if (!is_header_name(header.name))
      return base::invalid(fmt::format("`{}` is not the name of a header", name));
    if (is_reserved_header(header.name))
      return base::invalid(fmt::format("header `{}` is written by Yett alone", name));
  }
  return base::ok();
}

base::Status check_depth(const wire::Template& body) {
  std::size_t depth = 0;
  for (const wire::Piece& piece : body) {
    if (piece.kind == PieceKind::kOpenObject || piece.kind == PieceKind::kOpenArray) ++depth;
    if (piece.kind == PieceKind::kCloseObject || piece.kind == PieceKind::kCloseArray) --depth;
    if (depth > kJsonDepth)
      return base::invalid(fmt::format("json: more than {} levels", kJsonDepth));
  }
  return base::ok();
}

}  // namespace

base::Status check_tool(const wire::ToolSpec& tool) {
  if (tool.arguments.size() > limits::kArguments)
    return base::invalid(fmt::format("more than {} arguments", limits::kArguments));
  TRY(check_path(tool.path));
  TRY(check_named(tool.query, "query"));
  TRY(check_named(tool.form, "form"));
  TRY(check_headers(tool.headers));
  return check_depth(tool.body);
}

}  // namespace cli
