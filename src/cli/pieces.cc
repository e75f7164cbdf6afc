// SPDX-License-Identifier: Apache-2.0
#include "cli/pieces.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "schema/write.h"

namespace cli {
namespace {

using wire::Escape;
using wire::PieceKind;

struct Part {
  bool argument = false;
  std::string text;
};

base::Result<std::vector<Part>> split(std::string_view text) {
  std::vector<Part> parts;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parts.push_back({false, std::exchange(literal, {})});
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if (text[i] == '}' && !doubled) return base::invalid("`}` without `{`; write `}}` for a brace");
    if ((text[i] == '{' || text[i] == '}') && doubled) {
      literal += text[i++];
    } else if (text[i] == '{') {
      const auto end = text.find('}', i);
      if (end == std::string_view::npos)
        return base::invalid("`{` without `}`; write `{{` for a brace");
      flush();
      parts.push_back({true, std::string(text.substr(i + 1, end - i - 1))});
      i = end;
    } else {
      literal += text[i];
    }
  }
  flush();
  return parts;
}

base::Result<const wire::ArgumentSpec*> known(const std::string& name, const FindArgument& find) {
  const wire::ArgumentSpec* spec = find(name);
  if (spec != nullptr) return spec;
  return base::invalid(fmt::format(
      "`{{{}}}` names no argument of the tool; declare it under `args`", base::printable(name)));
}

bool is_path_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

// Writes JSON bodies: one member function for each kind of node.
class JsonBody {
 public:
  explicit JsonBody(const FindArgument& find) : find_(find) {}

  base::Status add(const Node& node) {
    return std::visit([&](const auto& value) { return this->value(value); }, node.value);
  }
  wire::Template take() { return std::move(out_); }

 private:
  base::Status value(bool b) { return literal(b ? "true" : "false"); }
  base::Status value(std::int64_t n) { return literal(fmt::format("{}", n)); }
  base::Status value(double d) {
    if (!(d - d == 0)) return base::invalid("a number that is not finite");
    return literal(fmt::format("{}", d));
  }
  base::Status value(const std::string& text) {
    TRY_AS(const auto parts, split(text));
    if (parts.size() == 1 && parts[0].argument) {
      TRY_AS(const wire::ArgumentSpec* spec, known(parts[0].text, find_));
      const bool array = spec->type == wire::ArgumentType::kArray;
      out_.push_back(
          {PieceKind::kArgument, array ? Escape::kJsonArray : Escape::kJsonScalar, spec->name, ""});
      return base::ok();
    }
    out_.push_back({PieceKind::kOpenString, Escape::kNone, "", ""});
    TRY_AS(auto inner, pieces_of(text, Escape::kJsonString, find_));
    for (auto& piece : inner) out_.push_back(std::move(piece));
    out_.push_back({PieceKind::kCloseString, Escape::kNone, "", ""});
    return base::ok();
  }
  base::Status value(const std::vector<Node>& items) {
    out_.push_back({PieceKind::kOpenArray, Escape::kNone, "", ""});
    for (const Node& item : items) TRY(add(item));
    out_.push_back({PieceKind::kCloseArray, Escape::kNone, "", ""});
    return base::ok();
  }
  base::Status value(const Node::Table& members) {
    out_.push_back({PieceKind::kOpenObject, Escape::kNone, "", ""});
    for (const auto& [name, node] : members) {
      std::string quoted;
      schema::quote_to(quoted, name);
      out_.push_back({PieceKind::kKey, Escape::kNone, quoted.substr(1, quoted.size() - 2), ""});
      TRY(add(node));
    }
    out_.push_back({PieceKind::kCloseObject, Escape::kNone, "", ""});
    return base::ok();
  }
  base::Status literal(std::string text) {
    out_.push_back({PieceKind::kLiteral, Escape::kNone, std::move(text), ""});
    return base::ok();
  }

  const FindArgument& find_;
  wire::Template out_;
};

}  // namespace

base::Result<wire::Template> pieces_of(std::string_view text, Escape escape,
                                       const FindArgument& find) {
  TRY_AS(auto parts, split(text));
  wire::Template out;
  for (Part& part : parts) {
    if (part.argument) {
      TRY_AS(const wire::ArgumentSpec* spec, known(part.text, find));
      if (spec->type == wire::ArgumentType::kArray)
        return base::invalid(
            fmt::format("`{{{}}}` is an array; it can only be a whole JSON value", spec->name));
      out.push_back({PieceKind::kArgument, escape, spec->name, ""});
    } else {
      out.push_back({PieceKind::kLiteral, escape, std::move(part.text), ""});
    }
  }
  return out;
}

base::Result<wire::Template> path_pieces(std::string_view path, const FindArgument& find) {
  TRY_AS(auto pieces, pieces_of(path, Escape::kPathSegment, find));
  for (auto& piece : pieces) {
    if (piece.kind != PieceKind::kLiteral) continue;
    piece.escape = Escape::kNone;
    if (!std::ranges::all_of(piece.text, is_path_character))
      return base::invalid("the path holds a character that must be written as %XX");
  }
  return pieces;
}

base::Result<wire::Template> json_pieces(const Node& body, const FindArgument& find) {
  JsonBody out(find);
  TRY(out.add(body));
  return out.take();
}

}  // namespace cli
