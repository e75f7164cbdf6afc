// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Python's regular expressions in RE2's words. Trust zone: session.
#pragma once

#include <string>

#include "lang/native.h"

namespace lang {

inline constexpr std::int64_t kIgnoreCase = 2, kMultiline = 8, kDotAll = 16, kVerbose = 64,
                              kAsciiOnly = 256;

// Look-around, back-references, conditions, atomic groups and possessive repeats are refused by
// name (a limit); what is wrong in both languages raises re.error. `dollar`: a `$` that is not
// multi-line also matches before a last newline, which RE2 cannot say.
bool to_re2(Run& run, std::string_view pattern, std::int64_t& flags, std::string& out,
            bool& dollar);

// The compiled pattern of a text; patterns are kept for the run.
bool compile_pattern(Run& run, const Value& source, std::int64_t flags, Value& out);

// The first match at or behind `from` in the text up to `end`; null: none.
bool search_pattern(Run& run, Pattern* pattern, String* text, std::size_t from, std::size_t end,
                    bool at_begin, bool to_end, Match*& out);

// A group's text or None.
Value group_value(Run& run, const Match& match, std::size_t index);
// The replacement for a match: `\1`, `\g<name>`, `\n`.
bool expand_template(Run& run, const std::string& text, const Match& m, std::string& out);

// Appends what re.compile(...) and a match print.
bool repr_pattern(Run& run, const Pattern& pattern, std::string& out);
bool repr_match(Run& run, const Match& match, std::string& out);
bool regex_attribute(Run& run, const Value& owner, std::string_view name, Value& out, bool& known);

}  // namespace lang
