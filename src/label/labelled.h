// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A value that cannot be used without its label: no conversion, no comparison, no truth, no
// printing, no hash. What derives from it keeps or joins the label. The only ways up are
// label/endorse.h and label/declassify.h, whose includers are listed. tests/nocompile holds one
// file per misuse. Trust zone: session, monitor.
#pragma once

#include <type_traits>
#include <utility>

#include "base/pass_key.h"
#include "label/table.h"

namespace label {

class Declassifier;
class Endorser;
class Proposer;

template <class T, class Owner = SessionOwned> class Labelled;

namespace detail {
template <class T> struct IsLabelled : std::false_type {};
template <class T, class O> struct IsLabelled<Labelled<T, O>> : std::true_type {};

// What a function over the bare value may answer: a value of its own. Nothing at all, a reference
// or a pointer would be a way out.
template <class R> constexpr void must_be_a_value() {
  static_assert(!std::is_void_v<R>, "a function over a labelled value answers with a value");
  static_assert(!std::is_reference_v<R> && !std::is_pointer_v<R>,
                "a function over a labelled value hands out no reference to it");
  static_assert(!IsLabelled<R>::value, "a label would be lost: combine() joins two");
}
}  // namespace detail

template <class T, class Owner> class [[nodiscard]] Labelled {
 public:
  using Id = IdOf<Owner>;

  Labelled(T value, Id label) : value_(std::move(value)), label_(label) {}

  Id label() const { return label_; }

  // The result of `f` under the same label. `f` answers a value: see must_be_a_value().
  template <class F> auto map(F f) const {
    using R = decltype(f(std::declval<const T&>()));
    detail::must_be_a_value<R>();
    return Labelled<R, Owner>(f(value_), label_);
  }
  // The result of `f` on both under the join of both labels.
  template <class F, class U>
  auto combine(TableOf<Owner>& table, F f, const Labelled<U, Owner>& other) const {
    using R = decltype(f(std::declval<const T&>(), std::declval<const U&>()));
    detail::must_be_a_value<R>();
    return Labelled<R, Owner>(f(value_, other.value_), table.join(label_, other.label_));
  }
  // The same value under a label that is joined with `more`: labels only grow here.
  Labelled raised(TableOf<Owner>& table, Id more) const {
    return {value_, table.join(label_, more)};
  }

  // SECURITY: the only doors to the bare value. A call's arguments leave through the proposal,
  // which carries the label beside the value.
  const T& reveal(base::PassKey<Declassifier>) const { return value_; }
  const T& reveal(base::PassKey<Endorser>) const { return value_; }
  const T& propose(base::PassKey<Proposer>) const { return value_; }

  bool operator==(const Labelled&) const = delete;
  template <class U> bool operator==(const U&) const = delete;
  template <class U> bool operator<(const U&) const = delete;
  explicit operator bool() const = delete;
  template <class Stream> friend Stream& operator<<(Stream&, const Labelled&) = delete;

 private:
  template <class U, class O> friend class Labelled;
  T value_;
  Id label_;
};

}  // namespace label
