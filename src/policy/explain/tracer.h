// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The evaluator that writes down what it does: one predicate → its truth and the tree of its parts.
// Walks the syntax tree; shares nothing with the compiled decision. Trust zone: supervisor.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "policy/explain/explain.h"
#include "policy/explain/judge.h"
#include "policy/explain/scene.h"
#include "policy/explain/set.h"

namespace policy::tracing {

// One level deeper for as long as it lives.
class Deeper {
 public:
  explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  std::size_t& depth_;
};

// The lets of one file by name.
using Lets = std::map<std::string, const Let*, std::less<>>;
Lets lets_of(const Tree& tree);

// How a rule is judged: in which file its names are bound, and what an absent argument means.
struct Setting {
  const Lets* lets = nullptr;
  bool absent_is_false = false;
};

// How much of the parts is written down; evaluation goes on beyond it. LIMIT: 20,000 parts in one
// explanation; 4,200 levels of parts within parts and 10,000,000 parts looked at, beyond which the
// rule is an error, which denies: what load() lets through is far below both.
struct Budget {
  std::size_t parts = 20'000;
  std::size_t steps = 10'000'000;
};

class Tracer {
 public:
  Tracer(const Scene& scene, Judge& judge, Budget& budget, bool show_values)
      : scene_(scene), judge_(judge), budget_(budget), show_values_(show_values) {}

  Truth trace(const Predicate& predicate, const Setting& setting, Traced& out);
  // The value of a set expression; kNotFound if an argument in it is absent.
  base::Result<NameSet> evaluate(const SetExpr& set, const Setting& setting);

 private:
  Truth junction(const Predicate& p, const Setting& s, Traced& out);
  Truth quantified(const Predicate& p, const Setting& s, Traced& out);
  Truth name(const Predicate& p, const Setting& s, Traced& out);
  Truth item(const Predicate& p, const Setting& s, const Place& here, Traced& out);
  Truth comparison(const Predicate& p, const Setting& s, const Place* here, Traced& out);
  base::Result<bool> compared(const Predicate& p, const Setting& s, const Place* here,
                              std::string& note);
  base::Result<bool> in_set(const Predicate& p, const Setting& s, const Place* here,
                            std::string& note);
  base::Result<bool> values(const Predicate& p, const Place* here, std::string& note);
  base::Result<bool> sets(const Predicate& p, const Setting& s, const Place* here,
                          std::string& note);
  base::Result<bool> one_set(const Predicate& p, const Place* here, std::string& note);
  bool about_path(const Predicate& p, const Place* here, std::string& note);
  base::Result<NameSet> combined(const SetExpr& set, const Setting& s);
  std::string about(const Value& value, const Datum& datum, const Place* here) const;
  // "body carries pii (from tool:load_record)": of the names that mattered, if any did.
  std::string clause(const Operand& operand, const Place* here, const NameSet& what,
                     const std::set<std::string>& mattered) const;

  // Room for one more part under `out`, or nullptr.
  Traced* part_of(Traced& out);
  void head(const Predicate& p, Traced& out) const;

  const Scene& scene_;
  Judge& judge_;
  Budget& budget_;
  bool show_values_;
  // False where a bound of Budget is reached.
  bool may_go_on();

  std::size_t depth_ = 0;
};

}  // namespace policy::tracing
