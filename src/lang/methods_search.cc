// SPDX-License-Identifier: Apache-2.0
// Methods of str: finding, replacing, taking apart and putting together.
#include <algorithm>
#include <span>

#include "lang/characters.h"
#include "lang/methods_string.h"

namespace lang {
namespace {

bool split_count(Run& run, const Value* v, std::size_t& most) {
  std::int64_t count = -1;
  if (v != nullptr && !run.as_index(*v, count)) return false;
  most = count < 0 ? static_cast<std::size_t>(-1) : static_cast<std::size_t>(count);
  return true;
}

// The characters of a text from one of its ends.
class Ends {
 public:
  Ends(std::string_view text, bool right) : text_(text), right_(right) {}
  bool empty() const { return text_.empty(); }
  bool blank() const {
    std::size_t at = text_.size() - width(), end = 0;
    return is_space(right_ ? decode_point(text_, at) : decode_point(text_, end));
  }
  void skip(bool blanks) {
    while (!empty() && blank() == blanks)
      right_ ? text_.remove_suffix(width()) : text_.remove_prefix(width());
  }
  std::string_view rest() const { return text_; }

 private:
  std::size_t width() const {
    std::size_t n = 0;
    if (!right_) return decode_point(text_, n), n;
    for (n = 1;
         n < text_.size() && (static_cast<unsigned char>(text_[text_.size() - n]) & 0xc0) == 0x80;)
      ++n;
    return n;
  }
  std::string_view text_;
  bool right_;
};

void split_blank(std::string_view text, std::size_t most, bool right,
                 std::vector<std::string_view>& out) {
  Ends ends(text, right);
  for (ends.skip(true); !ends.empty(); ends.skip(true)) {
    if (out.size() == most) {
      out.push_back(ends.rest());
      return;
    }
    const std::string_view before = ends.rest();
    ends.skip(false);
    const std::size_t taken = before.size() - ends.rest().size();
    out.push_back(right ? before.substr(ends.rest().size()) : before.substr(0, taken));
  }
}

bool pieces(Run& run, const std::vector<std::string_view>& parts, Value& out) {
  if (!run.room(parts.size())) return false;
  Values made;
  for (const std::string_view part : parts) {
    made.push_back(run.short_string(part));
    run.heap.used += part.size();
  }
  out = run.list(std::move(made));
  return run.charge(parts.size());
}

template <bool kRight> bool split(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"sep", "maxsplit"};
  const Value* given[2] = {};
  std::size_t most = 0;
  if (!named(run, a, "split", 1, 0, kNames, given) || !split_count(run, given[1], most))
    return false;
  std::string_view text = self(a);
  std::vector<std::string_view> parts;
  if (given[0] == nullptr || given[0]->type() == Type::kNone) {
    split_blank(text, most, kRight, parts);
  } else {
    if (!is_string(*given[0]))
      return run.type_error("must be str or None, not " + run.type_of(*given[0])->name);
    const std::string& by = text_of(*given[0]);
    if (by.empty()) return run.value_error("empty separator");
    while (parts.size() < most) {
      const std::size_t at = kRight ? text.rfind(by) : text.find(by);
      if (at == std::string::npos) break;
      parts.push_back(kRight ? text.substr(at + by.size()) : text.substr(0, at));
      text = kRight ? text.substr(0, at) : text.substr(at + by.size());
    }
    parts.push_back(text);
  }
  if (kRight) std::ranges::reverse(parts);
  return pieces(run, parts, out);
}

bool splitlines(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"keepends"};
  const Value* given[1] = {};
  if (!named(run, a, "splitlines", 1, 0, kNames, given)) return false;
  std::int64_t keep = 0;
  if (given[0] != nullptr && !run.as_index(*given[0], keep)) return false;
  const bool ends = keep != 0;
  const std::string_view text = self(a);
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    if (!is_line_end(decode_point(text, at))) continue;
    if (text.substr(from, 2) == "\r\n") at = from + 2;
    parts.push_back(text.substr(begin, (ends ? at : from) - begin));
    begin = at;
  }
  if (begin < text.size()) parts.push_back(text.substr(begin));
  return pieces(run, parts, out);
}

// The texts are mostly far from each other: each is looked at once, and asked for ahead.
bool join_items(Run& run, const String& between, std::span<const Value> items, Value& out) {
  static constexpr std::size_t kAhead = 8, kReserve = 1 << 20;
  std::string made;
  std::size_t size = 0, points = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i + kAhead < items.size() && items[i + kAhead].type() == Type::kObject)
      __builtin_prefetch(items[i + kAhead].as_object());
    const Value item = plain_value(items[i]);
    if (!is_string(item))
      return run.type_error("sequence item " + std::to_string(i) + ": expected str instance, " +
                            run.type_of(item)->name + " found");
    const auto* part = as<String>(item);
    size += part->text.size() + between.text.size();
    if (!run.string_room(size)) return false;
    if (i == 0) made.reserve(std::min(size * items.size(), kReserve));
    else made += between.text;
    made += part->text;
    points += part->length;
  }
  if (!items.empty()) points += between.length * (items.size() - 1);
  return run.string(std::move(made), points, out);
}

// A list is not copied: nothing changes it meanwhile, and no label of an item is looked at.
bool join_of(Run& run, Arguments& a, Value& out) {
  if (!arity(run, a, "join", 2, 2)) return false;
  const String& between = *as<String>(a.list[0]);
  if (is(a.list[1], Kind::kList) || is(a.list[1], Kind::kTuple)) {
    const Values& all = as<List>(a.list[1])->items;
    return run.charge(all.size() / 8 + 1) && join_items(run, between, all, out);
  }
  Values items;
  return run.iterate(a.list[1], items) && join_items(run, between, items, out);
}

bool replace(Run& run, Arguments& a, Value& out) {
  std::string from, to;
  std::int64_t count = -1;
  if (!arity(run, a, "replace", 3, 4) || !text_argument(run, a, 1, from) ||
      !text_argument(run, a, 2, to))
    return false;
  if (a.size() == 4 && !run.as_index(a.list[3], count)) return false;
  const std::string& text = self(a);
  std::string made;
  std::size_t at = 0;
  for (std::int64_t n = 0; count < 0 || n < count; ++n) {
    std::size_t found = 0;
    if (from.empty()) {
      if (at > text.size() || (n > 0 && at == text.size())) break;
      found = n == 0 ? 0 : at;
      if (n > 0) {
        std::size_t end = at;
        decode_point(text, end);
        made += std::string_view(text).substr(at, end - at);
        at = found = end;
      }
    } else {
      found = text.find(from, at);
      if (found == std::string::npos) break;
      made += std::string_view(text).substr(at, found - at);
    }
    made += to;
    at = found + from.size();
    if (!run.string_room(made.size())) return false;
    if (!run.charge(1)) return false;
  }
  if (at < text.size()) made += std::string_view(text).substr(at);
  return run.string(std::move(made), out);
}

// The part that `start` and `end` (arguments 2, 3) name, in bytes; false inside: no such part.
bool window(Run& run, const Arguments& a, std::size_t& begin, std::size_t& end, bool& inside) {
  const auto length = static_cast<std::int64_t>(as<String>(a.list[0])->length);
  std::int64_t from = 0, to = length;
  if (a.size() > 2 && a.list[2].type() != Type::kNone && !run.as_index(a.list[2], from))
    return false;
  if (a.size() > 3 && a.list[3].type() != Type::kNone && !run.as_index(a.list[3], to)) return false;
  if (from < 0) from = std::max<std::int64_t>(from + length, 0);
  if (to < 0) to = std::max<std::int64_t>(to + length, 0);
  to = std::min(to, length);
  inside = from <= to && from <= length;
  begin = point_offset(self(a), static_cast<std::size_t>(std::min(from, length)));
  end = point_offset(self(a), static_cast<std::size_t>(to));
  return true;
}

template <bool kRight, bool kRaises> bool find(Run& run, Arguments& a, Value& out) {
  std::string what;
  std::size_t begin = 0, end = 0;
  bool inside = false;
  if (!arity(run, a, "find", 2, 4) || !text_argument(run, a, 1, what) ||
      !window(run, a, begin, end, inside))
    return false;
  const std::string_view part = std::string_view(self(a)).substr(begin, inside ? end - begin : 0);
  const std::size_t at = kRight ? part.rfind(what) : part.find(what);
  const bool found = inside && at != std::string::npos;
  if (!found && kRaises) return run.value_error("substring not found");
  out = Value::integer(found ? static_cast<std::int64_t>(
                                   count_points(std::string_view(self(a)).substr(0, begin + at)))
                             : -1);
  return run.charge(part.size() / 256);
}

bool count(Run& run, Arguments& a, Value& out) {
  std::string what;
  std::size_t begin = 0, end = 0;
  bool inside = false;
  if (!arity(run, a, "count", 2, 4) || !text_argument(run, a, 1, what) ||
      !window(run, a, begin, end, inside))
    return false;
  const std::string_view part = std::string_view(self(a)).substr(begin, inside ? end - begin : 0);
  std::int64_t n = 0;
  if (what.empty()) n = inside ? static_cast<std::int64_t>(count_points(part)) + 1 : 0;
  else
    for (std::size_t at = part.find(what); at != std::string::npos;
         at = part.find(what, at + what.size()))
      ++n;
  out = Value::integer(n);
  return run.charge(part.size() / 256);
}

template <bool kEnd> bool affix(Run& run, Arguments& a, Value& out) {
  std::size_t begin = 0, end = 0;
  bool inside = false, found = false;
  if (!arity(run, a, "startswith", 2, 4) || !window(run, a, begin, end, inside)) return false;
  Values options{a.list[1]};
  if (is(a.list[1], Kind::kTuple)) options = as<List>(a.list[1])->items;
  const std::string_view part = std::string_view(self(a)).substr(begin, inside ? end - begin : 0);
  for (const Value& one : options) {
    const Value v = plain_value(one);
    if (!is_string(v))
      return run.type_error(std::string(kEnd ? "endswith" : "startswith") +
                            " first arg must be str or a tuple of str, not " +
                            run.type_of(v)->name);
    found = found || (inside && (kEnd ? part.ends_with(text_of(v)) : part.starts_with(text_of(v))));
  }
  out = Value::boolean(found);
  return true;
}

template <bool kEnd> bool remove_affix(Run& run, Arguments& a, Value& out) {
  std::string what;
  if (!arity(run, a, "removeprefix", 2, 2) || !text_argument(run, a, 1, what)) return false;
  std::string_view text = self(a);
  if (!what.empty() && (kEnd ? text.ends_with(what) : text.starts_with(what)))
    kEnd ? text.remove_suffix(what.size()) : text.remove_prefix(what.size());
  return run.string(std::string(text), out);
}

template <bool kRight> bool partition(Run& run, Arguments& a, Value& out) {
  std::string by;
  if (!arity(run, a, "partition", 2, 2) || !text_argument(run, a, 1, by)) return false;
  if (by.empty()) return run.value_error("empty separator");
  const std::string_view text = self(a);
  const std::size_t at = kRight ? text.rfind(by) : text.find(by);
  const std::string_view rest = at == std::string::npos ? text : std::string_view();
  const bool found = at != std::string::npos;
  out = run.list({run.short_string(found    ? text.substr(0, at)
                                   : kRight ? ""
                                            : rest),
                  run.short_string(found ? by : ""),
                  run.short_string(found    ? text.substr(at + by.size())
                                   : kRight ? rest
                                            : "")},
                 Kind::kTuple);
  run.heap.used += text.size();
  return true;
}

constexpr Native kMethods[] = {
    {"count", count},
    {"endswith", affix<true>},
    {"find", find<false, false>},
    {"index", find<false, true>},
    {"join", join_of},
    {"partition", partition<false>},
    {"removeprefix", remove_affix<false>},
    {"removesuffix", remove_affix<true>},
    {"replace", replace},
    {"rfind", find<true, false>},
    {"rindex", find<true, true>},
    {"rpartition", partition<true>},
    {"rsplit", split<true>},
    {"split", split<false>},
    {"splitlines", splitlines},
    {"startswith", affix<false>},
};

}  // namespace

Methods search_methods() { return methods<kMethods, TypeName::kStr>(); }

}  // namespace lang
