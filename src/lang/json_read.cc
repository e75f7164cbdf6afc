// SPDX-License-Identifier: Apache-2.0
#include "lang/json_read.h"

#include <fmt/format.h>

#include <cmath>

namespace lang {
namespace {

constexpr int kDeepest = 190;

class JsonReader {
 public:
  JsonReader(Run& run, std::string_view text) : run_(run), text_(text) {}

  bool all(Value& out) {
    if (text_.starts_with("\xef\xbb\xbf"))
      return fail("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0);
    skip();
    if (!value(0, out)) return false;
    skip();
    return at_ == text_.size() || fail("Extra data", at_);
  }

 private:
  bool fail(std::string_view what, std::size_t at) {
    const std::string_view before = text_.substr(0, at);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t start =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return run_.raise(TypeName::kJsonError,
                      fmt::format("{}: line {} column {} (char {})", what, line,
                                  count_points(before.substr(start)) + 1, count_points(before)));
  }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip() {
    while (next() == ' ' || next() == '\t' || next() == '\n' || next() == '\r') ++at_;
  }
  bool word(std::string_view spelled) {
    if (!text_.substr(at_).starts_with(spelled)) return false;
    at_ += spelled.size();
    return true;
  }

  bool value(int depth, Value& out) {
    if (depth > kDeepest) return run_.limit("nesting of values");
    if (!run_.charge(1)) return false;
    switch (next()) {
      case '"': return string(out);
      case '{': return object(depth, out);
      case '[': return array(depth, out);
      default: break;
    }
    const std::size_t from = at_;
    if (word("null")) return out = Value::none(), true;
    if (word("true")) return out = Value::boolean(true), true;
    if (word("false")) return out = Value::boolean(false), true;
    if (word("NaN")) return out = Value::real(NAN), true;
    if (word("Infinity")) return out = Value::real(HUGE_VAL), true;
    if (word("-Infinity")) return out = Value::real(-HUGE_VAL), true;
    if (number(out)) return true;
    return run_.pending.kind == Pending::Kind::kNone && fail("Expecting value", from);
  }
  std::size_t digits() {
    const std::size_t from = at_;
    while (next() >= '0' && next() <= '9') ++at_;
    return at_ - from;
  }
  // False with nothing pending: no number begins here.
  bool number(Value& out) {
    const std::size_t from = at_;
    bool whole = true;
    if (next() == '-') ++at_;
    if (next() == '0') ++at_;
    else if (digits() == 0) return at_ = from, false;
    std::size_t end = at_;
    if (next() == '.' && (++at_, digits() > 0)) {
      whole = false;
      end = at_;
    }
    at_ = end;
    if (next() == 'e' || next() == 'E') {
      ++at_;
      if (next() == '+' || next() == '-') ++at_;
      if (digits() > 0) {
        whole = false;
        end = at_;
      }
    }
    at_ = end;
    const std::string spelled(text_.substr(from, end - from));
    bool good = false;
    if (whole) {
      if (spelled.size() > 1300) return run_.limit("integer of more than 4,096 bits");
      return parse_integer(run_, spelled, 10, out, good) && good;
    }
    out = Value::real(std::strtod(spelled.c_str(), nullptr));
    return true;
  }
  bool unit(std::uint32_t& out) {
    out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = static_cast<char>(next() | 0x20);
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (digit < 0) return false;
      out = out * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }
  bool escape(std::size_t begin, std::string& out) {
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    const std::size_t from = at_ - 1;
    if (at_ == text_.size()) return fail("Unterminated string starting at", begin);
    const char c = text_[at_++];
    if (const std::size_t known = kFrom.find(c); known != std::string_view::npos) {
      out += kTo[known];
      return true;
    }
    if (c != 'u') return fail("Invalid \\escape", from);
    std::uint32_t high = 0, low = 0;
    if (!unit(high)) return fail("Invalid \\uXXXX escape", from + 1);
    if (high >= 0xd800 && high < 0xdc00 && text_.substr(at_).starts_with("\\u")) {
      at_ += 2;
      if (!unit(low)) return fail("Invalid \\uXXXX escape", from + 1);
      if (low >= 0xdc00 && low < 0xe000)
        return append_point(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), out), true;
    }
    if (high >= 0xd800 && high < 0xe000)
      return fail("Surrogates are not part of the plan language", from);
    append_point(high, out);
    return true;
  }
  bool string(Value& out) {
    const std::size_t begin = at_++;
    std::string made;
    for (;;) {
      if (at_ == text_.size()) return fail("Unterminated string starting at", begin);
      const char c = text_[at_++];
      if (c == '"') break;
      if (c == '\\') {
        if (!escape(begin, made)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail("Invalid control character at", at_ - 1);
      } else {
        made += c;
      }
    }
    return run_.string(std::move(made), out);
  }
  bool array(int depth, Value& out) {
    Values items;
    ++at_;
    skip();
    if (next() == ']') return ++at_, out = run_.list({}), true;
    for (;;) {
      if (!value(depth + 1, items.emplace_back())) return false;
      if (!run_.room(items.size() / 1024)) return false;
      skip();
      if (next() == ']') break;
      if (next() != ',') return fail("Expecting ',' delimiter", at_);
      ++at_;
      skip();
    }
    ++at_;
    out = run_.list(std::move(items));
    return run_.room(as<List>(out)->items.size());
  }
  bool object(int depth, Value& out) {
    Dict* made = run_.dict();
    out = Value::object(made);
    ++at_;
    skip();
    if (next() == '}') return ++at_, true;
    for (;;) {
      Value key, v;
      if (next() != '"') return fail("Expecting property name enclosed in double quotes", at_);
      if (!string(key)) return false;
      skip();
      if (next() != ':') return fail("Expecting ':' delimiter", at_);
      ++at_;
      skip();
      if (!value(depth + 1, v) || !run_.put(made, key, v)) return false;
      skip();
      if (next() == '}') break;
      if (next() != ',') return fail("Expecting ',' delimiter", at_);
      ++at_;
      skip();
    }
    ++at_;
    return true;
  }

  Run& run_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

bool read_json(Run& run, const std::string& text, Value& out) {
  return run.charge(text.size() / 64) && JsonReader(run, text).all(out);
}

}  // namespace lang
