// SPDX-License-Identifier: Apache-2.0
#include "policy/pattern_reader.h"

#include <optional>

namespace policy {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
std::size_t at(char c) { return static_cast<unsigned char>(c); }

ByteClass any() { return ByteClass().set(); }
ByteClass dot() { return any().reset('\n'); }  // RE2 without (?s)

// \d, \w, \s and their complements as RE2 has them (ASCII; \s without \v).
std::optional<ByteClass> perl_class(char c) {
  ByteClass bytes;
  for (std::size_t b = 0; b < 0x80; ++b) {
    const char byte = static_cast<char>(b);
    const bool digit = byte >= '0' && byte <= '9';
    const bool space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\f' || byte == '\r';
    const bool word = is_alnum(byte) || byte == '_';
    bytes[b] = c == 'd' || c == 'D' ? digit : c == 's' || c == 'S' ? space : word;
  }
  if (c == 'd' || c == 's' || c == 'w') return bytes;
  if (c == 'D' || c == 'S' || c == 'W') return ~bytes;
  return std::nullopt;
}

// The character that `\c` stands for if that is plain.
std::optional<char> escaped(char c) {
  if (c == 'n') return '\n';
  if (c == 't') return '\t';
  if (c == 'r') return '\r';
  if (is_ascii(c) && !is_alnum(c) && c > ' ' && c != '_') return c;
  return std::nullopt;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool pieces(std::vector<PatternPiece>& out) {
    if (text_.starts_with('^')) ++at_;
    if (text_.size() > at_ && text_.ends_with('$') && !text_.ends_with("\\$"))
      text_.remove_suffix(1);
    while (at_ < text_.size())
      if (!piece(out)) return false;
    return true;
  }

 private:
  bool more() const { return at_ < text_.size(); }

  bool piece(std::vector<PatternPiece>& out) {
    const char c = text_[at_++];
    if (c == '.') return run(dot(), out);
    if (c == '[') return bracket(out);
    if (c == '\\') return escape(out);
    if (std::string_view("^$*+?{}()|]").find(c) != std::string_view::npos) return false;
    return literal(c, out);
  }

  bool escape(std::vector<PatternPiece>& out) {
    if (!more()) return false;
    const char c = text_[at_++];
    if (const auto bytes = perl_class(c)) return run(*bytes, out);
    const auto plain = escaped(c);
    return plain && literal(*plain, out);
  }

  bool literal(char c, std::vector<PatternPiece>& out) {
    if (more() && std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) return false;
    if (out.empty() || out.back().run) out.emplace_back();
    out.back().text += c;
    return true;
  }

  // The `*` or `+` behind a class; anything else, or a second sign, is not simple.
  bool run(const ByteClass& bytes, std::vector<PatternPiece>& out) {
    if (!more() || (text_[at_] != '*' && text_[at_] != '+')) return false;
    PatternPiece piece{true, "", bytes, static_cast<std::uint16_t>(text_[at_] == '+' ? 1 : 0)};
    ++at_;
    if (more() && std::string_view("*+?{").find(text_[at_]) != std::string_view::npos) return false;
    out.push_back(std::move(piece));
    return true;
  }

  bool bracket(std::vector<PatternPiece>& out) {
    ByteClass bytes;
    const bool negated = more() && text_[at_] == '^';
    if (negated) ++at_;
    const std::size_t first = at_;
    while (more() && text_[at_] != ']')
      if (!member(bytes, at_ == first)) return false;
    if (!more() || at_ == first) return false;
    ++at_;
    return run(negated ? ~bytes : bytes, out);
  }

  bool member(ByteClass& bytes, bool first) {
    if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
      if (const auto perl = perl_class(text_[at_ + 1])) {
        at_ += 2;
        bytes |= *perl;
        return !(more() && text_[at_] == '-') && (*perl)[0x80] == false;
      }
    }
    const bool hyphen = text_[at_] == '-';
    const auto low = character();
    if (!low) return false;
    if (hyphen && !first && !(more() && text_[at_] == ']')) return false;
    bytes.set(at(*low));
    if (!(at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']')) return true;
    ++at_;
    const auto high = character();
    if (!high || *high < *low) return false;
    for (std::size_t b = at(*low); b <= at(*high); ++b) bytes.set(b);
    return true;
  }

  // One ASCII character inside a class.
  std::optional<char> character() {
    const char c = text_[at_++];
    if (c == '[' || c == ']' || !is_ascii(c)) return std::nullopt;
    if (c != '\\') return c;
    if (!more()) return std::nullopt;
    return escaped(text_[at_++]);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Cuts a pattern at its top level into atoms, each with what repeats it.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  struct Atom {
    std::string_view source;
    std::optional<char> literal;  // one plain character without repetition
  };

  // False for what a cut could change: alternatives at the top level, flags, and everything that
  // looks at its neighbours (^ $ \b) or quotes (\Q).
  bool atoms(std::vector<Atom>& out) {
    while (at_ < text_.size()) {
      const std::size_t from = at_;
      std::optional<char> literal;
      if (!atom(literal)) return false;
      if (repeat()) literal.reset();
      out.push_back({text_.substr(from, at_ - from), literal});
    }
    return true;
  }

 private:
  bool more() const { return at_ < text_.size(); }

  bool atom(std::optional<char>& literal) {
    const char c = text_[at_++];
    if (!is_ascii(c) || std::string_view("^$|)*+?{}]").find(c) != std::string_view::npos)
      return false;
    if (c == '.') return true;
    if (c == '[') return skip_class();
    if (c == '(') return skip_group();
    if (c == '\\') return escape(literal);
    literal = c;
    return true;
  }

  bool escape(std::optional<char>& literal) {
    if (!more()) return false;
    const char c = text_[at_++];
    if (perl_class(c)) return true;
    literal = escaped(c);
    return literal.has_value();
  }

  bool skip_class() {
    if (more() && text_[at_] == '^') ++at_;
    if (more() && text_[at_] == ']') return false;
    for (; more() && text_[at_] != ']'; ++at_) {
      if (text_[at_] == '[') return false;
      if (text_[at_] == '\\') ++at_;
    }
    if (!more()) return false;
    ++at_;
    return true;
  }

  bool skip_group() {
    if (text_.substr(at_).starts_with("?:")) at_ += 2;
    else if (more() && text_[at_] == '?') return false;
    std::optional<char> ignored;
    while (more() && text_[at_] != ')') {
      if (text_[at_] == '|') ++at_;
      else if (!atom(ignored)) return false;
      else repeat();
    }
    if (!more()) return false;
    ++at_;
    return true;
  }

  bool repeat() {
    const std::size_t from = at_;
    while (more() && std::string_view("*+?").find(text_[at_]) != std::string_view::npos) ++at_;
    if (more() && text_[at_] == '{') {
      while (more() && text_[at_] != '}') ++at_;
      if (more()) ++at_;
      if (more() && text_[at_] == '?') ++at_;
    }
    return at_ != from;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool plain_text(std::string_view branch, std::string& out) {
  std::vector<PatternPiece> pieces;
  if (branch.starts_with('^') || branch.ends_with('$') || !Reader(branch).pieces(pieces))
    return false;
  if (pieces.empty()) return true;
  out = pieces[0].text;
  return pieces.size() == 1 && !pieces[0].run;
}

}  // namespace

bool read_regex(std::string_view pattern, std::vector<PatternPiece>& out) {
  return Reader(pattern).pieces(out);
}

bool read_alternatives(std::string_view pattern, std::vector<std::string>& out) {
  if (pattern.starts_with('(') && pattern.ends_with(')') && !pattern.ends_with("\\)")) {
    pattern = pattern.substr(1, pattern.size() - 2);
    if (pattern.starts_with("?:")) pattern.remove_prefix(2);
  }
  for (std::size_t from = 0; from <= pattern.size();) {
    std::size_t end = from;
    while (end < pattern.size() && pattern[end] != '|') end += pattern[end] == '\\' ? 2 : 1;
    if (end > pattern.size()) return false;
    if (!plain_text(pattern.substr(from, end - from), out.emplace_back())) return false;
    from = end + 1;
  }
  return true;
}

bool split_regex(std::string_view pattern, SplitPattern& out) {
  std::vector<Splitter::Atom> atoms;
  if (!Splitter(pattern).atoms(atoms)) return false;
  std::size_t first = 0;
  while (first < atoms.size() && atoms[first].literal) out.prefix += *atoms[first++].literal;
  std::size_t last = atoms.size();
  while (last > first && atoms[last - 1].literal) --last;
  for (std::size_t i = last; i < atoms.size(); ++i) out.suffix += *atoms[i].literal;
  for (std::size_t i = first; i < last; ++i) out.core += atoms[i].source;
  return !(out.prefix.empty() && out.suffix.empty());
}

bool read_wildcard(std::string_view pattern, std::vector<PatternPiece>& out) {
  for (const char c : pattern) {
    if (c == '?') return false;
    const bool was_run = !out.empty() && out.back().run;
    if (c == '*') {
      if (!was_run) out.push_back({true, "", any(), 0});
      continue;
    }
    if (out.empty() || was_run) out.emplace_back();
    out.back().text += c;
  }
  return true;
}

std::string wildcard_as_regex(std::string_view pattern) {
  std::string out = "(?s)";
  for (const char c : pattern) {
    if (c == '*') out += ".*";
    else if (c == '?') out += '.';
    else if (is_ascii(c) && !is_alnum(c) && c > ' ') out += std::string{'\\', c};
    else if (c == '\0') out += "\\x00";
    else out += c;
  }
  return out;
}

}  // namespace policy
