// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Sets of names as policies compute with them: finite, or universal (every string). docs/reference/
// policy.md §3 and §4. Part of the reference model, which tests hold against the compiled form and
// which therefore shares no code with it. Trust zone: tests.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "label/sets.h"
#include "policy/words.h"

namespace spec {

struct Set {
  bool universal = false;
  std::set<std::string> names;  // empty if universal
  friend bool operator==(const Set&, const Set&) = default;
};

// The set a label holds in that field, and a label with that field replaced (§3). tags, producers
// and origins of a label are finite: nothing if `set` is universal and the field is not consumers.
Set field_of(const label::Sets& label, policy::Field field);
std::optional<label::Sets> with_field(const label::Sets& label, policy::Field field,
                                      const Set& set);
Set set_of(const label::Names& names);

constexpr policy::Field kFields[] = {policy::Field::kTags, policy::Field::kProducers,
                                     policy::Field::kConsumers, policy::Field::kOrigins};
// `set` joined with what the label holds in that field (§3): consumers meet, the others add up.
void join_into(Set& set, const label::Sets& label, policy::Field field);
// The join of two labels (§3): unions, and the intersection of the consumers.
label::Sets joined(const label::Sets& a, const label::Sets& b);
// Tag `__restricted`, origin `unknown`, nobody consumes (§6).
label::Sets restricted();

// Set algebra (§4). Nothing where the answer would be all names but some.
Set united(const Set& a, const Set& b);
Set intersected(const Set& a, const Set& b);
std::optional<Set> minus(const Set& a, const Set& b);
std::optional<Set> xored(const Set& a, const Set& b);
bool subset(const Set& a, const Set& b);
bool overlaps(const Set& a, const Set& b);
// `S grants "a.b"`: S holds `a.b`, or `*`, or `P.*` where `a.b` is `P` or begins with `P.` (§4).
bool grants(const Set& set, const std::string& name);

}  // namespace spec
