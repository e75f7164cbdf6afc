// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a set accepts, as far as its text tells: the elements of a set expression, the kinds of
// value that an element accepts, whether it accepts one given text. Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "policy/load/names.h"
#include "policy/load/shapes.h"
#include "policy/tree.h"

namespace policy {

struct Elements {
  bool complete = true;  // the set holds these and nothing else
  std::vector<const Element*> all;
};
Elements elements_of(const SetExpr& set, const Names& names);

std::uint32_t accepted(const Element& element);  // bits of Kinds
bool accepts_labels(const Element& element);     // a string of a label's set
bool accepts_nothing(const Element& element);    // an empty range
// False only if `element` cannot accept the value that `text` spells.
bool may_accept(const Element& element, std::string_view text);

std::uint32_t kinds_of(Attribute attribute);
// Kinds of a value that is no argument.
std::uint32_t kinds_of_constant(const Value& value);
// True if some value of the one kind and some of the other can stand in the comparison.
bool comparable(Comparator comparator, std::uint32_t left, std::uint32_t right);

}  // namespace policy
