// SPDX-License-Identifier: Apache-2.0
// Methods of str: case, classes of characters, blanks at the ends.
#include "lang/characters.h"
#include "lang/methods_string.h"

namespace lang {
namespace {

using Mapping = void (*)(std::uint32_t, std::string&);

template <class F>
bool mapped(Run& run, const Arguments& a, std::string_view name, Value& out, F f) {
  if (!arity(run, a, name, 1, 1)) return false;
  std::string made;
  const std::string& text = self(a);
  made.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const std::uint32_t point = decode_point(text, at);
    f(point, from, at, made);
  }
  return run.string(std::move(made), out);
}

// A sigma at the end of a word is another letter.
void lower_in(const std::string& text, std::uint32_t p, std::size_t from, std::size_t next,
              std::string& out) {
  if (p != 0x3a3) return lower_of(p, out);
  const auto letter = [&](std::size_t at) { return is_cased(decode_point(text, at)); };
  std::size_t before = from;
  while (before > 0 && (static_cast<unsigned char>(text[--before]) & 0xc0) == 0x80) continue;
  const bool last = from > 0 && letter(before) && !(next < text.size() && letter(next));
  append_point(last ? 0x3c2 : 0x3c3, out);
}

bool lower(Run& run, Arguments& a, Value& out) {
  return mapped(run, a, "lower", out, [&](auto p, auto from, auto next, auto& to) {
    lower_in(self(a), p, from, next, to);
  });
}
template <Mapping kF> bool each(Run& run, Arguments& a, Value& out) {
  return mapped(run, a, "upper", out, [](auto p, auto, auto, auto& to) { kF(p, to); });
}
bool capitalize(Run& run, Arguments& a, Value& out) {
  return mapped(run, a, "capitalize", out, [&](auto p, auto from, auto next, auto& to) {
    from == 0 ? title_of(p, to) : lower_in(self(a), p, from, next, to);
  });
}
bool title(Run& run, Arguments& a, Value& out) {
  bool inside = false;
  return mapped(run, a, "title", out, [&](auto p, auto from, auto next, auto& to) {
    inside ? lower_in(self(a), p, from, next, to) : title_of(p, to);
    inside = is_cased(p);
  });
}
bool swapcase(Run& run, Arguments& a, Value& out) {
  return mapped(run, a, "swapcase", out, [&](auto p, auto from, auto next, auto& to) {
    if (is_upper(p)) lower_in(self(a), p, from, next, to);
    else if (is_lower(p)) upper_of(p, to);
    else append_point(p, to);
  });
}

using Test = bool (*)(std::uint32_t);
template <class F> bool every(const std::string& text, F f) {
  for (std::size_t at = 0; at < text.size();)
    if (!f(decode_point(text, at))) return false;
  return true;
}
template <Test kF, bool kEmpty> bool all_of(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "isalpha", 1, 1)) return false;
  const std::string& text = self(a);
  out = Value::boolean(text.empty() ? kEmpty : every(text, kF));
  return run.charge(text.size() / 64);
}
bool is_alnum(std::uint32_t p) { return is_letter(p) || is_numeric(p); }
bool begins_name(std::uint32_t p) { return (is_letter(p) && p != 0x37a) || p == '_'; }
bool is_name(std::uint32_t p) {
  return begins_name(p) || is_decimal(p) || p == 0xb7 || p == 0x387 || (p >= 0x483 && p <= 0x487);
}
bool isascii(Run& run, Arguments& a, Value& out) {
  out = Value::boolean(as<String>(a.list[0])->ascii());
  return arity(run, a, "isascii", 1, 1);
}
bool isidentifier(Run& run, Arguments& a, Value& out) {
  const std::string& text = self(a);
  std::size_t at = 0;
  out =
      Value::boolean(!text.empty() && begins_name(decode_point(text, at)) && every(text, is_name));
  return arity(run, a, "isidentifier", 1, 1);
}
template <Test kWanted, Test kOther> bool is_case(Run& run, Arguments& a, Value& out) {
  bool cased = false;
  const bool all = every(self(a), [&](auto p) {
    cased = cased || kWanted(p);
    return !kOther(p);
  });
  out = Value::boolean(all && cased);
  return arity(run, a, "islower", 1, 1);
}
bool istitle(Run& run, Arguments& a, Value& out) {
  bool inside = false, cased = false;
  const bool all = every(self(a), [&](auto p) {
    const bool good = !(is_upper(p) && inside) && !(is_lower(p) && !inside);
    inside = is_cased(p);
    cased = cased || inside;
    return good;
  });
  out = Value::boolean(all && cased);
  return arity(run, a, "istitle", 1, 1);
}

// kSide: 1 left, 2 right, 3 both.
template <int kSide> bool strip(Run& run, Arguments& a, Value& out) {
  std::string set;
  if (!arity(run, a, "strip", 1, 2)) return false;
  const bool blank = a.size() == 1 || a.list[1].type() == Type::kNone;
  if (!blank && !text_argument(run, a, 1, set)) return false;
  std::string_view text = self(a);
  const auto drops = [&](std::string_view one) {
    std::size_t at = 0;
    return blank ? is_space(decode_point(one, at)) : set.find(one) != std::string::npos;
  };
  while ((kSide & 1) != 0 && !text.empty()) {
    std::size_t end = 0;
    decode_point(text, end);
    if (!drops(text.substr(0, end))) break;
    text.remove_prefix(std::min(end, text.size()));
  }
  while ((kSide & 2) != 0 && !text.empty()) {
    std::size_t from = text.size() - 1;
    while (from > 0 && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) --from;
    if (!drops(text.substr(from))) break;
    text.remove_suffix(text.size() - from);
  }
  return run.charge(self(a).size() / 16) && run.string(std::string(text), out);
}

constexpr Native kMethods[] = {
    {"capitalize", capitalize},
    {"casefold", each<fold_of>},
    {"isalnum", all_of<is_alnum, false>},
    {"isalpha", all_of<is_letter, false>},
    {"isascii", isascii},
    {"isdecimal", all_of<is_decimal, false>},
    {"isdigit", all_of<is_digit, false>},
    {"isidentifier", isidentifier},
    {"islower", is_case<is_lower, is_upper>},
    {"isnumeric", all_of<is_numeric, false>},
    {"isprintable", all_of<is_printable, true>},
    {"isspace", all_of<is_space, false>},
    {"istitle", istitle},
    {"isupper", is_case<is_upper, is_lower>},
    {"lower", lower},
    {"lstrip", strip<1>},
    {"rstrip", strip<2>},
    {"strip", strip<3>},
    {"swapcase", swapcase},
    {"title", title},
    {"upper", each<upper_of>},
};

}  // namespace

Methods case_methods() { return methods<kMethods, TypeName::kStr>(); }

}  // namespace lang
