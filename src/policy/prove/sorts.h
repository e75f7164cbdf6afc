// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Sorts: what of a call may ever be compared with what. Two things are of one sort if some rule
// compares them, directly or by a chain of others; only the tests of its own sort tell values of a
// thing apart. A sort gathers those tests and how many different values a counter-example may need.
// Trust zone: supervisor, tests.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/tree.h"

namespace policy::proving {

struct Sort {
  std::vector<const Element*> elements;  // of sets that stand beside it; borrowed from the trees
  std::set<std::string> strings;         // compared with as they stand
  std::vector<Number> numbers;
  std::vector<Instant> instants;
  bool names = false;       // label sets, roles or scopes are of it
  bool moments = false;     // its texts are read as instants
  bool calendar = false;    // hours or weekdays are asked for
  bool hours = false;       // and compared with what is not a constant
  bool compares = false;    // two of its values are compared with each other
  std::size_t values = 0;   // leaves and attributes of it, over all calls
  std::size_t numeric = 0;  // of those: leaves that may be numbers, and counters
  std::size_t demands = 0;  // comparisons of sets that may need a name of their own to come out
  void absorb(const Sort& other);
};

class Sorts {
 public:
  // Makes it if there is none. Keys are the callers' own.
  std::size_t id(const std::string& key);
  std::size_t united(std::size_t a, std::size_t b);
  std::size_t root(std::size_t id) const;
  Sort& at(std::size_t id) { return sorts_[root(id)]; }
  const Sort& at(std::size_t id) const { return sorts_[root(id)]; }
  std::size_t size() const { return sorts_.size(); }

 private:
  std::map<std::string, std::size_t> ids_;
  std::vector<std::size_t> parents_;
  std::vector<Sort> sorts_;
};

// Keys of what is not a leaf.
std::string sort_key(Field field);
std::string sort_key(Attribute attribute);
inline constexpr const char* kRolesKey = "roles";
inline constexpr const char* kScopesKey = "scopes";
inline constexpr const char* kSessionKey = "session.value";
inline constexpr const char* kResultKey = "result.value";
std::string counter_key(const std::string& name);
// `spot` is the path with [] for every item of an array.
std::string leaf_key(const std::string& tool, const std::string& spot);

}  // namespace policy::proving
