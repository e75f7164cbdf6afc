// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "lang/regex.h"

namespace lang {
namespace {

constexpr std::string_view kBlank = R"(\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a})"
                                    R"(\x{2028}\x{2029}\x{202f}\x{205f}\x{3000})";

class Translator {
 public:
  Translator(Run& run, std::string_view text, std::int64_t& flags, std::string& out, bool& dollar)
      : run_(run), text_(text), flags_(flags), out_(out), dollar_(dollar) {}

  bool all() {
    if (!leading_flags()) return false;
    while (at_ < text_.size())
      if (!one()) return false;
    return true;
  }

 private:
  char next(std::size_t far = 0) const {
    return at_ + far < text_.size() ? text_[at_ + far] : '\0';
  }
  bool error(std::string_view what) {
    return run_.raise(TypeName::kRegexError, fmt::format("{} at position {}", what, at_));
  }
  bool refused(std::string_view what) {
    return run_.limit(fmt::format(
        "regular expression: {} (patterns are RE2's) at position {}: write it without", what, at_));
  }

  // `(?imsxa)` at the very beginning.
  bool leading_flags() {
    while (text_.substr(at_).starts_with("(?")) {
      std::size_t end = at_ + 2;
      std::int64_t found = 0;
      for (; end < text_.size(); ++end) {
        const std::int64_t flag = flag_of(text_[end]);
        if (flag < 0) break;
        found |= flag;
      }
      if (end >= text_.size() || text_[end] != ')' || end == at_ + 2) return true;
      flags_ |= found;
      at_ = end + 1;
    }
    return true;
  }
  static std::int64_t flag_of(char c) {
    switch (c) {
      case 'i': return kIgnoreCase;
      case 'm': return kMultiline;
      case 's': return kDotAll;
      case 'x': return kVerbose;
      case 'a': return kAsciiOnly;
      case 'u': return 0;
      default: return -1;
    }
  }

  bool one() {
    const char c = next();
    if ((flags_ & kVerbose) != 0) {
      if (c == ' ' || (c >= '\t' && c <= '\r')) return ++at_, true;
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        return true;
      }
    }
    switch (c) {
      case '\\': return escape(false);
      case '[': return set();
      case '(': return group();
      case '$':
        ++at_;
        if ((flags_ & kMultiline) == 0) dollar_ = true;
        out_ += '$';
        return true;
      case '{': return repeat();
      case '*':
      case '+':
      case '?':
        if (next(1) == '+') return refused("possessive repeat");
        break;
      default: break;
    }
    out_ += c;
    ++at_;
    return true;
  }
  // `{,n}` is {0,n}; a brace that opens no repeat is itself.
  bool repeat() {
    std::size_t at = at_ + 1;
    while (at < text_.size() && ((text_[at] >= '0' && text_[at] <= '9') || text_[at] == ',')) ++at;
    const std::string_view inside = text_.substr(at_ + 1, at - at_ - 1);
    const bool is_repeat = at < text_.size() && text_[at] == '}' && !inside.empty() &&
                           std::ranges::count(inside, ',') <= 1 && inside != ",";
    if (!is_repeat && inside == "," && next(2) == '}') {
      out_ += "*";
      at_ += 3;
      return true;
    }
    if (!is_repeat) return out_ += "\\{", ++at_, true;
    out_ += inside[0] == ',' ? "{0" + std::string(inside) + "}" : "{" + std::string(inside) + "}";
    at_ = at + 1;
    if (next() == '+') return refused("possessive repeat");
    return true;
  }
  bool group() {
    if (next(1) != '?') return out_ += '(', ++at_, true;
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("(?=") || rest.starts_with("(?!")) return refused("look-ahead");
    if (rest.starts_with("(?<=") || rest.starts_with("(?<!")) return refused("look-behind");
    if (rest.starts_with("(?P=")) return refused("back-reference");
    if (rest.starts_with("(?(")) return refused("conditional group");
    if (rest.starts_with("(?>")) return refused("atomic group");
    if (rest.starts_with("(?#")) {
      const std::size_t end = rest.find(')');
      if (end == std::string_view::npos) return error("missing ), unterminated comment");
      at_ += end + 1;
      return true;
    }
    if (rest.starts_with("(?P<") || rest.starts_with("(?:")) {
      const std::size_t size = rest[2] == 'P' ? 4 : 3;
      out_ += rest.substr(0, size);
      at_ += size;
      return true;
    }
    std::size_t end = 2;
    while (end < rest.size() &&
           std::string_view("imsau-").find(rest[end]) != std::string_view::npos)
      ++end;
    if (end < rest.size() && rest[end] == ')')
      return error("global flags not at the start of the expression");
    if (end == rest.size() || rest[end] != ':' || end == 2) return error("unknown extension");
    out_ += "(?";
    for (const char c : rest.substr(2, end - 2))
      if (c != 'a' && c != 'u') out_ += c;
    out_ += ':';
    at_ += end + 1;
    return true;
  }
  // [...]: a `[` in it is itself, `\w` and the like are those of Unicode.
  bool set() {
    static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {R"([^\W\d_])", R"([\p{L}\p{Nl}\p{No}])"},
        {R"([^\W_\d])", R"([\p{L}\p{Nl}\p{No}])"},
        {R"([^\W\d])", R"([\p{L}\p{Nl}\p{No}_])"},
        {R"([^\W_])", R"([\p{L}\p{N}])"}};
    for (const auto& [theirs, ours] : kWords)
      if (text_.substr(at_).starts_with(theirs) && (flags_ & kAsciiOnly) == 0)
        return out_ += ours, at_ += theirs.size(), true;
    const std::size_t begin = at_;
    out_ += '[';
    ++at_;
    if (next() == '^') out_ += '^', ++at_;
    bool first = true;
    for (;; first = false) {
      if (at_ >= text_.size()) {
        at_ = begin;
        return error("unterminated character set");
      }
      const char c = next();
      if (c == ']' && !first) break;
      if (c == '\\') {
        if (!escape(true)) return false;
        continue;
      }
      if (c == '[' || c == ']' || c == '&' || c == '~') out_ += '\\';
      out_ += c;
      ++at_;
    }
    out_ += ']';
    ++at_;
    return true;
  }
  bool hex(std::size_t digits) {
    std::uint32_t point = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = static_cast<char>(next(2 + i) | 0x20);
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) return error("incomplete escape");
      point = point * 16 + static_cast<std::uint32_t>(digit);
    }
    out_ += fmt::format("\\x{{{:x}}}", point);
    at_ += 2 + digits;
    return true;
  }
  bool klass(char c, bool inside) {
    const bool ascii = (flags_ & kAsciiOnly) != 0;
    const char low = static_cast<char>(c | 0x20);
    const std::string_view parts = low == 'w'   ? (ascii ? "0-9A-Za-z_" : R"(\p{L}\p{N}_)")
                                   : low == 'd' ? (ascii ? "0-9" : R"(\p{Nd})")
                                                : (ascii ? R"(\t-\r\x20)" : kBlank);
    at_ += 2;
    if (!inside) out_ += (low == c ? "[" : "[^") + std::string(parts) + "]";
    else if (low == c) out_ += parts;
    else out_ += c == 'D' && !ascii ? R"(\P{Nd})" : std::string("\\") + c;  // LIMIT: ASCII's
    return true;
  }
  bool escape(bool inside) {
    const char c = next(1);
    if (at_ + 1 >= text_.size()) return error("bad escape (end of pattern)");
    if (std::string_view("wWdDsS").find(c) != std::string_view::npos) return klass(c, inside);
    if (c >= '1' && c <= '9' && !inside && !octal()) return refused("back-reference");
    if (c >= '0' && c <= '9') {
      std::uint32_t point = 0;
      std::size_t count = 1;
      for (; count <= 3 && next(count) >= '0' && next(count) <= '7'; ++count)
        point = point * 8 + static_cast<std::uint32_t>(next(count) - '0');
      if (count == 1 || point > 0377) return error("bad escape");
      out_ += fmt::format("\\x{{{:x}}}", point);
      at_ += count;
      return true;
    }
    switch (c) {
      case 'x': return hex(2);
      case 'u': return hex(4);
      case 'U': return hex(8);
      case 'Z':
        if (inside) return error("bad escape \\Z");
        out_ += "\\z";
        at_ += 2;
        return true;
      case 'b':
        out_ += inside ? "\\x08" : "\\b";
        at_ += 2;
        return true;
      case 'A':
      case 'B':
        if (inside) break;
        [[fallthrough]];
      case 'a':
      case 'f':
      case 'n':
      case 'r':
      case 't':
      case 'v':
        out_ += '\\';
        out_ += c;
        at_ += 2;
        return true;
      case 'N': return refused("named character");
      default: break;
    }
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
      return error(fmt::format("bad escape \\{}", c));
    const std::size_t from = ++at_;
    decode_point(text_, at_);
    if (static_cast<unsigned char>(c) < 0x80) out_ += '\\';
    out_ += text_.substr(from, at_ - from);
    return true;
  }
  // \123: three octal digits.
  bool octal() const {
    return next(1) <= '3' && next(2) >= '0' && next(2) <= '7' && next(3) >= '0' && next(3) <= '7';
  }

  Run& run_;
  std::string_view text_;
  std::int64_t& flags_;
  std::string& out_;
  bool& dollar_;
  std::size_t at_ = 0;
};

}  // namespace

bool to_re2(Run& run, std::string_view pattern, std::int64_t& flags, std::string& out,
            bool& dollar) {
  dollar = false;
  std::string body;
  if (!Translator(run, pattern, flags, body, dollar).all()) return false;
  if ((flags & kIgnoreCase) != 0) out += "(?i)";
  if ((flags & kMultiline) != 0) out += "(?m)";
  if ((flags & kDotAll) != 0) out += "(?s)";
  out += body;
  return true;
}

}  // namespace lang
