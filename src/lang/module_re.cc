// SPDX-License-Identifier: Apache-2.0
// The module re, and methods of patterns and matches.
#include <re2/re2.h>

#include "lang/regex.h"

namespace lang {
namespace {

// What a function of the module or a pattern's method works on.
struct Subject {
  Pattern* pattern = nullptr;
  String* text = nullptr;
  std::size_t from = 0, end = 0;
};
bool whole(Run& run, const Value* v, std::int64_t& out) {
  return v == nullptr || run.as_index(*v, out);
}
bool take(Run& run, const Value& pattern, std::int64_t flags, const Value& given, Subject& out) {
  Value compiled;
  const Value text = plain_value(given);
  if (!compile_pattern(run, pattern, flags, compiled)) return false;
  if (!is_string(text))
    return run.type_error("expected string or bytes-like object, got '" + run.type_of(text)->name +
                          "'");
  out.pattern = as<Pattern>(compiled);
  out.text = as<String>(text);
  out.end = out.text->text.size();
  return true;
}
// (pattern, string, flags) of the module; (string, pos, endpos) of a pattern.
template <bool kMethod> bool subject(Run& run, const Arguments& a, Subject& out) {
  static constexpr std::string_view kModule[] = {"pattern", "string", "flags"};
  static constexpr std::string_view kPattern[] = {"string", "pos", "endpos"};
  const Value* given[3] = {};
  std::int64_t flags = 0, from = 0, end = 0;
  if (!kMethod)
    return named(run, a, "search", 0, 2, kModule, given) && whole(run, given[2], flags) &&
           take(run, *given[0], flags, *given[1], out);
  if (!named(run, a, "search", 1, 1, kPattern, given) || !take(run, a.list[0], 0, *given[0], out))
    return false;
  const auto length = static_cast<std::int64_t>(out.text->length);
  end = length;
  if (!whole(run, given[1], from) || !whole(run, given[2], end)) return false;
  const auto clip = [&](std::int64_t n) {
    return point_offset(out.text->text,
                        static_cast<std::size_t>(std::min(std::max<std::int64_t>(n, 0), length)));
  };
  out.from = clip(from);
  out.end = clip(end);
  return true;
}

template <bool kMethod, bool kBegin, bool kEnd> bool once(Run& run, Arguments& a, Value& out) {
  Subject s;
  Match* found = nullptr;
  if (!subject<kMethod>(run, a, s) ||
      !search_pattern(run, s.pattern, s.text, s.from, s.end, kBegin, kEnd, found))
    return false;
  if (found != nullptr) found->from = s.from;
  out = found == nullptr ? Value::none() : Value::object(found);
  return true;
}

// Calls `f` for each match from left to right until it sets `more` to false.
template <class F> bool each_match(Run& run, const Subject& s, F f) {
  for (std::size_t at = s.from; at <= s.end;) {
    Match* found = nullptr;
    if (!search_pattern(run, s.pattern, s.text, at, s.end, false, false, found)) return false;
    if (found == nullptr) return true;
    found->from = s.from;
    bool more = true;
    if (!f(*found, more)) return false;
    if (!more) return true;
    const auto [begin, end] = found->groups[0];
    at = end;
    if (end == begin) {
      if (at >= s.end) return true;
      decode_point(s.text->text, at);
    }
  }
  return true;
}
template <bool kMethod> bool findall(Run& run, Arguments& a, Value& out) {
  Subject s;
  if (!subject<kMethod>(run, a, s)) return false;
  out = run.list({});
  return each_match(run, s, [&](const Match& m, bool&) {
    const auto one = [&](std::size_t i) {
      const Value v = group_value(run, m, i);
      return v.type() == Type::kNone ? run.short_string("") : v;
    };
    Value v = one(m.groups.size() == 2 ? 1 : 0);
    if (m.groups.size() > 2) {
      Values row;
      for (std::size_t i = 1; i < m.groups.size(); ++i) row.push_back(one(i));
      v = run.list(std::move(row), Kind::kTuple);
    }
    return run.push(as<List>(out), v);
  });
}
template <bool kMethod> bool finditer(Run& run, Arguments& a, Value& out) {
  Subject s;
  if (!subject<kMethod>(run, a, s)) return false;
  out = run.list({}, Kind::kList, true);
  return each_match(run, s,
                    [&](Match& m, bool&) { return run.push(as<List>(out), Value::object(&m)); });
}
template <bool kMethod> bool split(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"pattern", "string", "maxsplit", "flags"};
  const Value* given[4] = {};
  std::int64_t most = 0, flags = 0, n = 0;
  Subject s;
  if (kMethod ? !named(run, a, "split", 1, 1, std::span(kNames).subspan(1, 2),
                       std::span(given).subspan(1, 2))
              : !named(run, a, "split", 0, 2, kNames, given))
    return false;
  if (!whole(run, given[2], most) || !whole(run, given[3], flags) ||
      !take(run, kMethod ? a.list[0] : *given[0], flags, *given[1], s))
    return false;
  out = run.list({});
  std::size_t from = 0;
  const auto piece = [&](std::size_t end) {
    return run.push(as<List>(out),
                    run.short_string(std::string_view(s.text->text).substr(from, end - from)));
  };
  if (most < 0) return piece(s.end);
  if (!each_match(run, s, [&](const Match& m, bool& more) {
        if (most > 0 && n == most) return more = false, true;
        ++n;
        if (!piece(m.groups[0].first)) return false;
        from = m.groups[0].second;
        for (std::size_t i = 1; i < m.groups.size(); ++i)
          if (!run.push(as<List>(out), group_value(run, m, i))) return false;
        return true;
      }))
    return false;
  return piece(s.end);
}
// kCounts: subn.
template <bool kMethod, bool kCounts> bool sub(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"pattern", "repl", "string", "count", "flags"};
  const Value* given[5] = {};
  std::int64_t most = 0, flags = 0, n = 0;
  Subject s;
  if (kMethod ? !named(run, a, "sub", 1, 2, std::span(kNames).subspan(1, 3),
                       std::span(given).subspan(1, 3))
              : !named(run, a, "sub", 0, 3, kNames, given))
    return false;
  const Value& source = kMethod ? a.list[0] : *given[0];
  if (!whole(run, given[3], most) || !whole(run, given[4], flags) ||
      !take(run, source, flags, *given[2], s))
    return false;
  const Value by = *given[1];
  const LabelId read = run.join(run.deep(*given[2]), run.deep(source));
  if (!is_string(by) && !is_callable(by)) return run.type_error("decoding to str: need a string");
  std::string made;
  std::size_t from = 0;
  LabelId seen = label::kClean;
  if (!each_match(run, s, [&](Match& m, bool& more) {
        if (most != 0 && n >= most) return more = false, true;
        ++n;
        made += std::string_view(s.text->text).substr(from, m.groups[0].first - from);
        from = m.groups[0].second;
        if (is_string(by))
          return expand_template(run, text_of(by), m, made) && run.string_room(made.size());
        Arguments one;
        Value v;
        one.list.push_back(Value::object(&m, read));
        if (!run.call_back(by, one, v)) return false;
        if (!is_string(v))
          return run.type_error("expected str instance, " + run.type_of(v)->name + " found");
        seen = run.join(seen, v.label());
        made += text_of(v);
        return run.string_room(made.size());
      }))
    return false;
  made += std::string_view(s.text->text).substr(from);
  Value text;
  if (!run.string(std::move(made), text)) return false;
  text = run.labelled(text, run.join(seen, read));
  out = kCounts ? run.list({text, Value::integer(n, read)}, Kind::kTuple) : text;
  return true;
}
bool compile_of(Run& run, Arguments& a, Value& out) {
  static constexpr std::string_view kNames[] = {"pattern", "flags"};
  const Value* given[2] = {};
  std::int64_t flags = 0;
  return named(run, a, "compile", 0, 1, kNames, given) && whole(run, given[1], flags) &&
         compile_pattern(run, *given[0], flags, out);
}
bool escape(Run& run, Arguments& a, Value& out) {
  std::string text, made;
  if (!arity(run, a, "escape", 1, 1) || !text_argument(run, a, 0, text)) return false;
  for (const char c : text) {
    if (std::string_view("()[]{}?*+-|^$\\.&~# \t\n\r\v\f").find(c) != std::string_view::npos)
      made += '\\';
    made += c;
  }
  return run.string(std::move(made), out);
}

bool group_index(Run& run, const Match& m, const Value& v, std::size_t& out) {
  std::int64_t at = -1;
  if (is_string(v)) {
    const auto& names = m.pattern->program->NamedCapturingGroups();
    const auto found = names.find(text_of(v));
    if (found != names.end()) at = found->second;
  } else if (!is_integer(v) || !run.as_index(v, at)) {
    at = -1;
  }
  if (at < 0 || at >= static_cast<std::int64_t>(m.groups.size()))
    return run.raise(TypeName::kIndexError, "no such group");
  out = static_cast<std::size_t>(at);
  return true;
}
bool group(Run& run, Arguments& a, Value& out) {
  const Match& m = *as<Match>(a.list[0]);
  Values made;
  if (!arity(run, a, "group", 1, 100)) return false;
  if (a.size() == 1) return out = group_value(run, m, 0), true;
  for (std::size_t i = 1; i < a.size(); ++i) {
    std::size_t index = 0;
    if (!group_index(run, m, a.list[i], index)) return false;
    made.push_back(group_value(run, m, index));
  }
  out = made.size() == 1 ? made[0] : run.list(std::move(made), Kind::kTuple);
  return true;
}
bool groups(Run& run, Arguments& a, Value& out) {
  Values made;
  if (!arity(run, a, "groups", 1, 2, "default")) return false;
  const Value* otherwise = option(a, 1, "default");
  for (std::size_t i = 1; i < as<Match>(a.list[0])->groups.size(); ++i) {
    made.push_back(group_value(run, *as<Match>(a.list[0]), i));
    if (made.back().type() == Type::kNone && otherwise != nullptr) made.back() = *otherwise;
  }
  out = run.list(std::move(made), Kind::kTuple);
  return true;
}
bool groupdict(Run& run, Arguments& a, Value& out) {
  const Match& m = *as<Match>(a.list[0]);
  if (!arity(run, a, "groupdict", 1, 2, "default")) return false;
  const Value* otherwise = option(a, 1, "default");
  Dict* made = run.dict();
  out = Value::object(made);
  for (const auto& [index, name] : m.pattern->program->CapturingGroupNames()) {
    Value v = group_value(run, m, static_cast<std::size_t>(index));
    if (v.type() == Type::kNone && otherwise != nullptr) v = *otherwise;
    if (!run.put(made, run.short_string(name), v)) return false;
  }
  return true;
}
// kWhat: 0 start, 1 end, 2 span.
template <int kWhat> bool span_of(Run& run, Arguments& a, Value& out) {
  const Match& m = *as<Match>(a.list[0]);
  std::size_t index = 0;
  if (!arity(run, a, "span", 1, 2)) return false;
  if (a.size() > 1 && !group_index(run, m, a.list[1], index)) return false;
  const auto [begin, end] = m.groups[index];
  const std::string_view text = m.text->text;
  const bool none = begin == std::string::npos;
  const auto place = [&](std::size_t at) {
    return Value::integer(none ? -1 : static_cast<std::int64_t>(count_points(text.substr(0, at))));
  };
  const Value from = place(begin), to = place(end);
  out = kWhat == 0 ? from : kWhat == 1 ? to : run.list({from, to}, Kind::kTuple);
  return run.charge(text.size() / 256);
}
bool expand(Run& run, Arguments& a, Value& out) {
  std::string into, made;
  return arity(run, a, "expand", 2, 2) && text_argument(run, a, 1, into) &&
         expand_template(run, into, *as<Match>(a.list[0]), made) &&
         run.string(std::move(made), out);
}

constexpr Native kRe[] = {
    {"search", once<false, false, false>},
    {"match", once<false, true, false>},
    {"fullmatch", once<false, true, true>},
    {"findall", findall<false>},
    {"finditer", finditer<false>},
    {"sub", sub<false, false>},
    {"subn", sub<false, true>},
    {"split", split<false>},
    {"compile", compile_of},
    {"escape", escape},
};
constexpr Native kPattern[] = {
    {"search", once<true, false, false>},
    {"match", once<true, true, false>},
    {"fullmatch", once<true, true, true>},
    {"findall", findall<true>},
    {"finditer", finditer<true>},
    {"sub", sub<true, false>},
    {"subn", sub<true, true>},
    {"split", split<true>},
};
constexpr Native kMatch[] = {
    {"group", group},    {"groups", groups},   {"groupdict", groupdict}, {"start", span_of<0>},
    {"end", span_of<1>}, {"span", span_of<2>}, {"expand", expand},
};

}  // namespace

std::span<const Native> re_functions() { return kRe; }
Methods pattern_methods() { return methods<kPattern, TypeName::kPattern>(); }
Methods match_methods() { return methods<kMatch, TypeName::kMatch>(); }

}  // namespace lang
