// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Sets as the tracer holds them, and their algebra: docs/reference/policy.md §4, written out as it
// stands there. Trust zone: supervisor.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "label/sets.h"
#include "policy/explain/judge.h"
#include "policy/tree.h"

namespace policy::tracing {

// All names, or the named; and in a matcher what else is accepted. INVARIANT: `names` is empty
// where `universal` is set.
struct NameSet {
  bool universal = false;
  std::set<std::string> names;
  std::vector<const Element*> matchers;  // borrowed from the policy
  bool plain() const { return matchers.empty(); }
  bool nothing() const { return !universal && names.empty() && matchers.empty(); }
};

NameSet set_of(const label::Names& names);
NameSet set_of(const label::Consumers& consumers);
// The set of these elements: a string is a name, "*" alone every name, all else a matcher.
NameSet set_of(const std::vector<Element>& elements);

// Some element of the set takes the name.
bool accepts(Judge& judge, const NameSet& set, const std::string& name);

// kInvalid: the answer would be all names but some, or all that a matcher accepts; or a matcher
// stands where only names may.
NameSet united(const NameSet& a, const NameSet& b);
base::Result<NameSet> intersected(Judge& judge, const NameSet& a, const NameSet& b);
base::Result<NameSet> minus(Judge& judge, const NameSet& a, const NameSet& b);
base::Result<NameSet> differing(const NameSet& a, const NameSet& b);  // xor

}  // namespace policy::tracing
