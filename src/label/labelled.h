// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A value that cannot be used without its label: no conversion, no comparison, no printing. What
// derives from it keeps or joins the label. The only ways up are label/endorse.h and
// label/declassify.h, whose includers are listed. Trust zone: session, monitor.
#pragma once

#include <utility>

#include "base/pass_key.h"
#include "label/table.h"

namespace label {

class Declassifier;
class Endorser;

template <class T> class Labelled {
 public:
  Labelled(T value, LabelId label) : value_(std::move(value)), label_(label) {}

  LabelId label() const { return label_; }

  // The result of `f` under the same label.
  template <class F> auto map(F f) const -> Labelled<decltype(f(std::declval<const T&>()))> {
    return {f(value_), label_};
  }
  // The result of `f` on both under the join of both labels.
  template <class F, class U> auto combine(Table& table, F f, const Labelled<U>& other) const
      -> Labelled<decltype(f(std::declval<const T&>(), std::declval<const U&>()))> {
    return {f(value_, other.value_), table.join(label_, other.label_)};
  }
  // The same value under a label that is joined with `more`: labels only grow here.
  Labelled raised(Table& table, LabelId more) const { return {value_, table.join(label_, more)}; }

  // SECURITY: the only doors to the bare value. A call's arguments leave through the proposal,
  // which carries the label beside the value.
  const T& reveal(base::PassKey<Declassifier>) const { return value_; }
  const T& reveal(base::PassKey<Endorser>) const { return value_; }
  const T& propose(base::PassKey<class Proposer>) const { return value_; }

  bool operator==(const Labelled&) const = delete;

 private:
  template <class U> friend class Labelled;
  T value_;
  LabelId label_;
};

}  // namespace label
