// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Patterns and wildcards of one policy set, each text once, lowered where a plain comparison gives
// the same answer as RE2: an exact text, a prefix and a suffix around a run of one character class,
// a part, a finite set; and a prefix and a suffix around what is left to RE2. Trust zone: monitor;
// matches texts of hostile calls.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "policy/pattern_reader.h"

namespace policy {

class Patterns {
 public:
  enum class Kind : std::uint8_t { kExact, kRun, kContains, kOneOf, kAround, kRe2 };
  using Id = std::uint32_t;

  Patterns();
  Patterns(Patterns&&) noexcept;
  Patterns& operator=(Patterns&&) noexcept;
  ~Patterns();

  // RE2 syntax, full match; with `search` anywhere. kInvalid: RE2 does not take it.
  base::Result<Id> add_regex(const std::string& text, bool search);
  // `*` any run, `?` one code point; the whole text.
  base::Result<Id> add_wildcard(const std::string& text);
  Id add_texts(std::vector<std::string> texts);  // exactly one of them

  // `text` is UTF-8: then, and only then, the lowered forms say what RE2 says. No allocation but
  // for what RE2 keeps of its automaton.
  bool matches(Id id, std::string_view text) const;
  Kind kind(Id id) const { return lowered_[id].kind; }
  std::size_t size() const { return lowered_.size(); }

 private:
  static constexpr std::uint8_t kNoClass = 255;
  struct Lowered {
    Kind kind = Kind::kExact;
    std::uint8_t run = 0;                       // class of the run
    std::uint16_t least = 0;                    // bytes in the run
    std::uint32_t prefix = 0, prefix_size = 0;  // in arena_; kContains: the part
    std::uint32_t suffix = 0, suffix_size = 0;  // kOneOf: choices_; kRe2: index of it
    std::uint32_t core = 0;                     // kAround: the pattern between both
  };
  struct Re2s;

  bool lower(const std::vector<PatternPiece>& pieces, Lowered& out);
  base::Result<Id> add_around(const SplitPattern& split);
  base::Result<Id> add_re2(const std::string& text, bool search);
  Id keep(const Lowered& lowered);
  std::uint8_t class_id(const ByteClass& bytes);
  std::uint32_t put(std::string_view text);
  std::string_view piece(std::uint32_t at, std::uint32_t size) const {
    return {arena_.data() + at, size};
  }
  bool in_run(std::uint8_t run, std::string_view text) const;
  bool one_of(const Lowered& l, std::string_view text) const;

  std::string arena_;
  std::vector<Lowered> lowered_;
  std::vector<ByteClass> classes_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> choices_;  // in arena_, each set sorted
  std::unordered_map<std::string, Id> ids_;                       // by kind and text
  std::unique_ptr<Re2s> re2s_;
};

}  // namespace policy
