// SPDX-License-Identifier: Apache-2.0
// Policy tests: from TOML to cases.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "cli/policy_leaves.h"
#include "cli/policy_tests.h"
#include "cli/policy_toml.h"

namespace cli {
namespace {

using policy::Effect;
using schema::Value;

// What every step may say and a case says for all of them.
struct Shared {
  policy::Asker asker;
  policy::Instant now = *policy::instant_of("2026-01-01T00:00:00Z");
  label::Sets control;
};

// Reads the cases of one file against its tools.
class Cases {
 public:
  Cases(const policy::Tools& tools, bool open, Problems& problems)
      : tools_(tools), open_(open), problems_(problems) {}

  PolicyCase read(const toml::table& table, std::size_t number) {
    Keys keys(table, fmt::format("[[case]] {}", number), problems_);
    PolicyCase out;
    out.line = keys.place().line;
    out.name = keys.text("name").value_or(Text{fmt::format("case {}", number), {}}).value;
    read_session(keys, out);
    read_counters(keys, out);
    const Shared shared = read_shared(keys, {});
    if (const toml::array* steps = keys.array("steps")) read_steps(keys, *steps, shared, out);
    else out.steps.push_back(read_step(keys, shared));
    keys.finish();
    if (out.steps.empty()) keys.problem(keys.place(), "`steps` is empty");
    return out;
  }

 private:
  void read_session(Keys& keys, PolicyCase& out) {
    const toml::table* table = keys.table("session");
    if (table == nullptr) return;
    Keys session(*table, keys.where() + " session", problems_);
    out.session.label = read_label(session);
    if (const auto value = session.text("value")) out.session.value = value->value;
    session.finish();
  }

  void read_counters(Keys& keys, PolicyCase& out) {
    const toml::table* table = keys.table("counters");
    if (table == nullptr) return;
    for (const auto& [name, node] : *table) {
      policy::Number number;
      if (const auto* n = node.as_integer()) number.integer = n->get();
      else if (const auto* d = node.as_floating_point()) number = {false, 0, d->get()};
      else keys.problem(place_of(node), "a counter is no number");
      out.counters[std::string(name.str())] = number;
    }
  }

  Shared read_shared(Keys& keys, Shared out) {
    const auto set = [&](std::string_view key, std::string& to) {
      if (const auto text = keys.text(key)) to = text->value;
    };
    set("principal", out.asker.principal);
    set("tenant", out.asker.tenant);
    set("door", out.asker.door);
    set("environment", out.asker.environment);
    if (auto roles = read_names(keys, "roles")) out.asker.roles = std::move(*roles);
    if (auto scopes = read_names(keys, "scopes")) out.asker.scopes = std::move(*scopes);
    if (const auto now = keys.text("now")) {
      const auto instant = policy::instant_of(now->value);
      if (!instant) keys.problem(now->at, "`now` is no instant such as 2026-01-01T00:00:00Z");
      out.now = instant.value_or(out.now);
    }
    if (const toml::table* control = keys.table("control")) {
      Keys inner(*control, keys.where() + " control", problems_);
      out.control = read_label(inner);
      inner.finish();
    }
    return out;
  }

  void read_steps(Keys& keys, const toml::array& steps, const Shared& shared, PolicyCase& out) {
    for (const auto& node : steps) {
      const std::string where = fmt::format("{} step {}", keys.where(), out.steps.size());
      const toml::table* table = node.as_table();
      if (table == nullptr) {
        keys.problem(place_of(node), "`steps` holds something that is no table");
        continue;
      }
      Keys step(*table, where, problems_);
      out.steps.push_back(read_step(step, read_shared(step, shared)));
      read_from(step, out);
      step.finish();
    }
  }

  PolicyStep read_step(Keys& keys, const Shared& shared) {
    PolicyStep out;
    out.line = keys.place().line;
    policy::Question& q = out.question;
    q.asker = shared.asker;
    q.now = shared.now;
    q.control = shared.control;
    const Text tool = keys.required_text("tool");
    q.tool = tool.value;
    const policy::ToolShape* shape = find_tool(tools_, tool.value);
    if (shape == nullptr && !open_ && !tool.value.empty()) unknown_tool(keys, tool);
    if (const toml::table* args = keys.table("args")) read_arguments(keys, *args, shape, q);
    read_named(keys, q);
    read_expectation(keys, out);
    read_result(keys, out.result);
    return out;
  }

  void unknown_tool(Keys& keys, const Text& tool) {
    std::vector<std::string> names;
    for (const auto& known : tools_) names.push_back(known.name);
    const std::string_view near = base::nearest(tool.value, names);
    keys.problem(tool.at,
                 fmt::format("there is no tool `{}`{}", base::printable(tool.value),
                             near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
  }

  // `{ value = ..., tags = [...] }` is a value with a label; any other table is an object.
  static bool is_labelled(const toml::table& table) {
    return table.contains("value") && std::ranges::all_of(table, [](const auto& member) {
             const std::string_view key = member.first.str();
             return key == "value" || policy::field_of(key).has_value();
           });
  }

  void read_arguments(Keys& keys, const toml::table& args, const policy::ToolShape* shape,
                      policy::Question& q) {
    for (const auto& [name, node] : args) {
      const std::string argument(name.str());
      const toml::table* table = node.as_table();
      const bool labelled = table != nullptr && is_labelled(*table);
      Value object = Value::object();
      object.set(argument, json_of(labelled ? *table->get("value") : node));
      auto leaves = leaves_of(shape, object);
      if (!leaves.ok()) {
        keys.problem(place_of(node), leaves.error().message);
        continue;
      }
      label::Sets label;
      if (labelled) {
        Keys inner(*table, keys.where() + " args." + base::printable(argument), problems_);
        (void)inner.node("value");
        label = read_label(inner);
        inner.finish();
      }
      for (policy::LeafValue& leaf : *leaves) {
        leaf.label = label;
        q.leaves.push_back(std::move(leaf));
      }
    }
    if (shape != nullptr) in_order_of(*shape, q);
  }

  // The order of the tool: the TOML library sorts by name.
  static void in_order_of(const policy::ToolShape& shape, policy::Question& q) {
    std::ranges::stable_sort(q.leaves, {}, [&](const policy::LeafValue& leaf) {
      return std::ranges::find_if(shape.arguments,
                                  [&](const policy::ArgumentShape& argument) {
                                    return is_under(leaf.path, argument.name);
                                  }) -
             shape.arguments.begin();
    });
  }

  void read_named(Keys& keys, policy::Question& q) {
    const auto named = read_names(keys, "named");
    if (!named) return;
    for (const std::string& name : named->list()) {
      bool found = false;
      for (policy::LeafValue& leaf : q.leaves)
        if (is_under(leaf.path, name)) found = leaf.named = true;
      if (!found)
        keys.problem(keys.place(),
                     fmt::format("`named`: there is no argument `{}`", base::printable(name)));
    }
  }

  void read_expectation(Keys& keys, PolicyStep& out) {
    const auto expect = keys.choice("expect", {"allow", "ask", "deny"});
    if (!expect && keys.node("expect") == nullptr)
      keys.problem(keys.place(), "`expect` is missing; it is allow, ask or deny");
    out.expect = static_cast<Effect>(expect.value_or(2));
    if (const auto reason = keys.text("reason")) {
      out.reason = reason->value;
      if (!is_reason(out.reason)) keys.problem(reason->at, "`reason` is no reason of a decision");
    }
    out.rule = static_cast<std::uint32_t>(keys.number("line", 1, 10'000'000).value_or(0));
  }

  static bool is_reason(std::string_view slug) {
    for (std::uint16_t n = 1; n < 100; ++n)
      if (const base::Reason reason = base::reason_of(n);
          reason != base::Reason::kNone && base::slug(reason) == slug)
        return true;
    return false;
  }

  // `result = "text"`, or a table { value, combine, and a label }.
  void read_result(Keys& keys, policy::Observed& out) {
    const toml::node* node = keys.node("result");
    if (node == nullptr) return;
    if (const auto* text = node->as_string()) {
      out.text = text->get();
      return;
    }
    const toml::table* table = node->as_table();
    if (table == nullptr)
      return keys.problem(place_of(*node), "`result` is neither a text nor a table");
    Keys inner(*table, keys.where() + " result", problems_);
    if (const auto value = inner.text("value")) out.text = value->value;
    out.combine = static_cast<policy::Observed::Combine>(
        inner.choice("combine", {"merge", "replace", "ignore"}).value_or(0));
    out.label = read_label(inner);
    inner.finish();
  }

  void read_from(Keys& keys, PolicyCase& out) {
    const toml::table* from = keys.table("from");
    if (from == nullptr) return;
    PolicyStep& step = out.steps.back();
    const std::size_t self = out.steps.size() - 1;
    for (const auto& [name, node] : *from) {
      const auto* number = node.as_integer();
      const bool earlier = number != nullptr && number->get() >= 0 &&
                           static_cast<std::uint64_t>(number->get()) < self;
      const bool there = std::ranges::any_of(
          step.question.leaves, [&](const auto& leaf) { return is_under(leaf.path, name.str()); });
      if (!earlier) keys.problem(place_of(node), "`from` names no earlier step; they count from 0");
      else if (!there)
        keys.problem(place_of(node),
                     fmt::format("`from`: there is no argument `{}`", base::printable(name.str())));
      else step.from[std::string(name.str())] = static_cast<std::size_t>(number->get());
    }
  }

  const policy::Tools& tools_;
  bool open_;
  Problems& problems_;
};

}  // namespace

PolicyTestFile read_test_file(std::string_view text, std::string name, Problems& problems) {
  PolicyTestFile out;
  out.name = std::move(name);
  const auto table = read_toml(text, problems);
  if (!table) return out;
  Keys root(*table, "tests", problems);
  if (const toml::array* policy = root.array("policy"))
    for (const auto& file : *policy) {
      if (const auto* s = file.as_string()) out.policy.push_back(s->get());
      else root.problem(place_of(file), "`policy` holds something that is no text");
    }
  if (const toml::table* tools = root.table("tool")) out.tools = read_tools(*tools, problems);
  if (const toml::table* compat = root.table("compat"))
    read_compat(*compat, out.options.emplace(), problems);
  if (root.array("case") == nullptr) root.problem({}, "there is no [[case]]");
  root.finish();
  return out;
}

std::vector<PolicyCase> read_cases(std::string_view text, const policy::Tools& tools, bool open,
                                   Problems& problems) {
  std::vector<PolicyCase> out;
  const auto table = read_toml(text, problems);
  const toml::array* cases = table ? table->get_as<toml::array>("case") : nullptr;
  if (cases == nullptr) return out;
  Cases reader(tools, open, problems);
  for (const auto& node : *cases) {
    if (const auto* one = node.as_table()) out.push_back(reader.read(*one, out.size() + 1));
    else problems.add(place_of(node).line, place_of(node).column, "a case is no table");
  }
  return out;
}

}  // namespace cli
