// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/glob.h"

#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "runner/workspace/limits.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

// One character: a code point, or a malformed byte. Empty `s` is not allowed.
std::string_view take_character(std::string_view& s) {
  const auto lead = static_cast<unsigned char>(s[0]);
  std::size_t size = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  size = std::min(size, s.size());
  if (size > 1 && !base::is_utf8(s.substr(0, size))) size = 1;
  const std::string_view out = s.substr(0, size);
  s.remove_prefix(size);
  return out;
}

// Where the class that begins at pattern[0] == '[' ends, counting the ']'; nothing if it does not.
std::optional<std::size_t> class_end(std::string_view pattern) {
  std::size_t at = 1;
  if (at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^')) ++at;
  if (at < pattern.size() && pattern[at] == ']') ++at;  // the first one is a member
  const std::size_t end = pattern.find(']', at);
  return end == std::string_view::npos ? std::nullopt : std::optional(end + 1);
}

// Code points compare as their UTF-8.
bool class_has(std::string_view members, std::string_view c) {
  const bool negated = members.starts_with('!') || members.starts_with('^');
  if (negated) members.remove_prefix(1);
  bool found = false;
  while (!members.empty()) {
    const std::string_view low = take_character(members);
    std::string_view high = low;
    if (members.size() >= 2 && members[0] == '-') {
      members.remove_prefix(1);
      high = take_character(members);
    }
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

// Takes one element off both, if they fit. `pattern` does not begin with '*'.
bool take_one(std::string_view& pattern, std::string_view& name) {
  if (pattern.empty() || name.empty()) return false;
  std::string_view rest = name;
  const std::string_view c = take_character(rest);
  std::string_view p = pattern;
  bool fits = false;
  const auto end = p[0] == '[' ? class_end(p) : std::nullopt;
  if (p[0] == '?') fits = true, p.remove_prefix(1);
  else if (end) fits = class_has(p.substr(1, *end - 2), c), p.remove_prefix(*end);
  else {
    if (p[0] == '\\' && p.size() > 1) p.remove_prefix(1);
    fits = take_character(p) == c;
  }
  if (!fits) return false;
  pattern = p;
  name = rest;
  return true;
}

// The braces that begin at text[0] == '{': alternatives, and where they end. Braces may nest.
struct Braces {
  std::vector<std::string_view> choices;
  std::size_t end = 0;
};
std::optional<Braces> braces_of(std::string_view text) {
  Braces out;
  std::size_t depth = 0;
  std::size_t begin = 1;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '{') ++depth;
    else if (text[i] == ',' && depth == 1) {
      out.choices.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    } else if (text[i] == '}' && --depth == 0) {
      out.choices.push_back(text.substr(begin, i - begin));
      out.end = i + 1;
      return out;
    }
  }
  return std::nullopt;
}

// The first place in `text` from which on a brace opens, or npos.
std::size_t first_brace(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    else if (text[i] == '{') return i;
  }
  return std::string_view::npos;
}

bool brackets_close(std::string_view name) {
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\') ++i;
    else if (name[i] == '[') {
      const auto end = class_end(name.substr(i));
      if (!end) return false;
      i += *end - 1;
    }
  }
  return true;
}

}  // namespace

bool name_fits(std::string_view pattern, std::string_view name) {
  std::optional<std::pair<std::string_view, std::string_view>> star;  // where to go on after a miss
  while (true) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      star = {pattern, name};
    } else if (pattern.empty() && name.empty()) {
      return true;
    } else if (!take_one(pattern, name)) {
      if (!star || star->second.empty()) return false;
      take_character(star->second);
      pattern = star->first;
      name = star->second;
    }
  }
}

Done Glob::add(std::string_view text, Glob& out) {
  if (out.choices_.size() == kPatternChoices)
    return fail(Cause::kBadPattern, "the pattern has too many alternatives");
  if (text.empty() || text.front() == '/')
    return fail(Cause::kBadPattern, "the pattern is empty or absolute");
  Names names;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    if (name.empty() || name == ".") continue;
    if (name == "..") return fail(Cause::kBadPattern, "`..` stands in the pattern");
    if (!brackets_close(name)) return fail(Cause::kBadPattern, "a bracket is not closed");
    if (name == "**" && !names.empty() && names.back() == "**") continue;
    names.emplace_back(name);
  }
  if (names.empty()) return fail(Cause::kBadPattern, "the pattern names nothing");
  if (names.size() > kDepth) return fail(Cause::kBadPattern, "the pattern is too deep");
  out.choices_.push_back(std::move(names));
  return done();
}

Outcome<Glob> Glob::parse(std::string_view pattern) {
  if (pattern.size() > kPatternBytes) return fail(Cause::kBadPattern, "the pattern is too long");
  if (!base::is_utf8(pattern)) return fail(Cause::kBadPattern, "the pattern is not UTF-8");
  for (std::string_view rest = pattern; !rest.empty();)
    if (is_unseen(take_code_point(rest)))
      return fail(Cause::kBadPattern, "a character that cannot be seen stands in the pattern");
  Glob out;
  std::vector<std::string> open{std::string(pattern)};  // texts whose braces are to be expanded
  for (std::size_t taken = 0; !open.empty(); ++taken) {
    if (taken > 4 * kPatternChoices || open.size() > kPatternChoices)
      return fail(Cause::kBadPattern, "the pattern has too many alternatives");
    const std::string text = std::move(open.back());
    open.pop_back();
    const std::size_t at = first_brace(text);
    if (at == std::string_view::npos) {
      TRY(add(text, out));
      continue;
    }
    const auto braces = braces_of(std::string_view(text).substr(at));
    if (!braces) return fail(Cause::kBadPattern, "a brace is not closed");
    if (braces->choices.size() > kPatternChoices)
      return fail(Cause::kBadPattern, "the pattern has too many alternatives");
    for (const std::string_view choice : braces->choices)
      open.push_back(text.substr(0, at) + std::string(choice) + text.substr(at + braces->end));
  }
  return out;
}

namespace {

// Which of the pattern's names the path's next one may be held against: bit i for names[i]; the
// last bit (names.size()) means that all have been used up. kDepth + 1 bits.
using States = std::vector<bool>;

void pass_over(const std::vector<std::string>& names, States& states) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (states[i] && names[i] == "**") states[i + 1] = true;
}

States after(const std::vector<std::string>& names, const Path& path) {
  States states(names.size() + 1, false);
  states[0] = true;
  pass_over(names, states);
  for (const std::string& name : path.components()) {
    States next(names.size() + 1, false);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!states[i]) continue;
      if (names[i] == "**") next[i] = true;
      else if (name_fits(names[i], name)) next[i + 1] = true;
    }
    pass_over(names, next);
    states = std::move(next);
  }
  return states;
}

}  // namespace

bool Glob::fits(const Path& path) const {
  return std::any_of(choices_.begin(), choices_.end(), [&](const Names& names) {
    return !path.is_root() && after(names, path).back();
  });
}

bool Glob::may_fit_below(const Path& path) const {
  return std::any_of(choices_.begin(), choices_.end(), [&](const Names& names) {
    const States states = after(names, path);
    return std::find(states.begin(), states.end() - 1, true) != states.end() - 1;
  });
}

}  // namespace workspace
