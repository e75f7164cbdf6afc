// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one decision: (call, policy, context) → Decision. Pure: no I/O, no clock, no state. Deny is a
// value; an error while deciding denies. Trust zone: monitor.
//
// Today a policy knows exact tool ids and `always` rules; the interface is the final one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/digest.h"
#include "base/reason.h"
#include "base/result.h"
#include "label/sets.h"

namespace policy {

enum class Level : unsigned char { kHard, kSoft };  // `must`/`hard`, `should`/`soft`
enum class RuleEffect : unsigned char { kAllow, kDeny };

// One check rule on one exact tool id.
struct Rule {
  std::string tool;
  Level level = Level::kHard;
  RuleEffect effect = RuleEffect::kDeny;
  std::int32_t priority = 0;  // higher first
  std::uint32_t line = 0;     // in the source; also names the rule in decisions
};

// An immutable set of rules, indexed by tool. Replaced whole or not at all.
class PolicySet {
 public:
  PolicySet(std::vector<Rule> rules, base::Digest digest);
  const base::Digest& digest() const { return digest_; }
  // The rules on `tool` in order of priority, then source.
  const std::vector<Rule>& rules_on(std::string_view tool) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
  };
  base::Digest digest_;
  std::unordered_map<std::string, std::vector<Rule>, Hash, std::equal_to<>> by_tool_;
};

// One argument as the decision sees it: the canonical text and what it is labelled with.
struct Argument {
  std::string_view path;
  std::string_view text;
  const label::Sets* label = nullptr;
};

// What is asked. Everything is borrowed for the time of the decision.
struct Call {
  std::string_view tool;
  std::vector<Argument> arguments;
  const label::Sets* control = nullptr;
};

// Who asks, and where: from the credential and the door only, never from the call.
struct Context {
  std::string_view tenant;
  std::string_view principal;
  std::string_view door;
};

enum class Effect : unsigned char { kAllow, kDeny, kAsk };

struct Decision {
  Effect effect = Effect::kDeny;
  base::Reason reason = base::Reason::kDecisionFailed;
  std::uint32_t rule = 0;  // line of the deciding rule; 0: no rule decided
  base::Digest policy{};   // digest of the set that decided
};

// The verdict algorithm of SQRT (§1.7) with our default, deny:
// a hard deny denies; else a hard allow allows; else the first soft rule decides; else deny.
Decision decide(const PolicySet& policy, const Call& call, const Context& context);

}  // namespace policy
