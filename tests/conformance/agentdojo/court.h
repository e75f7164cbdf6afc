// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The shipped decision for a suite: the default packs, told of the suite's directories and facts,
// asked through the monitor's own Judge. Maps calls to frames; it decides nothing.
// Trust zone: tests only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "conformance/agentdojo/data.h"
#include "monitor/judge.h"
#include "policy/loaded.h"

namespace agentdojo {

inline constexpr std::string_view kQuarantined = "model:quarantined";
inline constexpr std::string_view kAgent = "model:agent";  // of plain tool calling

// What a session puts on all that a plan writes out, and on what its quarantined model says besides
// what that read (session/plan_*.cc).
label::Sets planned();
label::Sets quarantined();
// And what plain tool calling starts from.
label::Sets agent();

// The policy of a suite and its tools.
class Rules {
 public:
  // kInvalid: the policy does not load; the first error is in the message.
  // `more` stands behind the packs in the site's own file.
  static base::Result<Rules> of(const Data& data, const std::string& more = {});
  // The same of any policy: what the measure says of another one shows that it can fail.
  static base::Result<Rules> under(const Data& data, const std::string& policy);
  const policy::PolicySet& set() const { return *set_; }
  // What the rule says of itself ("because ..."), or its line.
  std::string because(const policy::RuleRef& rule) const;

 private:
  std::shared_ptr<policy::PolicySet> set_;
  std::vector<policy::Source> sources_;
};

// A scalar of a call.
struct Leaf {
  std::string path;  // "to/0"
  const schema::Value* value = nullptr;
  label::Sets label;
};
// All scalars under `value`, labelled by `label_of(path under the argument)`.
template <class F> void add_leaves(const std::string& argument, const schema::Value& value,
                                   const std::string& under, F label_of, std::vector<Leaf>& out) {
  if (const schema::Array* items = value.as_array()) {
    for (std::size_t i = 0; i < items->size(); ++i)
      add_leaves(argument, (*items)[i], under + "/" + std::to_string(i), label_of, out);
  } else if (const schema::Object* members = value.as_object()) {
    for (const schema::Member& member : *members)
      add_leaves(argument, member.value, under + "/" + member.key, label_of, out);
  } else {
    out.push_back({argument + under, &value, label_of(under)});
  }
}
// The same for an object of arguments with one label on all.
std::vector<Leaf> leaves_of(const schema::Value& arguments, const label::Sets& label);

// One session in front of one judge: what the user said, what was learnt.
class Court {
 public:
  Court(const Rules& rules, const std::string& prompt);
  Court(const Court&) = delete;
  Court& operator=(const Court&) = delete;

  struct Verdict {
    policy::Effect effect = policy::Effect::kDeny;
    std::string reason;  // of an ask or denial
    monitor::Case asked;
  };
  Verdict decide(std::string_view tool, const std::vector<Leaf>& leaves,
                 const label::Sets& control);
  // The call ran: the label of its result. kDeny ones do not run.
  label::Sets learn(const Verdict& verdict, const schema::Value& result);

 private:
  class Noon final : public base::Clock {
   public:
    std::int64_t wall_us() const override { return 1'715'774'400'000'000; }  // 2024-05-15T12:00Z
    std::int64_t steady_us() const override { return 1; }
  };
  const Rules& rules_;
  Noon clock_;
  wire::StartMonitor start_;
  monitor::Judge judge_;
  monitor::Facts facts_;
};

}  // namespace agentdojo
