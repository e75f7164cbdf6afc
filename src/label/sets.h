// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a label says: tags, producers and origins (union at joins) and consumers (intersection;
// universal by default). SQRT's three sets (docs/control/learn/sqrt/00_metadata.md) and our fourth.
// Pure values. Trust zone: session, monitor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace label {

// A sorted set of names without repetition.
class Names {
 public:
  Names() = default;
  Names(std::initializer_list<std::string_view> names);
  explicit Names(std::vector<std::string> names);

  bool contains(std::string_view name) const;
  bool empty() const { return names_.empty(); }
  std::size_t size() const { return names_.size(); }
  const std::vector<std::string>& list() const { return names_; }
  friend bool operator==(const Names&, const Names&) = default;
  friend Names united(const Names& a, const Names& b);
  friend Names intersected(const Names& a, const Names& b);
  friend Names subtracted(const Names& a, const Names& b);  // a - b

 private:
  std::vector<std::string> names_;
};

// Who may receive a value: everybody, or exactly the named. Nobody is the empty finite set.
class Consumers {
 public:
  static Consumers everyone() { return Consumers(true, {}); }
  static Consumers only(Names names) { return Consumers(false, std::move(names)); }
  bool is_everyone() const { return everyone_; }
  const Names& names() const { return names_; }
  bool admits(std::string_view who) const { return everyone_ || names_.contains(who); }
  friend bool operator==(const Consumers&, const Consumers&) = default;
  friend Consumers intersected(const Consumers& a, const Consumers& b);

 private:
  Consumers(bool everyone, Names names) : everyone_(everyone), names_(std::move(names)) {}
  bool everyone_;
  Names names_;
};

// A label. The default is clean: no tags, no producers, no origins, for everybody.
struct Sets {
  Names tags;
  Names producers;
  Names origins;
  Consumers consumers = Consumers::everyone();
  friend bool operator==(const Sets&, const Sets&) = default;
};

// The label of a value made of both: unions, and the intersection of the consumers. Commutative,
// associative, idempotent; the clean label is its neutral element.
[[nodiscard]] Sets join(const Sets& a, const Sets& b);

// Says that names of a label were lost, so that no rule on names can be trusted with it.
inline constexpr std::string_view kRestrictedTag = "__restricted";

// The label above all others: the tag `__restricted`, nobody as consumer, origin `unknown`. What a
// full table answers with, so that exhaustion restricts and never frees.
Sets most_restrictive();

// True if `a` is at least as restrictive as `b`: join(a, b) == a.
bool at_least(const Sets& a, const Sets& b);

// What a change of a label took away from it: the names that are gone, and who may receive it now
// that could not before.
struct Lowered {
  Names tags;
  Names producers;
  Names origins;
  Names admitted;       // consumers
  bool opened = false;  // to everybody; `admitted` is empty then
  bool any() const;
  friend bool operator==(const Lowered&, const Lowered&) = default;
};
// Nothing (any() is false) exactly if at_least(after, before). Each one that is something is a
// declassification, for the log.
Lowered lowered(const Sets& before, const Sets& after);

}  // namespace label
