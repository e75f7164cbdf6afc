// SPDX-License-Identifier: Apache-2.0
#include "lang/format.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

#include "lang/moment.h"

namespace lang {
namespace {

bool parse_spec(Run& run, std::string_view text, const std::string& type, Spec& out) {
  const auto is_align = [](char c) { return c == '<' || c == '>' || c == '=' || c == '^'; };
  std::size_t at = 0, after = 0;
  if (!text.empty()) decode_point(text, after);
  if (after < text.size() && after > 0 && is_align(text[after])) {
    out.fill = std::string(text.substr(0, after));
    out.align = text[after];
    at = after + 1;
  } else if (!text.empty() && is_align(text[0])) {
    out.align = text[0];
    at = 1;
  }
  const bool filled = at > 1;
  const auto next = [&] { return at < text.size() ? text[at] : '\0'; };
  const auto digits = [&](std::size_t& to) {
    for (to = 0; next() >= '0' && next() <= '9'; ++at) {
      if (to > 922'337'203'685'477'579)
        return run.value_error("Too many decimal digits in format string");
      to = to * 10 + static_cast<std::size_t>(text[at] - '0');
    }
    return true;
  };
  if (next() == '+' || next() == '-' || next() == ' ') out.sign = text[at++];
  if (next() == 'z') out.positive_zero = (++at, true);
  if (next() == '#') out.alternate = (++at, true);
  if (!filled && next() == '0') {
    out.zero = (++at, true);
    out.fill = "0";
    if (out.align == 0 && type != "str") out.align = '=';
  }
  if (!digits(out.width)) return false;
  if (next() == ',' || next() == '_') out.comma = text[at++];
  if (out.comma != 0 && (next() == ',' || next() == '_') && next() != out.comma)
    return run.value_error("Cannot specify both ',' and '_'.");
  if (next() == '.') {
    ++at;
    std::size_t precision = 0;
    if (next() < '0' || next() > '9') return run.value_error("Format specifier missing precision");
    if (!digits(precision)) return false;
    if (precision > 5000) return run.limit("format precision of more than 5,000 digits");
    out.precision = static_cast<int>(precision);
  }
  if (text.size() - at > 1)
    return run.value_error("Invalid format specifier '" + std::string(text) +
                           "' for object of type '" + type + "'");
  if (at < text.size()) out.type = text[at];
  const char shown = out.type == 0 && type == "str" ? 's' : out.type;
  const std::string_view groups = out.comma == '_' ? "bdeEfFgGoxX%" : "deEfFgG%";
  if (out.comma != 0 && shown != 0 && groups.find(shown) == std::string_view::npos)
    return run.value_error(fmt::format("Cannot specify '{}' with '{}'.", out.comma, shown));
  return run.string_room(out.width);
}

void grouped(std::string& digits, char comma, std::size_t width) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % width == 0) out += comma;
    out += digits[i];
  }
  digits = std::move(out);
}

// Groups the digits; where zeros fill, they are grouped too.
void group(const Spec& spec, std::size_t prefix, std::string& digits, std::size_t rest,
           std::size_t width) {
  if (spec.comma == 0) return;
  const std::string plain = digits;
  grouped(digits, spec.comma, width);
  if (spec.fill != "0" || spec.align != '=' || prefix + digits.size() + rest >= spec.width) return;
  const std::size_t room = spec.width - prefix - rest;
  std::size_t count = room / (width + 1) * width + room % (width + 1);
  if (room % (width + 1) == 0) ++count;  // no group begins with its comma
  digits = std::string(count > plain.size() ? count - plain.size() : 0, '0') + plain;
  grouped(digits, spec.comma, width);
}

std::string sign_text(const Spec& spec, bool negative) {
  return negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
}

void raise_case(std::string& text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

// No type but a precision: as `g`, but with a digit behind the point.
std::string general(double number, int precision, bool alternate) {
  std::string body = fmt::format("{:.{}e}", number, precision - 1);
  const std::size_t e = body.find('e');
  const int exponent = decimal(std::string_view(body).substr(e + 1));
  if (exponent < -4 || exponent >= precision - 1) {
    const std::string tail = body.substr(e);
    body.resize(e);
    if (body.find('.') != std::string::npos) body.resize(body.find_last_not_of('0') + 1);
    if (body.back() == '.') body.pop_back();
    return body + (alternate && body.size() == 1 ? "." : "") + tail;
  }
  body = fmt::format("{:.{}g}", number, precision);
  return body.find('.') == std::string::npos ? body + ".0" : body;
}

// fmt's `#` adds a digit that C's does not.
std::string with_zeros(double size, int precision) {
  std::string out(static_cast<std::size_t>(precision) + 16, '\0');
  const int length = std::snprintf(out.data(), out.size(), "%#.*g", precision, size);
  out.resize(static_cast<std::size_t>(std::max(length, 0)));
  return out;
}

std::string float_body(double size, const Spec& spec) {
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  switch (spec.type) {
    case '%':
    case 'f':
    case 'F':
      return spec.alternate ? fmt::format("{:#.{}f}", size, precision)
                            : fmt::format("{:.{}f}", size, precision);
    case 'e':
    case 'E':
      return spec.alternate ? fmt::format("{:#.{}e}", size, precision)
                            : fmt::format("{:.{}e}", size, precision);
    case 0:
      return spec.precision < 0 ? float_repr(size)
                                : general(size, std::max(precision, 1), spec.alternate);
    default:
      return spec.alternate ? with_zeros(size, std::max(precision, 1))
                            : fmt::format("{:.{}g}", size, std::max(precision, 1));
  }
}

}  // namespace

bool padded(Run& run, const Spec& spec, std::string_view prefix, std::string_view body,
            char otherwise, std::string& out) {
  const std::size_t length = count_points(prefix) + count_points(body);
  const std::size_t space = spec.width > length ? spec.width - length : 0;
  if (!run.string_room(out.size() + prefix.size() + body.size() + space * spec.fill.size()))
    return false;
  const char align = spec.align == 0 ? otherwise : spec.align;
  const std::size_t before = align == '>' ? space : align == '^' ? space / 2 : 0;
  const std::size_t inside = align == '=' ? space : 0;
  const auto fill = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) out += spec.fill;
  };
  fill(before);
  out += prefix;
  fill(inside);
  out += body;
  fill(space - before - inside);
  return run.charge(space / 64);
}

bool format_integer(Run& run, const Value& v, const Spec& spec, std::string& out) {
  if (spec.positive_zero)
    return run.value_error("Negative zero coercion (z) not allowed in integer format specifier");
  if (spec.precision >= 0)
    return run.value_error("Precision not allowed in integer format specifier");
  if (spec.type == 'c') {
    if (spec.sign != 0)
      return run.value_error("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate)
      return run.value_error("Alternate form (#) not allowed with integer format specifier 'c'");
    std::int64_t point = 0;
    std::string one;
    if (is(v, Kind::kBig))
      return run.raise(TypeName::kOverflowError, "Python int too large to convert to C long");
    if (!run.as_index(v, point)) return false;
    if (point < 0 || point > 0x10ffff)
      return run.raise(TypeName::kOverflowError, "%c arg not in range(0x110000)");
    if (point >= 0xd800 && point < 0xe000)
      return run.value_error("surrogates are not part of the plan language");
    append_point(static_cast<std::uint32_t>(point), one);
    return padded(run, spec, "", one, '>', out);
  }
  const int base = spec.type == 'x' || spec.type == 'X' ? 16
                   : spec.type == 'o'                   ? 8
                   : spec.type == 'b'                   ? 2
                                                        : 10;
  const Value plain = v.type() == Type::kBool ? Value::integer(v.as_bool() ? 1 : 0) : v;
  std::string digits = integer_text(plain, base);
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  const auto least = static_cast<std::size_t>(std::max(spec.least_digits, 0));
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  if (spec.type == 'X') raise_case(digits);
  std::string prefix = sign_text(spec, negative);
  if (spec.alternate && base != 10) prefix += std::string("0") + spec.type;
  group(spec, prefix.size(), digits, 0, base == 10 ? 3 : 4);
  return padded(run, spec, prefix, digits, '>', out);
}

bool format_float(Run& run, double number, const Spec& spec, std::string& out) {
  const bool percent = spec.type == '%';
  const double size = percent ? std::abs(number) * 100 : std::abs(number);
  bool negative = std::signbit(number) && !std::isnan(number);
  std::string body = std::isnan(size) ? "nan" : std::isinf(size) ? "inf" : float_body(size, spec);
  if (spec.positive_zero && body.find_first_not_of("0.e+-") == std::string::npos) negative = false;
  if (percent) body += "%";
  if (spec.type == 'E' || spec.type == 'F' || spec.type == 'G') raise_case(body);
  const std::size_t whole = std::min(body.find_first_not_of("0123456789"), body.size());
  std::string digits = body.substr(0, whole);
  const std::string rest = body.substr(whole);
  const std::string prefix = sign_text(spec, negative);
  if (!digits.empty()) group(spec, prefix.size(), digits, rest.size(), 3);
  return padded(run, spec, prefix, digits + rest, '>', out);
}

bool format_string(Run& run, const std::string& text, const Spec& spec, std::string& out) {
  if (spec.sign != 0)
    return run.value_error(spec.sign == ' ' ? "Space not allowed in string format specifier"
                                            : "Sign not allowed in string format specifier");
  if (spec.positive_zero)
    return run.value_error("Negative zero coercion (z) not allowed in string format specifier");
  if (spec.alternate)
    return run.value_error("Alternate form (#) not allowed in string format specifier");
  if (spec.align == '=')
    return run.value_error("'=' alignment not allowed in string format specifier");
  const std::string_view shown =
      spec.precision < 0
          ? std::string_view(text)
          : std::string_view(text).substr(
                0, point_offset(text, std::min(static_cast<std::size_t>(spec.precision),
                                               count_points(text))));
  return padded(run, spec, "", shown, '<', out);
}

bool Run::format(const Value& given, std::string_view text, std::string& out) {
  if (text.empty()) return str(given, out);
  Value v = given;
  if (is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kEnum &&
      static_cast<TypeName>(as<Instance>(v)->type->builtin) != TypeName::kEnum &&
      !as<Instance>(v)->type->is_mixed)
    v = as<Instance>(v)->items[1];
  if (is_moment(v) && as<Moment>(v)->type != TypeName::kTimedelta &&
      as<Moment>(v)->type != TypeName::kTimezone)
    return moment_format(*this, *as<Moment>(v), text, out);
  const bool is_enum = is(v, Kind::kInstance) && as<Instance>(v)->type->sort == Class::Sort::kEnum;
  const bool number = ::lang::is_integer(v) || v.type() == Type::kFloat;
  if (!number && !is_string(v) && !is_enum)
    return type_error("unsupported format string passed to " + type_of(v)->name + ".__format__");
  Spec spec;
  const std::string name = number ? type_of(v)->name : "str";
  if (!parse_spec(*this, text, name, spec)) return false;
  const std::string_view known = ::lang::is_integer(v)      ? "bcdoxXneEfFgG%"
                                 : v.type() == Type::kFloat ? "eEfFgGn%"
                                                            : "s";
  if (spec.type != 0 && known.find(spec.type) == std::string_view::npos)
    return value_error(
        fmt::format("Unknown format code '{}' for object of type '{}'", spec.type, name));
  if (::lang::is_integer(v)) {
    if (spec.type == 0 || std::string_view("eEfFgG%").find(spec.type) == std::string_view::npos)
      return format_integer(*this, v, spec, out);
    const double size = float_of(v);
    if (!std::isfinite(size))
      return raise(TypeName::kOverflowError, "int too large to convert to float");
    return format_float(*this, size, spec, out);
  }
  if (v.type() == Type::kFloat) return format_float(*this, v.as_float(), spec, out);
  std::string shown;
  return str(v, shown) && format_string(*this, shown, spec, out);
}

}  // namespace lang
