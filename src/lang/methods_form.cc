// SPDX-License-Identifier: Apache-2.0
// Methods of str that lay text out: format, justification, tabs, translate.
#include "lang/format.h"
#include "lang/methods_string.h"

namespace lang {
namespace {

// kSide: 0 ljust, 1 rjust, 2 center.
template <int kSide> bool justify(Run& run, Arguments& a, Value& out) {
  std::int64_t width = 0;
  std::string fill = " ";
  if (!arity(run, a, "ljust", 2, 3) || !run.as_index(a.list[1], width) ||
      (a.size() == 3 && !text_argument(run, a, 2, fill)))
    return false;
  if (count_points(fill) != 1)
    return run.type_error("The fill character must be exactly one character long");
  const auto length = static_cast<std::int64_t>(as<String>(a.list[0])->length);
  const std::int64_t space_count = width > length ? width - length : 0;
  if (!run.string_room(static_cast<std::size_t>(space_count))) return false;
  if (!run.string_room(static_cast<std::size_t>(space_count) * fill.size())) return false;
  const std::int64_t before = kSide == 0   ? 0
                              : kSide == 1 ? space_count
                                           : space_count / 2 + (space_count & width & 1);
  std::string made;
  for (std::int64_t i = 0; i < before; ++i) made += fill;
  made += self(a);
  for (std::int64_t i = before; i < space_count; ++i) made += fill;
  return run.string(std::move(made), out);
}

bool zfill(Run& run, Arguments& a, Value& out) {
  std::int64_t width = 0;
  if (!arity(run, a, "zfill", 2, 2) || !run.as_index(a.list[1], width)) return false;
  std::string text = self(a);
  const auto length = static_cast<std::int64_t>(as<String>(a.list[0])->length);
  if (width > length && !run.string_room(static_cast<std::size_t>(width))) return false;
  const bool sign = !text.empty() && (text[0] == '-' || text[0] == '+');
  if (width > length) text.insert(sign ? 1 : 0, static_cast<std::size_t>(width - length), '0');
  return run.string(std::move(text), out);
}

bool expandtabs(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"tabsize"};
  const Value* given[1] = {};
  std::int64_t size = 8;
  if (!named(run, a, "expandtabs", 1, 0, kNames, given) ||
      (given[0] != nullptr && !run.as_index(*given[0], size)))
    return false;
  std::string made;
  std::int64_t column = 0;
  for (const char c : self(a)) {
    if (c != '\t') {
      made += c;
      if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++column;
      if (c == '\n' || c == '\r') column = 0;
    } else if (size > 0) {
      const std::int64_t blanks = size - column % size;
      if (!run.string_room(made.size() + static_cast<std::size_t>(blanks))) return false;
      made.append(static_cast<std::size_t>(blanks), ' ');
      column += blanks;
    }
    if (!run.string_room(made.size())) return false;
  }
  return run.charge(made.size() / 64) && run.string(std::move(made), out);
}

bool maketrans(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "maketrans", 2, 4)) return false;
  Dict* made = run.dict();
  out = Value::object(made);
  if (a.size() == 2) {
    if (!is(a.list[1], Kind::kDict))
      return run.type_error("if you give only one argument to maketrans it must be a dict");
    for (const auto& entry : as<Dict>(a.list[1])->entries) {
      if (!entry.live) continue;
      Value key = entry.key;
      if (is_string(key)) {
        if (as<String>(key)->length != 1)
          return run.value_error("string keys in translate table must be of length 1");
        std::size_t at = 0;
        key = Value::integer(decode_point(text_of(key), at), key.label());
      } else if (!is_integer(key)) {
        return run.type_error("keys in translate table must be strings or integers");
      }
      if (!run.put(made, key, entry.value)) return false;
    }
    return true;
  }
  std::string from, to, drop;
  if (!text_argument(run, a, 1, from) || !text_argument(run, a, 2, to) ||
      (a.size() == 4 && !text_argument(run, a, 3, drop)))
    return false;
  if (count_points(from) != count_points(to))
    return run.value_error("the first two maketrans arguments must have equal length");
  for (std::size_t i = 0, j = 0; i < from.size();) {
    const std::uint32_t key = decode_point(from, i), value = decode_point(to, j);
    if (!run.put(made, Value::integer(key), Value::integer(value))) return false;
  }
  for (std::size_t i = 0; i < drop.size();)
    if (!run.put(made, Value::integer(decode_point(drop, i)), Value::none())) return false;
  return true;
}
bool translate(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "translate", 2, 2)) return false;
  if (!is(a.list[1], Kind::kDict))
    return run.type_error("translate() takes a dict (str.maketrans makes one)");
  std::string made;
  const std::string& text = self(a);
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t point = decode_point(text, at);
    bool ok = true;
    const Dict::Entry* entry = run.find(as<Dict>(a.list[1]), Value::integer(point), ok);
    if (!ok || !run.charge(1)) return false;
    std::int64_t to = point;
    if (entry != nullptr && is_string(entry->value)) {
      made += text_of(entry->value);
      if (!run.string_room(made.size())) return false;
      continue;
    }
    if (entry != nullptr && entry->value.type() == Type::kNone) continue;
    if (entry != nullptr && !is_integer(entry->value))
      return run.type_error("character mapping must return integer, None or str");
    if (entry != nullptr && !run.as_index(entry->value, to)) return false;
    if (to < 0 || to > 0x10ffff || (to >= 0xd800 && to < 0xe000))
      return run.value_error("character mapping must be in range(0x110000)");
    append_point(static_cast<std::uint32_t>(to), made);
  }
  return run.string(std::move(made), out);
}

// "{}", "{0}", "{name}" with conversion and spec, which may hold fields itself.
// SECURITY: `{0.x}` and `{0[x]}` walk objects: no.
class Fields {
 public:
  Fields(Run& run, const Arguments& a, const Value* mapping)
      : run_(run), a_(a), mapping_(mapping) {}

  bool expand(std::string_view text, int depth, std::string& out) {
    if (depth > 2) return run_.value_error("Max string recursion exceeded");
    for (std::size_t at = 0; at < text.size();) {
      const char c = text[at++];
      if (c != '{' && c != '}') {
        out += c;
        continue;
      }
      if (at < text.size() && text[at] == c) {
        out += text[at++];
        continue;
      }
      if (at == text.size() || c == '}')
        return run_.value_error(std::string("Single '") + c + "' encountered in format string");
      const std::size_t begin = at;
      for (int open = 1; at < text.size(); ++at) {
        open += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        if (open == 0) break;
      }
      const bool closed = at < text.size();
      const std::string_view whole = text.substr(begin, at - begin);
      if (!closed)
        return run_.value_error(whole.find('!') != std::string_view::npos
                                    ? "unmatched '{' in format spec"
                                    : "expected '}' before end of string");
      ++at;
      if (!field(whole, depth, out) || !run_.string_room(out.size()) || !run_.charge(1))
        return false;
    }
    return true;
  }

 private:
  bool field(std::string_view text, int depth, std::string& out) {
    const std::size_t end = std::min(text.find_first_of("!:"), text.size());
    const std::string_view name = text.substr(0, end);
    std::string_view rest = text.substr(end);
    if (name.find_first_of(".[{") != std::string_view::npos)
      return run_.value_error(
          "attributes and items in format strings are not part of the plan language");
    char conversion = 0;
    if (rest.starts_with("!")) {
      if (rest.size() < 2) return run_.value_error("unmatched '{' in format spec");
      conversion = rest[1];
      rest.remove_prefix(2);
      if (!rest.empty() && rest[0] != ':')
        return run_.value_error("expected ':' after conversion specifier");
    }
    if (rest.starts_with(":")) rest.remove_prefix(1);
    Value v, words;
    if (!value_of(name, v)) return false;
    if (conversion != 0) {
      std::string shown;
      if (conversion != 's' && conversion != 'r' && conversion != 'a')
        return run_.value_error(std::string("Unknown conversion specifier ") + conversion);
      if (!(conversion == 's' ? run_.str(v, shown) : run_.repr(v, shown))) return false;
      if (conversion == 'a') shown = ascii_of(shown);
      if (!run_.string(std::move(shown), v)) return false;
    }
    std::string spec;
    if (rest.find_first_of("{}") == std::string_view::npos) spec = rest;
    else if (!expand(rest, depth + 1, spec)) return false;
    return run_.format(v, spec, out);
  }
  bool value_of(std::string_view name, Value& v) {
    if (mapping_ != nullptr) {
      Value key;
      return run_.string(std::string(name), key) && run_.get_item(*mapping_, key, v);
    }
    const bool number =
        !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
    if (!name.empty() && !number) {
      const Value* found = a_.find(name);
      if (found == nullptr) return run_.raise(TypeName::kKeyError, std::string(name));
      v = *found;
      return true;
    }
    if (name.size() > 18) return run_.value_error("Too many decimal digits in format string");
    if (numbering_ != 0 && numbering_ != (number ? 1 : 2))
      return run_.value_error(
          number ? "cannot switch from automatic field numbering to manual field specification"
                 : "cannot switch from manual field specification to automatic field numbering");
    numbering_ = number ? 1 : 2;
    std::size_t index = next_;
    if (number) {
      index = 0;
      for (const char c : name) index = index * 10 + static_cast<std::size_t>(c - '0');
    } else {
      ++next_;
    }
    if (index + 1 >= a_.size())
      return run_.raise(TypeName::kIndexError, "Replacement index " + std::to_string(index) +
                                                   " out of range for positional args tuple");
    v = a_.list[index + 1];
    return true;
  }

  Run& run_;
  const Arguments& a_;
  const Value* mapping_;
  int numbering_ = 0;  // 1 by number, 2 in order
  std::size_t next_ = 0;
};

bool format_of(Run& run, Arguments& a, Value& out) {
  std::string made;
  return Fields(run, a, nullptr).expand(self(a), 1, made) && run.string(std::move(made), out);
}
bool format_map(Run& run, Arguments& a, Value& out) {
  std::string made;
  if (!arity(run, a, "format_map", 2, 2)) return false;
  if (!is(a.list[1], Kind::kDict)) return run.type_error("format_map() takes a dict");
  return Fields(run, a, &a.list[1]).expand(self(a), 1, made) && run.string(std::move(made), out);
}

constexpr Native kMethods[] = {
    {"center", justify<2>},     {"expandtabs", expandtabs}, {"format", format_of},
    {"format_map", format_map}, {"ljust", justify<0>},      {"maketrans", maketrans},
    {"rjust", justify<1>},      {"translate", translate},   {"zfill", zfill},
};

}  // namespace

Methods form_methods() { return methods<kMethods, TypeName::kStr>(); }

}  // namespace lang
