// SPDX-License-Identifier: Apache-2.0
// `%` of strings.
#include <fmt/format.h>

#include "lang/format.h"

namespace lang {
namespace {

class Percent {
 public:
  Percent(Run& run, const std::string& text, const Value& v) : run_(run), text_(text), given_(v) {
    if (is(v, Kind::kTuple)) items_ = as<List>(v)->items;
    else items_.push_back(v);
    const bool object = v.type() == Type::kObject && !is(v, Kind::kTuple) && !is_string(v);
    mapping_ = object && (is(v, Kind::kList) || is(v, Kind::kDict) || is(v, Kind::kRange));
  }

  bool all(std::string& out) {
    while (at_ < text_.size()) {
      if (text_[at_] != '%') {
        out += text_[at_++];
        continue;
      }
      ++at_;
      if (!one(out) || !run_.string_room(out.size()) || !run_.charge(1)) return false;
    }
    return mapping_ || next_ >= items_.size() ||
           run_.type_error("not all arguments converted during string formatting");
  }

 private:
  bool argument(Value& v) {
    if (next_ >= items_.size()) return run_.type_error("not enough arguments for format string");
    v = items_[next_++];
    return true;
  }
  // `*`: the number is an argument.
  bool count(std::int64_t& n, bool& there) {
    there = true;
    if (at_ < text_.size() && text_[at_] == '*') {
      ++at_;
      Value v;
      if (!argument(v)) return false;
      return is_integer(v) ? run_.as_index(v, n) : run_.type_error("* wants int");
    }
    const std::size_t from = at_;
    for (n = 0; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      if ((n = n * 10 + (text_[at_] - '0')) > (1 << 30)) return run_.limit("string");
    there = at_ > from;
    return true;
  }
  bool key(Value& v) {
    const std::size_t end = text_.find(')', at_);
    if (!is(given_, Kind::kDict)) return run_.type_error("format requires a mapping");
    if (end == std::string::npos) return run_.value_error("incomplete format key");
    Value name;
    if (!run_.string(text_.substr(at_ + 1, end - at_ - 1), name) || !run_.get_item(given_, name, v))
      return false;
    at_ = end + 1;
    next_ = items_.size();
    return true;
  }
  bool one(std::string& out) {
    Spec spec;
    Value v;
    bool left = false, there = false;
    std::int64_t n = 0;
    if (at_ < text_.size() && text_[at_] == '(' && !key(v)) return false;
    for (;
         at_ < text_.size() && std::string_view("-+ #0").find(text_[at_]) != std::string_view::npos;
         ++at_) {
      const char flag = text_[at_];
      if (flag == '-') left = true;
      else if (flag == '+') spec.sign = '+';
      else if (flag == ' ') spec.sign = spec.sign == '+' ? '+' : ' ';
      else if (flag == '#') spec.alternate = true;
      else spec.zero = true;
    }
    if (!count(n, there)) return false;
    left = left || n < 0;
    spec.width = static_cast<std::size_t>(n < 0 ? -n : n);
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!count(n, there)) return false;
      if (n > 5000) return run_.limit("format precision of more than 5,000 digits");
      spec.precision = static_cast<int>(std::max<std::int64_t>(n, 0));
    }
    if (at_ < text_.size() && std::string_view("hlL").find(text_[at_]) != std::string_view::npos)
      ++at_;
    if (at_ >= text_.size()) return run_.value_error("incomplete format");
    spec.type = text_[at_++];
    spec.align = left ? '<' : '>';
    if (!run_.string_room(spec.width)) return false;
    if (spec.type == '%') return out += '%', true;
    if (v.type() == Type::kUndefined && !argument(v)) return false;
    return convert(spec, left, v, out);
  }
  bool words(Spec& spec, const Value& v, std::string& out) {
    std::string shown;
    const char type = spec.type;
    if (!(type == 's' ? run_.str(v, shown) : run_.repr(v, shown))) return false;
    if (type == 'a') shown = ascii_of(shown);
    spec.sign = 0;
    spec.alternate = false;
    return format_string(run_, shown, spec, out);
  }
  bool convert(Spec& spec, bool left, const Value& v, std::string& out) {
    const char type = spec.type;
    if (type == 's' || type == 'r' || type == 'a') return words(spec, v, out);
    if (type == 'c') return character(spec, v, out);
    if (spec.zero && !left) {
      spec.fill = "0";
      spec.align = '=';
    }
    if (std::string_view("diuxXo").find(type) != std::string_view::npos) {
      Value whole = v;
      const bool based = type == 'x' || type == 'X' || type == 'o';
      if (v.type() == Type::kFloat && !based) {
        if (!integer_of(run_, v.as_float(), whole)) return false;
      } else if (!is_integer(v)) {
        return run_.type_error(fmt::format("%{} format: {} is required, not {}", type,
                                           based ? "an integer" : "a real number",
                                           run_.type_of(v)->name));
      }
      if (!based) spec.type = 'd';
      spec.least_digits = std::exchange(spec.precision, -1);
      return format_integer(run_, whole, spec, out);
    }
    if (std::string_view("eEfFgG").find(type) == std::string_view::npos)
      return run_.value_error(
          fmt::format("unsupported format character '{}' (0x{:x}) at index {}", type,
                      static_cast<unsigned char>(type),
                      count_points(std::string_view(text_).substr(0, at_ - 1))));
    if (v.type() != Type::kFloat && !is_integer(v))
      return run_.type_error("must be real number, not " + run_.type_of(v)->name);
    return format_float(run_, float_of(v), spec, out);
  }
  bool character(Spec& spec, const Value& v, std::string& out) {
    spec.sign = 0;
    spec.alternate = false;
    spec.precision = -1;
    if (is(v, Kind::kBig))
      return run_.raise(TypeName::kOverflowError, "%c arg not in range(0x110000)");
    if (is_integer(v)) return format_integer(run_, v, spec, out);
    if (!is_string(v) || as<String>(v)->length != 1)
      return run_.type_error("%c requires int or char");
    return format_string(run_, text_of(v), spec, out);
  }

  Run& run_;
  const std::string& text_;
  const Value& given_;
  Values items_;
  bool mapping_ = false;
  std::size_t at_ = 0, next_ = 0;
};

}  // namespace

std::string ascii_of(const std::string& shown) {
  std::string out;
  for (std::size_t at = 0; at < shown.size();) {
    const std::uint32_t point = decode_point(shown, at);
    if (point < 0x80) out += static_cast<char>(point);
    else if (point < 0x100) out += fmt::format("\\x{:02x}", point);
    else if (point < 0x10000) out += fmt::format("\\u{:04x}", point);
    else out += fmt::format("\\U{:08x}", point);
  }
  return out;
}

bool percent_text(Run& run, const Value& format, const Value& v, std::string& out) {
  return Percent(run, text_of(format), v).all(out);
}

}  // namespace lang
