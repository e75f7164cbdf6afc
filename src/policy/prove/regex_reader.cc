// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/regex_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace policy::proving {
namespace {

constexpr int kMostRepeats = 1000;  // RE2's own bound
constexpr char32_t kKelvin = 0x212a;
constexpr char32_t kLongS = 0x17f;

Node make(Node::Kind kind) {
  Node node;
  node.kind = kind;
  return node;
}

const CodeSet kDigit{{'0', '9'}};
const CodeSet kWord{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const CodeSet kSpace{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};

struct NamedSet {
  std::string_view name;
  CodeSet set;
};
const std::array<NamedSet, 14> kPosix{{{"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
                                       {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
                                       {"ascii", {{0, 0x7f}}},
                                       {"blank", {{'\t', '\t'}, {' ', ' '}}},
                                       {"cntrl", {{0, 0x1f}, {0x7f, 0x7f}}},
                                       {"digit", {{'0', '9'}}},
                                       {"graph", {{'!', '~'}}},
                                       {"lower", {{'a', 'z'}}},
                                       {"print", {{' ', '~'}}},
                                       {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
                                       {"space", {{'\t', '\r'}, {' ', ' '}}},
                                       {"upper", {{'A', 'Z'}}},
                                       {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
                                       {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}}};

// Both cases of every ASCII letter, and the two other characters that fold to one.
CodeSet folded(const CodeSet& set) {
  CodeSet out = set;
  for (char32_t lower = 'a'; lower <= 'z'; ++lower) {
    const char32_t upper = lower - 'a' + 'A';
    const char32_t more = lower == 'k' ? kKelvin : lower == 's' ? kLongS : lower;
    if (!holds(set, lower) && !holds(set, upper) && !holds(set, more)) continue;
    for (const char32_t code : {lower, upper, more}) out.push_back({code, code});
  }
  return normal(std::move(out));
}

bool folds_plainly(const CodeSet& set) {
  for (const CodeRange& range : set)
    if (range.high > 0x7f && range.high != kLastCode && range.high != kKelvin &&
        range.high != kLongS)
      return false;
  return true;
}

// Recursive descent; any method that fails sets failed_ and gives up.
class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : text_(code_points(text)) {}
  std::optional<Node> read() {
    Node node = alternation();
    if (at_ != text_.size()) failed_ = true;
    if (failed_) return std::nullopt;
    return node;
  }

 private:
  struct Flags {
    bool fold = false;
    bool dot_all = false;
    bool lines = false;
  };
  static constexpr int kDeepest = 200;

  bool more() const { return !failed_ && at_ < text_.size(); }
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : 0;
  }
  bool take(char32_t code) {
    if (!more() || peek() != code) return false;
    ++at_;
    return true;
  }
  Node fail() {
    failed_ = true;
    return make(Node::Kind::kConcat);
  }

  Node alternation() {
    if (++depth_ > kDeepest) return fail();
    const Flags outer = flags_;
    Node node = make(Node::Kind::kAlternate);
    do node.parts.push_back(sequence());
    while (take('|'));
    flags_ = outer;
    --depth_;
    return node;
  }

  Node sequence() {
    Node node = make(Node::Kind::kConcat);
    while (more() && peek() != '|' && peek() != ')') {
      if (peek() == '\\' && peek(1) == 'Q') {
        quotation(node);
      } else if (std::optional<Node> part = atom()) {
        node.parts.push_back(repeated(*std::move(part)));
      }
    }
    return node;
  }

  void quotation(Node& into) {
    at_ += 2;
    while (more() && !(peek() == '\\' && peek(1) == 'E')) {
      Node part = set_of({{peek(), peek()}});
      ++at_;
      const bool last = !more() || (peek() == '\\' && peek(1) == 'E');
      if (last) {
        if (more()) at_ += 2;
        into.parts.push_back(repeated(std::move(part)));
        return;
      }
      into.parts.push_back(std::move(part));
    }
    if (more()) at_ += 2;
  }

  Node repeated(Node part) {
    int low = 0;
    int high = -1;
    if (take('*')) {
    } else if (take('+')) {
      low = 1;
    } else if (take('?')) {
      high = 1;
    } else if (!counts(low, high)) {
      return part;
    }
    take('?');  // lazy: the same texts
    if (more() && (peek() == '*' || peek() == '+' || peek() == '?')) return fail();
    Node node = make(Node::Kind::kRepeat);
    node.low = low;
    node.high = high;
    node.parts.push_back(std::move(part));
    return node;
  }

  // {n} {n,} {n,m}; anything else after a brace is itself.
  bool counts(int& low, int& high) {
    const std::size_t before = at_;
    if (take('{') && number(low)) {
      high = low;
      if (take(',') && !number(high)) high = -1;
      if (take('}')) {
        if (low > kMostRepeats || high > kMostRepeats) failed_ = true;
        return true;
      }
    }
    at_ = before;
    return false;
  }
  bool number(int& value) {
    if (!more() || peek() < '0' || peek() > '9') return false;
    value = 0;
    while (more() && peek() >= '0' && peek() <= '9' && value <= kMostRepeats)
      value = value * 10 + static_cast<int>(text_[at_++] - '0');
    return true;
  }

  std::optional<Node> atom() {
    const char32_t code = text_[at_++];
    switch (code) {
      case '(': return group();
      case '[': return bracket();
      case '.': return set_of_plain(flags_.dot_all ? complement({}) : complement({{'\n', '\n'}}));
      case '^': return flags_.lines ? fail() : make(Node::Kind::kBegin);
      case '$': return flags_.lines ? fail() : make(Node::Kind::kEnd);
      case '\\': return escape();
      case '*':
      case '+':
      case '?': return fail();
      default: return set_of({{code, code}});
    }
  }

  Node set_of_plain(CodeSet set) {
    Node node = make(Node::Kind::kSet);
    node.set = std::move(set);
    return node;
  }
  Node set_of(CodeSet set) {
    if (flags_.fold && !folds_plainly(set)) return fail();
    return set_of_plain(flags_.fold ? folded(set) : normal(std::move(set)));
  }

  std::optional<Node> group() {
    if (!take('?')) return closed(alternation());
    if (take(':')) return closed(alternation());
    if (peek() == 'P' && peek(1) == '<') {
      while (more() && peek() != '>') ++at_;
      return take('>') ? closed(alternation()) : fail();
    }
    return flags();
  }
  Node closed(Node node) { return take(')') ? std::move(node) : fail(); }

  // (?i) for the rest of the group, (?i:...) for the group.
  std::optional<Node> flags() {
    Flags now = flags_;
    bool value = true;
    while (more() && peek() != ')' && peek() != ':') {
      const char32_t code = text_[at_++];
      if (code == '-') value = false;
      else if (code == 'i') now.fold = value;
      else if (code == 's') now.dot_all = value;
      else if (code == 'm') now.lines = value;
      else if (code != 'U') return fail();
    }
    if (take(')')) {
      flags_ = now;
      return std::nullopt;  // nothing to match
    }
    if (!take(':')) return fail();
    const Flags outer = std::exchange(flags_, now);
    Node node = closed(alternation());
    flags_ = outer;
    return node;
  }

  Node escape() {
    if (!more()) return fail();
    if (peek() == 'A') return ++at_, make(Node::Kind::kBegin);
    if (peek() == 'z') return ++at_, make(Node::Kind::kEnd);
    CodeSet set;
    if (!escaped(set)) return fail();
    return set_of(std::move(set));
  }

  // After a backslash: a class or one character. False if it is neither.
  bool escaped(CodeSet& set) {
    if (!more()) return false;
    const char32_t code = text_[at_++];
    switch (code) {
      case 'd': set = kDigit; return true;
      case 'D': set = complement(kDigit); return true;
      case 'w': set = kWord; return true;
      case 'W': set = complement(kWord); return true;
      case 's': set = kSpace; return true;
      case 'S': set = complement(kSpace); return true;
      default: break;
    }
    char32_t one = 0;
    if (!character(code, one)) return false;
    set = {{one, one}};
    return true;
  }

  bool character(char32_t code, char32_t& one) {
    static constexpr std::string_view kFrom = "aftnrv";
    static constexpr std::string_view kTo = "\a\f\t\n\r\v";
    if (code < 0x80 && kFrom.find(static_cast<char>(code)) != std::string_view::npos) {
      one = static_cast<char32_t>(kTo[kFrom.find(static_cast<char>(code))]);
      return true;
    }
    if (code == 'x') return hexadecimal(one);
    if (code == '0') {
      one = 0;
      for (int i = 0; i < 2 && more() && peek() >= '0' && peek() <= '7'; ++i)
        one = one * 8 + (text_[at_++] - '0');
      return true;
    }
    one = code;
    return code < 0x80 && !holds(kWord, code);
  }

  bool hexadecimal(char32_t& one) {
    const bool braces = take('{');
    one = 0;
    int digits = 0;
    while (more() && (braces ? peek() != '}' : digits < 2)) {
      const char32_t c = text_[at_++];
      if (c >= '0' && c <= '9') one = one * 16 + (c - '0');
      else if (c >= 'a' && c <= 'f') one = one * 16 + (c - 'a' + 10);
      else if (c >= 'A' && c <= 'F') one = one * 16 + (c - 'A' + 10);
      else return false;
      if (++digits > 6 || one > kLastCode) return false;
    }
    return braces ? take('}') && digits > 0 : digits == 2;
  }

  Node bracket() {
    const bool negated = take('^');
    CodeSet set;
    bool first = true;
    while (more() && (first || peek() != ']')) {
      if (!member(set)) return fail();
      first = false;
    }
    if (!take(']')) return fail();
    set = normal(std::move(set));
    if (flags_.fold && !folds_plainly(set)) return fail();
    if (flags_.fold) set = folded(set);
    return set_of_plain(negated ? complement(set) : std::move(set));
  }

  bool member(CodeSet& set) {
    if (peek() == '[' && peek(1) == ':') return posix(set);
    CodeSet low;
    if (!one_member(low)) return false;
    const bool single = low.size() == 1 && low[0].low == low[0].high;
    if (single && peek() == '-' && peek(1) != ']' && at_ + 1 < text_.size()) {
      ++at_;
      CodeSet high;
      if (!one_member(high) || high.size() != 1 || high[0].low != high[0].high) return false;
      if (high[0].low < low[0].low) return false;
      set.push_back({low[0].low, high[0].low});
      return true;
    }
    set.insert(set.end(), low.begin(), low.end());
    return true;
  }
  bool one_member(CodeSet& set) {
    const char32_t code = text_[at_++];
    if (code == '\\') return escaped(set);
    set = {{code, code}};
    return true;
  }
  bool posix(CodeSet& set) {
    at_ += 2;
    const bool negated = take('^');
    std::string name;
    while (more() && peek() != ':') append_utf8(name, text_[at_++]);
    if (!take(':') || !take(']')) return false;
    for (const NamedSet& known : kPosix) {
      if (known.name != name) continue;
      const CodeSet chosen = negated ? complement(known.set) : known.set;
      set.insert(set.end(), chosen.begin(), chosen.end());
      return true;
    }
    return false;
  }

  std::vector<char32_t> text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Flags flags_;
  bool failed_ = false;
};

}  // namespace

std::optional<Node> read_pattern(std::string_view text) { return PatternReader(text).read(); }

}  // namespace policy::proving
