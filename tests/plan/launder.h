// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One template of the laundering test, run: a labelled leaf in one of its places, of one kind of
// label, and what is then done with the answer. Trust zone: tests.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "lang/plan.h"

namespace plan_test {

// What a label can say; each is a label of its own that nothing else in a run has.
enum class LabelKind : std::uint8_t { kTag, kProducer, kConsumers, kOrigin };
inline constexpr std::array<std::string_view, 4> kLabelKinds{"tag", "producer", "consumers",
                                                             "origin"};

// A form (rows.h) with its places: the JSON of each stands for `h0`, `h1`, ...
struct Template {
  std::string text;
  std::vector<std::string> leaves;
};
Template parse_form(std::string form);

// What is done with `x`, and where the label has to be then.
struct Use {
  std::string_view name;
  std::string_view after;  // statements behind those of the form
};
std::span<const Use> uses();

struct Told {
  bool ran = false;      // to its end
  bool carried = false;  // the label of the source is on all that the use looks at
  bool clean = false;    // nothing that the use looks at has a label
  std::string text;      // the source and how it ended
};
// `labelled`: the place that the label stands in; leaves.size(): none.
Told run_template(const Template& form, std::size_t labelled, LabelKind kind, const Use& use);

// The text of the program, and what comes before every one.
std::string program_of(const Template& form, std::size_t labelled, const Use& use);

}  // namespace plan_test
