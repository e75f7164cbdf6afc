// SPDX-License-Identifier: Apache-2.0
// Patterns and matches.
#include "lang/regex.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace lang {

namespace {

constexpr std::size_t kKept = 64;  // patterns

bool no_pattern(Run& run, const re2::RE2& program) {
  switch (program.error_code()) {
    case re2::RE2::ErrorPatternTooLarge:
      return run.limit("regular expression: needs more memory than 8 MiB");
    case re2::RE2::ErrorRepeatSize:
      return run.limit("regular expression: repeats of more than 1,000");
    default: return run.raise(TypeName::kRegexError, program.error());
  }
}

}  // namespace

bool compile_pattern(Run& run, const Value& source, std::int64_t flags, Value& out) {
  if (is(source, Kind::kPattern)) {
    if (flags != 0) return run.value_error("cannot process flags argument with a compiled pattern");
    return out = source, true;
  }
  if (!is_string(source))
    return run.type_error("first argument must be string or compiled pattern");
  if (text_of(source).size() > 10'000)
    return run.limit("regular expression of more than 10,000 bytes");
  auto& kept = run.type(TypeName::kPattern)->members;
  const std::string key = std::to_string(flags) + "/" + text_of(source);
  for (const auto& [known, pattern] : kept)
    if (known == key) return out = pattern, true;
  std::string text;
  auto* made = run.heap.make<Pattern>();
  made->given = flags;
  if (!to_re2(run, text_of(source), flags, text, made->dollar)) return false;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(8 << 20);
  made->program = std::make_unique<re2::RE2>(text, options);
  made->text = as<String>(source);
  made->flags = flags;
  run.heap.used += 4096 + text.size() * 64;
  if (!made->program->ok()) return no_pattern(run, *made->program);
  out = Value::object(made);
  if (kept.size() < kKept) kept.emplace_back(key, out);
  return run.charge(text.size() + 64);
}

namespace {

using Groups = std::vector<re2::StringPiece>;

bool find(const re2::RE2& program, std::string_view text, std::size_t from, bool at_begin,
          bool to_end, Groups& out) {
  const auto anchor =
      at_begin ? (to_end ? re2::RE2::ANCHOR_BOTH : re2::RE2::ANCHOR_START) : re2::RE2::UNANCHORED;
  return program.Match(re2::StringPiece(text.data(), text.size()), from, text.size(), anchor,
                       out.data(), static_cast<int>(out.size()));
}

}  // namespace

bool search_pattern(Run& run, Pattern* pattern, String* text, std::size_t from, std::size_t end,
                    bool at_begin, bool to_end, Match*& out) {
  const std::string_view whole = std::string_view(text->text).substr(0, end);
  const auto count = static_cast<std::size_t>(pattern->program->NumberOfCapturingGroups()) + 1;
  out = nullptr;
  if (from > whole.size()) return true;
  if (!run.charge((whole.size() - from) / 16 + count)) return false;
  Groups found(count), shorter(count);
  bool there = find(*pattern->program, whole, from, at_begin, to_end, found);
  if (pattern->dollar && whole.ends_with('\n') && from < whole.size() && !to_end &&
      find(*pattern->program, whole.substr(0, whole.size() - 1), from, at_begin, to_end, shorter) &&
      (!there || shorter[0].data() < found[0].data())) {
    there = true;
    found = shorter;
  }
  if (!there) return true;
  out = run.heap.make<Match>();
  out->pattern = pattern;
  out->text = text;
  out->end = end;
  run.heap.used += count * 16;
  for (const auto& piece : found) {
    if (piece.data() == nullptr) {
      out->groups.emplace_back(std::string::npos, 0);
      continue;
    }
    const auto begin = static_cast<std::size_t>(piece.data() - text->text.data());
    out->groups.emplace_back(begin, begin + piece.size());
  }
  return run.charge(count);
}

Value group_value(Run& run, const Match& match, std::size_t index) {
  const auto [begin, end] = match.groups[index];
  if (begin == std::string::npos) return Value::none();
  run.heap.used += end - begin;
  return run.short_string(std::string_view(match.text->text).substr(begin, end - begin));
}

bool expand_template(Run& run, const std::string& text, const Match& m, std::string& out) {
  const auto error = [&](std::string_view what, std::size_t at) {
    return run.raise(TypeName::kRegexError, fmt::format("{} at position {}", what, at));
  };
  const auto digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      out += text[at++];
      continue;
    }
    const std::size_t begin = at++;
    if (at == text.size()) return error("bad escape (end of pattern)", begin);
    const char c = text[at++];
    std::size_t index = 0;
    if (c == 'g') {
      const std::size_t close = text.find('>', at);
      if (at == text.size() || text[at] != '<') return error("missing <", at);
      if (close == std::string::npos) return error("missing >, unterminated name", at + 1);
      const std::string name = text.substr(at + 1, close - at - 1);
      const auto& names = m.pattern->program->NamedCapturingGroups();
      if (const auto found = names.find(name); found != names.end()) {
        index = static_cast<std::size_t>(found->second);
      } else if (!name.empty() && name.size() < 4 &&
                 name.find_first_not_of("0123456789") == std::string::npos) {
        index = static_cast<std::size_t>(decimal(name));
      } else {
        return run.raise(TypeName::kIndexError, "unknown group name '" + name + "'");
      }
      at = close + 1;
    } else if (c >= '1' && c <= '9') {
      index = static_cast<std::size_t>(c - '0');
      if (digit(at)) index = index * 10 + static_cast<std::size_t>(text[at++] - '0');
    } else {
      static constexpr std::string_view kFrom = "abfnrtv\\", kTo = "\a\b\f\n\r\t\v\\";
      if (const std::size_t known = kFrom.find(c); known != std::string_view::npos)
        out += kTo[known];
      else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '0')
        return error(fmt::format("bad escape \\{}", c), begin);
      else out += text.substr(begin, 2);
      continue;
    }
    if (index >= m.groups.size())
      return error(fmt::format("invalid group reference {}", index), begin + 1);
    const auto [from, to] = m.groups[index];
    if (from != std::string::npos) out += std::string_view(m.text->text).substr(from, to - from);
    if (!run.string_room(out.size())) return false;
  }
  return true;
}

bool repr_pattern(Run&, const Pattern& pattern, std::string& out) {
  out += "re.compile(";
  repr_string(pattern.text->text, out);
  static constexpr std::pair<std::int64_t, std::string_view> kFlags[] = {
      {kIgnoreCase, "re.IGNORECASE"},
      {kMultiline, "re.MULTILINE"},
      {kDotAll, "re.DOTALL"},
      {kVerbose, "re.VERBOSE"},
      {kAsciiOnly, "re.ASCII"}};
  std::string flags;
  for (const auto& [flag, name] : kFlags)
    if ((pattern.flags & flag) != 0) flags += (flags.empty() ? ", " : "|") + std::string(name);
  out += flags + ")";
  return true;
}

bool repr_match(Run&, const Match& match, std::string& out) {
  const auto [begin, end] = match.groups[0];
  const std::string_view text = match.text->text;
  out += fmt::format("<re.Match object; span=({}, {}), match=", count_points(text.substr(0, begin)),
                     count_points(text.substr(0, end)));
  repr_string(std::string(text.substr(begin, end - begin)), out);
  out += ">";
  return true;
}

bool regex_attribute(Run& run, const Value& owner, std::string_view name, Value& out, bool& known) {
  known = true;
  if (is(owner, Kind::kPattern)) {
    auto* pattern = as<Pattern>(owner);
    if (name == "pattern") return out = Value::object(pattern->text), true;
    if (name == "flags")
      return out = Value::integer(pattern->flags | ((pattern->flags & kAsciiOnly) != 0 ? 0 : 32)),
             true;
    if (name == "groups")
      return out = Value::integer(pattern->program->NumberOfCapturingGroups()), true;
    if (name == "groupindex") {
      Dict* made = run.dict();
      out = Value::object(made);
      for (const auto& [index, word] : pattern->program->CapturingGroupNames())
        if (!run.put(made, run.short_string(word), Value::integer(index))) return false;
      return true;
    }
  } else {
    const auto* match = as<Match>(owner);
    const std::string_view text = match->text->text;
    const auto points = [&](std::size_t bytes) {
      return Value::integer(static_cast<std::int64_t>(count_points(text.substr(0, bytes))));
    };
    if (name == "string") return out = Value::object(match->text), true;
    if (name == "re") return out = Value::object(match->pattern), true;
    if (name == "pos") return out = points(match->from), true;
    if (name == "endpos") return out = points(match->end), true;
  }
  known = false;
  return true;
}

}  // namespace lang
