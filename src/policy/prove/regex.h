// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Patterns as automata over code points, so that prove can ask which combinations of them some text
// fulfils. Reads the part of RE2's syntax that is regular in the plain sense; what it does not read
// it refuses, and prove then says `undecided`. Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace policy::proving {

// Code points from `low` to `high`, both included.
struct CodeRange {
  char32_t low = 0;
  char32_t high = 0;
  friend auto operator<=>(const CodeRange&, const CodeRange&) = default;
};
using CodeSet = std::vector<CodeRange>;  // sorted, disjoint

inline constexpr char32_t kLastCode = 0x10ffff;
CodeSet normal(CodeSet set);
CodeSet complement(const CodeSet& set);  // without the surrogates
bool holds(const CodeSet& set, char32_t code);

// A nondeterministic automaton. State 0 starts.
struct Nfa {
  struct State {
    enum class Kind : std::uint8_t { kRead, kSplit, kBegin, kEnd, kMatch };
    Kind kind = Kind::kMatch;
    CodeSet set;              // kRead
    std::uint32_t next = 0;   // all but kMatch
    std::uint32_t other = 0;  // kSplit
  };
  std::vector<State> states;
};

// The whole texts that RE2 pattern `text` matches; with `search`, those in which it matches
// somewhere. Nothing for \b, \B, \C, \p, (?m) with an anchor, case folding beyond ASCII, a syntax
// error, or more than 20,000 states.
std::optional<Nfa> pattern_nfa(std::string_view text, bool search);
// `*` any run, `?` one code point, the rest itself; whole text.
Nfa wildcard_nfa(std::string_view text);

// `text` with every character that means something in a pattern escaped.
std::string quoted(std::string_view text);
std::vector<char32_t> code_points(std::string_view utf8);  // of valid UTF-8
void append_utf8(std::string& text, char32_t code);

}  // namespace policy::proving
