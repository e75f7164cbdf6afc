// SPDX-License-Identifier: Apache-2.0
// Set expressions and values: docs/reference/policy.md §3, §4.
#include <algorithm>

#include "spec/evaluate.h"
#include "spec/read.h"

namespace spec {
namespace {

using policy::Attribute;
using policy::Element;
using policy::SetExpr;
using Kind = policy::SetExpr::Kind;

// A string without `length` is a plain name; anything else makes the set a matcher (§4).
Group of_elements(const std::vector<Element>& elements) {
  Group out;
  for (const Element& element : elements) {
    if (element.kind == Element::Kind::kString && !element.length)
      out.plain.names.insert(element.text);
    else out.matchers.push_back(&element);
  }
  return out;
}

Group literal(const std::vector<Element>& elements) {
  Group out = of_elements(elements);
  const bool everything = elements.size() == 1 && out.plain.names.contains("*");
  return everything ? Group{{true, {}}, {}} : out;
}

Read<Group> plain(const std::optional<Set>& set) {
  return set ? Read<Group>(Group{*set, {}}) : Fault::kError;
}

// §7: a url or host argument makes it a send, but for exec, pay, destroy.
policy::ToolEffect effect_of(const policy::ToolShape& tool) {
  using policy::Role, policy::ToolEffect;
  const bool stays = tool.effect == ToolEffect::kExec || tool.effect == ToolEffect::kPay ||
                     tool.effect == ToolEffect::kDestroy;
  const bool reaches_out = std::ranges::any_of(tool.arguments, [](const auto& argument) {
    return argument.role == Role::kUrl || argument.role == Role::kHost;
  });
  return !stays && reaches_out ? ToolEffect::kSend : tool.effect;
}

constexpr std::int64_t kHourUs = 3'600'000'000;
std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

Data whole(std::int64_t number) { return policy::Number{true, number, 0}; }

}  // namespace

Read<Group> Evaluator::group(const SetExpr& set, const Scene& scene) {
  switch (set.kind) {
    case Kind::kLiteral:
    case Kind::kDomain: return literal(set.elements);
    case Kind::kName: {
      const auto* bound = bound_to<SetExpr>(*scene.file, set.name);
      return bound != nullptr ? group(*bound, scene) : Fault::kError;
    }
    case Kind::kOperand: {
      const Read<Set> read = operand(set.operand, scene);
      if (const auto* fault = std::get_if<Fault>(&read)) return *fault;
      return Group{std::get<Set>(read), {}};
    }
    default: break;
  }
  const Read<Group> left = group(set.parts[0], scene);
  if (std::holds_alternative<Fault>(left)) return left;
  const bool by_element = set.kind == Kind::kWith || set.kind == Kind::kWithout;
  const Read<Group> right = by_element ? of_elements(set.elements) : group(set.parts[1], scene);
  if (std::holds_alternative<Fault>(right)) return right;
  return combined(set.kind, std::get<Group>(left), std::get<Group>(right));
}

// §4: `|` and `with` pass a matcher on; `-`, `&`, `without` remove or keep what one accepts.
Read<Group> Evaluator::combined(Kind op, const Group& left, const Group& right) {
  if (op == Kind::kUnion || op == Kind::kWith) {
    Group out{united(left.plain, right.plain), left.matchers};
    out.matchers.insert(out.matchers.end(), right.matchers.begin(), right.matchers.end());
    return out;
  }
  if (op == Kind::kXor) return plain(xored(left.plain, right.plain));
  const bool keeps = op == Kind::kIntersect;
  if (right.matchers.empty())
    return plain(keeps ? intersected(left.plain, right.plain) : minus(left.plain, right.plain));
  if (left.plain.universal) return Fault::kError;
  Group out;
  for (const std::string& name : left.plain.names)
    if (accepts_name(right, name) == keeps) out.plain.names.insert(name);
  return out;
}

Read<Data> Evaluator::value(const policy::Value& value, const Scene& scene) const {
  switch (value.kind) {
    case policy::Value::Kind::kArgument: return value_at(scene.question, value.path);
    case policy::Value::Kind::kResult: return Data(scene.result_text);
    case policy::Value::Kind::kSession:
      return scene.session.value ? Read<Data>(Data(*scene.session.value)) : Fault::kAbsent;
    case policy::Value::Kind::kString: return Data(value.text);
    case policy::Value::Kind::kInstant: return Data(value.instant);
    case policy::Value::Kind::kNumber: return Data(value.number);
    case policy::Value::Kind::kBool: return Data(value.truth);
    case policy::Value::Kind::kAttribute: return attribute(value.attribute, scene.question);
    case policy::Value::Kind::kCounter: break;
  }
  const auto counted = scene.question.counters.find(value.text);
  return counted == scene.question.counters.end() ? whole(0) : Data(counted->second);
}

Read<Data> Evaluator::attribute(Attribute attribute, const policy::Question& question) const {
  switch (attribute) {
    case Attribute::kPrincipalId: return Data(question.asker.principal);
    case Attribute::kTenantId: return Data(question.asker.tenant);
    case Attribute::kDoorName: return Data(question.asker.door);
    case Attribute::kEnvironmentName: return Data(question.asker.environment);
    case Attribute::kToolName: return Data(question.tool);
    case Attribute::kTimeNow: return Data(question.now);
    case Attribute::kTimeHour: return whole((floor_div(question.now.us, kHourUs) % 24 + 24) % 24);
    // 1970-01-01 was a Thursday.
    case Attribute::kTimeWeekday:
      return whole(((floor_div(question.now.us, 24 * kHourUs) + 3) % 7 + 7) % 7 + 1);
    case Attribute::kToolEffect: break;
  }
  for (const policy::ToolShape& tool : loaded_.tools)
    if (tool.name == question.tool) return Data(std::string(policy::spelling(effect_of(tool))));
  return Fault::kError;  // a tool nobody declared has no effect to compare
}

}  // namespace spec
