// SPDX-License-Identifier: Apache-2.0
#include "policy/pattern.h"

#include <re2/re2.h>
#include <string.h>

#include <algorithm>

#include "base/bytes.h"

namespace policy {
namespace {

constexpr std::int64_t kRe2Bytes = 1 << 20;  // policy.md §8
constexpr std::size_t kPatternBytes = 4096;

re2::RE2::Options options_of() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRe2Bytes);
  options.set_never_capture(true);
  return options;
}

}  // namespace

struct Patterns::Re2s {
  struct One {
    std::unique_ptr<re2::RE2> re;
    bool search = false;
  };
  std::vector<One> all;
};

Patterns::Patterns() : re2s_(std::make_unique<Re2s>()) {}
Patterns::Patterns(Patterns&&) noexcept = default;
Patterns& Patterns::operator=(Patterns&&) noexcept = default;
Patterns::~Patterns() = default;

std::uint32_t Patterns::put(std::string_view text) {
  const auto at = static_cast<std::uint32_t>(arena_.size());
  arena_ += text;
  return at;
}

std::uint8_t Patterns::class_id(const ByteClass& bytes) {
  const auto found = std::ranges::find(classes_, bytes);
  if (found != classes_.end()) return static_cast<std::uint8_t>(found - classes_.begin());
  if (classes_.size() == kNoClass) return kNoClass;
  classes_.push_back(bytes);
  return static_cast<std::uint8_t>(classes_.size() - 1);
}

Patterns::Id Patterns::keep(const Lowered& lowered) {
  lowered_.push_back(lowered);
  return static_cast<Id>(lowered_.size() - 1);
}

// [text], [run], [text run], [run text], [text run text], or [run text run] where the text is in
// the class of both runs: then any occurrence of it will do if all bytes are in the class.
bool Patterns::lower(const std::vector<PatternPiece>& pieces, Lowered& out) {
  const auto runs = std::ranges::count_if(pieces, [](const PatternPiece& p) { return p.run; });
  if (runs == 0) {
    out.kind = Kind::kExact;
    if (pieces.empty()) return true;
    out.prefix_size = static_cast<std::uint32_t>(pieces[0].text.size());
    out.prefix = put(pieces[0].text);
    return true;
  }
  if (runs == 2 && pieces.size() == 3 && pieces[0].run && pieces[2].run) {
    const PatternPiece& part = pieces[1];
    const ByteClass& both = pieces[0].bytes;
    if (both != pieces[2].bytes || pieces[0].least + pieces[2].least != 0) return false;
    if (!std::ranges::all_of(part.text,
                             [&](char c) { return both[static_cast<unsigned char>(c)]; }))
      return false;
    out.kind = Kind::kContains;
    out.run = class_id(both);
    out.prefix_size = static_cast<std::uint32_t>(part.text.size());
    out.prefix = put(part.text);
    return out.run != kNoClass;
  }
  if (runs != 1 || pieces.size() > 3) return false;
  const auto run = std::ranges::find_if(pieces, [](const PatternPiece& p) { return p.run; });
  const std::string before = run == pieces.begin() ? "" : pieces.front().text;
  const std::string after = run + 1 == pieces.end() ? "" : pieces.back().text;
  out.kind = Kind::kRun;
  out.run = class_id(run->bytes);
  out.least = run->least;
  out.prefix_size = static_cast<std::uint32_t>(before.size());
  out.prefix = put(before);
  out.suffix_size = static_cast<std::uint32_t>(after.size());
  out.suffix = put(after);
  return out.run != kNoClass;
}

base::Result<Patterns::Id> Patterns::add_re2(const std::string& text, bool search) {
  auto re = std::make_unique<re2::RE2>(text, options_of());
  if (!re->ok()) return base::invalid("a pattern does not compile");
  Lowered lowered;
  lowered.kind = Kind::kRe2;
  lowered.suffix = static_cast<std::uint32_t>(re2s_->all.size());
  re2s_->all.push_back({std::move(re), search});
  return keep(lowered);
}

base::Result<Patterns::Id> Patterns::add_regex(const std::string& text, bool search) {
  if (text.size() > kPatternBytes || !base::is_utf8(text))
    return base::invalid("a pattern is too long or no UTF-8");
  const std::string key = (search ? "s" : "r") + text;
  if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
  Id id = 0;
  Lowered lowered;
  std::vector<PatternPiece> pieces;
  std::vector<std::string> texts;
  if (!search && read_regex(text, pieces) && lower(pieces, lowered)) {
    id = keep(lowered);
  } else if (!search && read_alternatives(text, texts)) {
    id = add_texts(std::move(texts));
  } else if (SplitPattern split; !search && split_regex(text, split)) {
    TRY_AS(id, add_around(split));
  } else {
    TRY_AS(id, add_re2(text, search));
  }
  ids_.emplace(key, id);
  return id;
}

// The core is a pattern of its own, so that patterns which differ in their literal ends only, one
// for each tenant or tool, share one automaton.
base::Result<Patterns::Id> Patterns::add_around(const SplitPattern& split) {
  Lowered lowered;
  lowered.kind = Kind::kAround;
  TRY_AS(lowered.core, add_regex(split.core, false));
  lowered.prefix_size = static_cast<std::uint32_t>(split.prefix.size());
  lowered.prefix = put(split.prefix);
  lowered.suffix_size = static_cast<std::uint32_t>(split.suffix.size());
  lowered.suffix = put(split.suffix);
  return keep(lowered);
}

base::Result<Patterns::Id> Patterns::add_wildcard(const std::string& text) {
  if (text.size() > kPatternBytes || !base::is_utf8(text))
    return base::invalid("a wildcard is too long or no UTF-8");
  const std::string key = "w" + text;
  if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
  Id id = 0;
  Lowered lowered;
  std::vector<PatternPiece> pieces;
  if (read_wildcard(text, pieces) && lower(pieces, lowered)) {
    id = keep(lowered);
  } else {
    TRY_AS(id, add_re2(wildcard_as_regex(text), false));
  }
  ids_.emplace(key, id);
  return id;
}

Patterns::Id Patterns::add_texts(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  std::string key = "t";
  for (const std::string& text : texts) key += std::to_string(text.size()) + ":" + text;
  if (const auto found = ids_.find(key); found != ids_.end()) return found->second;
  Lowered lowered;
  lowered.kind = Kind::kOneOf;
  lowered.suffix = static_cast<std::uint32_t>(choices_.size());
  lowered.suffix_size = static_cast<std::uint32_t>(texts.size());
  for (const std::string& text : texts)
    choices_.emplace_back(put(text), static_cast<std::uint32_t>(text.size()));
  if (texts.size() == 1) {
    lowered.kind = Kind::kExact;
    lowered.prefix = choices_.back().first;
    lowered.prefix_size = choices_.back().second;
  }
  const Id id = keep(lowered);
  ids_.emplace(key, id);
  return id;
}

bool Patterns::in_run(std::uint8_t run, std::string_view text) const {
  const ByteClass& bytes = classes_[run];
  return std::ranges::all_of(text, [&](char c) { return bytes[static_cast<unsigned char>(c)]; });
}

bool Patterns::one_of(const Lowered& l, std::string_view text) const {
  const auto first = choices_.begin() + l.suffix;
  const auto last = first + l.suffix_size;
  const auto at = std::lower_bound(first, last, text, [&](const auto& choice, std::string_view t) {
    return piece(choice.first, choice.second) < t;
  });
  return at != last && piece(at->first, at->second) == text;
}

bool Patterns::matches(Id id, std::string_view text) const {
  const Lowered& l = lowered_[id];
  const std::string_view prefix = piece(l.prefix, l.prefix_size);
  switch (l.kind) {
    case Kind::kExact: return text == prefix;
    case Kind::kRun: {
      const std::string_view suffix = piece(l.suffix, l.suffix_size);
      if (text.size() < prefix.size() + suffix.size() + l.least) return false;
      if (!text.ends_with(suffix) || !text.starts_with(prefix)) return false;
      return in_run(l.run, text.substr(prefix.size(), text.size() - prefix.size() - suffix.size()));
    }
    case Kind::kContains:
      return (prefix.empty() ||
              ::memmem(text.data(), text.size(), prefix.data(), prefix.size()) != nullptr) &&
             in_run(l.run, text);
    case Kind::kOneOf: return one_of(l, text);
    case Kind::kAround: {
      const std::string_view suffix = piece(l.suffix, l.suffix_size);
      if (text.size() < prefix.size() + suffix.size()) return false;
      if (!text.ends_with(suffix) || !text.starts_with(prefix)) return false;
      text.remove_prefix(prefix.size());
      text.remove_suffix(suffix.size());
      return matches(l.core, text);
    }
    case Kind::kRe2: {
      const Re2s::One& one = re2s_->all[l.suffix];
      const re2::StringPiece whole(text.data(), text.size());
      return one.search ? re2::RE2::PartialMatch(whole, *one.re)
                        : re2::RE2::FullMatch(whole, *one.re);
    }
  }
  return false;
}

}  // namespace policy
