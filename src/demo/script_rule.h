// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One rule of a script and what its placeholders stand for. Private to the script. Trust zone: demo
// and tests only.
#pragma once

#include <re2/re2.h>

#include "demo/script.h"

namespace demo {

// What {1}..{9}, {user}, {result} and {tools} stand for in one reply.
struct Filling {
  std::vector<std::string> groups{};  // groups[0] is {1}
  std::string user{};
  std::string result{};
  std::string tools{};
};

// How a filled-in text is written.
enum class Place : unsigned char { kText, kJsonString };

std::string filled(std::string_view text, const Filling& filling, Place place);

struct Script::Rule {
  std::optional<std::string> user;    // found in the last user text, any case
  std::unique_ptr<re2::RE2> pattern;  // found in the last user text
  std::optional<std::string> result;  // found in the last tool result, any case
  std::optional<std::int64_t> results;
  std::int64_t results_from = 0;
  std::optional<std::string> offered;

  std::string text;
  std::string thinking;
  std::size_t piece = 0;
  std::vector<ScriptedCall> calls;
  bool obey = false;
  Play rest;

  // What it stands for if it fits, nothing if not.
  std::optional<Filling> fits(const Asked& asked) const;
  Play play(const Asked& asked, const Filling& filling) const;
};

}  // namespace demo
