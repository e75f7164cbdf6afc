// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Two runs of one program that differ in a labelled input only, and what a reader who may not see
// that label can tell between them. Trust zone: tests.
//
// Non-interference, as tested. A label is *high* if it carries the tag "high", else *low*. The
// reader sees, of each run:
//   1. the calls whose control label is low, in order: tool, line, control label;
//   2. of their arguments the leaves whose label is low: name, path, value, label; and the label of
//      an argument where that is low;
//   3. the result: its low leaves likewise, and all of it where Outcome::label is low;
//   4. the output of print() where output_label is low;
//   5. how the run ended: kind, type of error, line; its text where Outcome::label is low.
// All of these are the same in both runs. That a label is low in one run and high in the other is a
// difference, too.
//
// Declared leaks (docs/reference/plan-language.md §3), left out by exactly these rules:
//   a. A run that a *limit* ends, or a denial, shows a prefix: its calls of 1. are the first of the
//      other's, a low output begins the other's if that is low. That and where it ended is not
//      compared: steps and memory carry no label.
//   b. A run that an *implicit* error ended (kRaised by other than an explicit `raise` or `assert`:
//      in generated programs these raise Stop and AssertionError, and nothing else does) shows a
//      prefix likewise. That it ended is declared; which error, where, with which text is not:
//      unless both ended alike, Outcome::label is high.
// An explicit raise is no exception to 1. to 4.: what follows it in the other run is high.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lang/plan.h"

namespace plan_test {

// The values of high(kind) in both runs, by a seed: different in some of the kinds at least.
struct Inputs {
  explicit Inputs(std::uint64_t seed);
  // By the names of FlowWriter's sorts: int, bool, text, ints, texts, dict.
  std::array<std::array<schema::Value, 6>, 2> values;
};

// What can be called: high(what), mid(value), send(value, more), echo(value), fail(when).
const std::vector<lang::Signature>& tools();

// Records the calls of a run and answers them; what it answers is a function of the call alone.
class Recorder : public lang::Host {
 public:
  Recorder(const std::array<schema::Value, 6>& high, label::Table& table);
  lang::Answer call(const lang::Call& call) override;
  std::vector<lang::Call> calls;

 private:
  const std::array<schema::Value, 6>& high_;
  label::Table& table_;
  label::LabelId high_label_, mid_label_;
};

struct Verdict {
  enum class Kind : std::uint8_t {
    kRefused,  // the program does not check; `text` says why
    kSame,     // the runs did not differ, or only in the name of the high value
    kHidden,   // they differed, under the label only
    kLeak,     // `text` says where
  };
  Kind kind = Kind::kSame;
  std::string text;
  std::array<lang::Outcome::Kind, 2> ended{};
};

// Limits of generated programs: small, so that a pair costs microseconds.
lang::Limits small_limits();

// Two runs of `source`. `table` is shared by both, so that equal labels have equal ids.
Verdict run_pair(const std::string& source, const Inputs& inputs);

}  // namespace plan_test
