// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_escapes.h"

#include <optional>

#include "base/result.h"

namespace broker {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

// One character as an escape's spelling has it, and where the text goes on.
struct Char {
  unsigned char value = 0;
  std::size_t next = kNone;
  explicit operator bool() const { return next != kNone; }
};

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_punctuation(unsigned char c) {
  return (c > 0x20 && c < '0') || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') ||
         (c > 'z' && c < 0x7f);
}

// The characters that may follow '&' in a reference: '#' or the first of a name.
constexpr auto kReferenceStarts = [] {
  std::array<bool, 256> starts{};
  for (const char c : std::string_view("#algq")) starts[static_cast<unsigned char>(c)] = true;
  return starts;
}();

char control_of(unsigned char letter) {
  switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '\0';
  }
}

bool is_high_surrogate(std::uint32_t code) { return code >= 0xd800 && code < 0xdc00; }
bool is_low_surrogate(std::uint32_t code) { return code >= 0xdc00 && code < 0xe000; }

// Reads the escapes at one position. `level` is always that of the characters of a spelling: an
// escape of level n is spelled in characters of level n-1, and level 0 is the text itself.
class Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  void escapes(std::size_t at, int level, Units& out) {
    for (const Unit& lead : characters(at, level)) {
      if (lead.size != 1) continue;
      const std::size_t next = at + lead.width;
      switch (lead.bytes[0]) {
        case '%': percent(next, level, out); break;
        case '\\': backslash(next, level, out); break;
        case '&': reference(next, level, out); break;
        case '+': add_byte(' ', next, out); break;
        default: break;
      }
    }
  }
  bool incomplete() const { return incomplete_; }

 private:
  // The readings of a position at `level`: the byte itself, and what escapes of that level spell.
  Units characters(std::size_t at, int level) {
    Units out;
    if (at >= text_.size()) {
      incomplete_ = true;
      return out;
    }
    out.add({{text_[at]}, 1, 1});
    if (level == 0 || !is_lead(text_[at])) return out;
    Reader inner(text_, at);
    inner.escapes(at, level - 1, out);
    incomplete_ = incomplete_ || inner.incomplete_;
    return out;
  }

  // The reading of a position that satisfies `wanted`. There is at most one: what is wanted here
  // (letters, digits, '#', ';') begins no escape, so it stands there itself or is spelled.
  template <class Wanted> Char take(std::size_t at, int level, Wanted wanted) {
    if (at < text_.size() && (level == 0 || !is_lead(text_[at]))) {
      const auto c = static_cast<unsigned char>(text_[at]);
      return wanted(c) ? Char{c, at + 1} : Char{};
    }
    for (const Unit& unit : characters(at, level)) {
      const auto c = static_cast<unsigned char>(unit.bytes[0]);
      if (unit.size == 1 && wanted(c)) return {c, at + unit.width};
    }
    return {};
  }
  Char take_one(std::size_t at, int level, char wanted) {
    const auto byte = static_cast<unsigned char>(wanted);
    return take(at, level, [&](unsigned char c) { return c == byte; });
  }

  struct Number {
    std::uint32_t value = 0;
    std::size_t next = kNone;
    explicit operator bool() const { return next != kNone; }
  };

  // Exactly `digits` hexadecimal digits.
  Number hex(std::size_t at, int level, int digits) {
    Number n{0, at};
    for (int i = 0; i < digits; ++i) {
      const Char c = take(n.next, level, [](unsigned char x) { return hex_value(x) >= 0; });
      if (!c) return {};
      n = {n.value << 4 | static_cast<std::uint32_t>(hex_value(c.value)), c.next};
    }
    return n;
  }

  void percent(std::size_t at, int level, Units& out) {
    if (const Number byte = hex(at, level, 2)) {
      add_byte(static_cast<char>(byte.value), byte.next, out);
    } else if (const Char u = take_one(at, level, 'u')) {
      if (const Number code = hex(u.next, level, 4)) add_code_point(code.value, code.next, out);
    }
  }

  void backslash(std::size_t at, int level, Units& out) {
    for (const Unit& second : characters(at, level)) {
      if (second.size != 1) continue;
      const auto c = static_cast<unsigned char>(second.bytes[0]);
      const std::size_t next = at + second.width;
      if (is_punctuation(c)) {
        add_byte(static_cast<char>(c), next, out);
      } else if (c == 'u') {
        unicode(next, level, out);
      } else if (c == 'x') {
        if (const Number byte = hex(next, level, 2)) {
          add_byte(static_cast<char>(byte.value), byte.next, out);
        }
      } else if (control_of(c) != '\0') {
        add_byte(control_of(c), next, out);
      }
    }
  }

  void unicode(std::size_t at, int level, Units& out) {
    const Number code = hex(at, level, 4);
    if (!code) return;
    if (!is_high_surrogate(code.value)) return add_code_point(code.value, code.next, out);
    // A backslash begins escapes, so it may be read in more than one way.
    for (const Unit& slash : characters(code.next, level)) {
      if (slash.size != 1 || slash.bytes[0] != '\\') continue;
      const Char u = take_one(code.next + slash.width, level, 'u');
      const Number low = u ? hex(u.next, level, 4) : Number{};
      if (!low || !is_low_surrogate(low.value)) continue;
      add_code_point(0x10000 + ((code.value & 0x3ff) << 10 | (low.value & 0x3ff)), low.next, out);
    }
  }

  void reference(std::size_t at, int level, Units& out) {
    struct Name {
      std::string_view text;
      char value;
    };
    static constexpr std::array<Name, 5> kNames{
        Name{"amp;", '&'}, {"lt;", '<'}, {"gt;", '>'}, {"quot;", '"'}, {"apos;", '\''}};
    const Char first = take(at, level, [](unsigned char c) { return kReferenceStarts[c]; });
    if (!first) return;
    if (first.value == '#') return numeric(first.next, level, out);
    for (const Name& name : kNames) {
      if (static_cast<unsigned char>(name.text[0]) != first.value) continue;
      Char c = first;
      for (std::size_t i = 1; c && i < name.text.size(); ++i) {
        c = take_one(c.next, level, name.text[i]);
      }
      if (c) return add_byte(name.value, c.next, out);
    }
  }

  void numeric(std::size_t at, int level, Units& out) {
    const Char x = take(at, level, [](unsigned char c) { return c == 'x' || c == 'X'; });
    const std::uint32_t radix = x ? 16 : 10;
    const auto is_digit = [&](unsigned char c) {
      return hex_value(c) >= 0 && static_cast<std::uint32_t>(hex_value(c)) < radix;
    };
    std::uint64_t code = 0;  // 16^8 fits
    std::size_t next = x ? x.next : at;
    for (int digits = 0; digits < kReferenceDigits; ++digits) {
      const Char c = take(next, level, is_digit);
      if (!c) return;
      code = code * radix + static_cast<std::uint64_t>(hex_value(c.value));
      next = c.next;
      if (const Char end = take_one(next, level, ';')) {
        if (code <= 0x10ffff) add_code_point(static_cast<std::uint32_t>(code), end.next, out);
        return;
      }
    }
  }

  void add_byte(char byte, std::size_t next, Units& out) const {
    out.add({{byte}, 1, static_cast<std::uint8_t>(next - at_)});
  }

  void add_code_point(std::uint32_t code, std::size_t next, Units& out) const {
    if (code >= 0xd800 && code < 0xe000) return;
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((code >> shift) & 0x3f)); };
    const auto width = static_cast<std::uint8_t>(next - at_);
    if (code < 0x100) out.add({{static_cast<char>(code)}, 1, width});
    if (code < 0x80) return;
    if (code < 0x800) {
      out.add({{static_cast<char>(0xc0 | code >> 6), tail(0)}, 2, width});
    } else if (code < 0x10000) {
      out.add({{static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)}, 3, width});
    } else {
      out.add({{static_cast<char>(0xf0 | code >> 18), tail(12), tail(6), tail(0)}, 4, width});
    }
  }

  std::string_view text_;
  std::size_t at_;
  bool incomplete_ = false;
};

// The readings of text[at] by the commonest escapes, where no second level is possible: true if
// `out` then is complete. What this leaves undecided, the Reader reads.
bool read_simple(std::string_view text, std::size_t at, Units& out) {
  const std::size_t left = text.size() - at;
  if (text[at] == '+') {
    out.add({{' '}, 1, 1});
    return true;
  }
  if (left < 3 || is_lead(text[at + 1])) return false;
  const auto next = static_cast<unsigned char>(text[at + 1]);
  switch (text[at]) {
    case '%': {
      if (hex_value(next) < 0) return next != 'u';
      if (is_lead(text[at + 2])) return false;
      const int low = hex_value(static_cast<unsigned char>(text[at + 2]));
      if (low < 0) return true;
      const char value = static_cast<char>(hex_value(next) << 4 | low);
      if (is_lead(value)) return false;
      out.add({{value}, 1, 3});
      return true;
    }
    case '\\': {
      if (next == 'u' || next == 'x') return false;
      const char value = is_punctuation(next) ? static_cast<char>(next) : control_of(next);
      if (value != '\0') out.add({{value}, 1, 2});
      return true;
    }
    default: return !kReferenceStarts[next];
  }
}

}  // namespace

void Units::add(const Unit& unit) {
  for (const Unit& have : *this) {
    if (have.width == unit.width && have.size == unit.size && have.bytes == unit.bytes) return;
  }
  CHECK(count < items.size());
  items[count++] = unit;
}

Units read_units(std::string_view text, std::size_t at) {
  Units out;
  out.add({{text[at]}, 1, 1});
  if (!is_lead(text[at]) || read_simple(text, at, out)) return out;
  Reader reader(text, at);
  reader.escapes(at, kEscapeLevels - 1, out);
  out.incomplete = reader.incomplete();
  return out;
}

}  // namespace broker
