// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A call whose values and labels are not known, as bits of a circuit: what a leaf may be, which
// names are in which set. Trust zone: supervisor, tests.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "policy/prove/circuit.h"
#include "policy/prove/layout.h"
#include "policy/prove/pool.h"

namespace policy::proving {

// A set over the names of a sort's pool. INVARIANT: `all` implies every bit of `has`.
struct SetSym {
  std::size_t sort = 0;
  std::vector<Bit> has;
  Bit all;  // universal
};

// By Field. A field no rule looks at has no names: nobody can tell what it holds.
using LabelSym = std::array<SetSym, 4>;

// One of several values. INVARIANT: at most one guard is true.
struct ValueSym {
  struct Way {
    Bit guard;
    Concrete value;
  };
  std::vector<Way> ways;
};

// What is at and under a spot of one call.
struct NodeSym {
  const Spot* spot = nullptr;  // borrowed from the layout
  Bit leaf;                    // a leaf stands here
  Bit present;                 // here or below
  Bit named;
  ValueSym value;
  LabelSym label;
  std::vector<NodeSym> children;
};

struct AskerSym {
  ValueSym principal, tenant, door, environment;
  SetSym roles, scopes;
};

struct StateSym {
  LabelSym label;
  ValueSym value;
  Bit has_value;
};

struct CallSym {
  std::string tool;
  std::vector<NodeSym> arguments;
  LabelSym control;
  ValueSym now;
  std::map<std::string, ValueSym> counters;
};

// What came back.
struct ResultSym {
  LabelSym own;    // came with the result
  LabelSym label;  // what policy makes of it
  ValueSym text;
};

// Makes the unknowns of calls, each over the pool of its sort. Arguments are borrowed.
class Maker {
 public:
  Maker(Circuit& circuit, Sorts& sorts, const std::map<std::size_t, Pool>& pools,
        const Collector& collector)
      : circuit_(circuit), sorts_(sorts), pools_(pools), collector_(collector) {}

  AskerSym asker();
  CallSym call(const std::string& tool, const Layout& layout,
               const std::vector<const Counter*>& counters);
  // A text that rules of `key`'s sort may look at.
  ValueSym text(const std::string& key);
  LabelSym label();        // any
  LabelSym clean_label();  // nothing known
  SetSym names(const std::string& key, bool is_used);
  const Pool& pool(std::size_t sort) const { return pools_.at(sorts_.root(sort)); }
  // The bits of a set that holds just these names, as far as they are in the pool.
  SetSym literal(std::size_t sort, const std::vector<std::string>& names);
  SetSym everything(std::size_t sort);
  SetSym chosen(Bit condition, const SetSym& then, const SetSym& otherwise);
  LabelSym chosen(Bit condition, const LabelSym& then, const LabelSym& otherwise);
  LabelSym joined(const LabelSym& a, const LabelSym& b);
  LabelSym restricted(const LabelSym& label);  // joined with the most restrictive one

 private:
  NodeSym node(const Spot& spot, Bit possible);
  ValueSym leaf_values(const Spot& spot, Bit leaf);
  ValueSym guarded(std::vector<Concrete> values, Bit when);
  std::size_t field_sort(Field field);

  Circuit& circuit_;
  Sorts& sorts_;
  const std::map<std::size_t, Pool>& pools_;
  const Collector& collector_;
};

}  // namespace policy::proving
