// SPDX-License-Identifier: Apache-2.0
#include "conformance/agentdojo/data.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include <toml++/toml.h>

#include "conformance/suite.h"
#include "schema/parse.h"

namespace agentdojo {
namespace {

namespace fs = std::filesystem;
using schema::Value;

constexpr schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

base::Result<Value> read_json(const fs::path& file) {
  TRY_AS(const std::string text, conformance::read_file(file));
  return schema::parse(text, kLimits);
}

const schema::Array& items_of(const Value& value, std::string_view key) {
  static const schema::Array kNone;
  const Value* found = value.find(key);
  return found == nullptr || found->as_array() == nullptr ? kNone : *found->as_array();
}
std::string text_of(const Value& value, std::string_view key) {
  return std::string(value.find_string(key).value_or(""));
}

Origin origin_of(const Value& value) {
  Origin out;
  out.pointer = text_of(value, "arg");
  if (const Value* in = value.find("in_prompt")) out.in_prompt = in->as_bool().value_or(false);
  for (const Value& found : items_of(value, "in_results")) {
    Found place;
    if (const Value* step = found.find("step"))
      place.step = static_cast<std::size_t>(step->as_i64().value_or(0));
    for (const Value& path : items_of(found, "paths"))
      if (path.as_string() != nullptr) place.paths.push_back(*path.as_string());
    out.results.push_back(std::move(place));
  }
  return out;
}

Call call_of(const Value& value) {
  Call out;
  out.tool = text_of(value, "function");
  out.writes = text_of(value, "effect") == "write";
  if (const Value* arguments = value.find("args")) out.arguments = *arguments;
  if (const Value* result = value.find("result")) out.result = *result;
  for (const Value& origin : items_of(value, "arg_origin"))
    out.origins.push_back(origin_of(origin));
  return out;
}

base::Status read_tools(const fs::path& folder, Data& out) {
  TRY_AS(const Value root, read_json(folder / "tools.json"));
  for (const Value& tool : items_of(root, "tools")) {
    const Value* parameters = tool.find("parameters");
    out.tools.push_back(policy::propose(text_of(tool, "name"), text_of(tool, "full_description"),
                                        parameters == nullptr ? Value::object() : *parameters));
  }
  if (out.tools.empty()) return base::invalid(folder.string() + ": no tools");
  return base::ok();
}

base::Status read_tasks(const fs::path& folder, Data& out) {
  TRY_AS(const Value tasks, read_json(folder / "user_tasks.json"));
  TRY_AS(const Value injected, read_json(folder / "user_tasks_injected.json"));
  const schema::Array& shown = items_of(injected, "tasks");
  for (const Value& one : items_of(tasks, "tasks")) {
    Task task;
    task.id = text_of(one, "id");
    task.prompt = text_of(one, "prompt");
    for (const Value& call : items_of(one, "calls")) task.calls.push_back(call_of(call));
    for (const Value& same : shown) {
      if (text_of(same, "id") != task.id) continue;
      const schema::Array& calls = items_of(same, "calls");
      for (std::size_t i = 0; i < std::min(calls.size(), task.calls.size()); ++i)
        task.calls[i].shows_vector = !items_of(calls[i], "vectors").empty();
    }
    out.tasks.push_back(std::move(task));
  }
  return base::ok();
}

// Judgements that lie beside the data, where they are there.
void read_judgements(const fs::path& folder, Data& out) {
  const auto root = read_json(folder / "camel_verdicts.json");
  if (!root.ok()) return;
  for (const Value& one : items_of(*root, "tasks"))
    for (Task& task : out.tasks)
      if (task.id == text_of(one, "id"))
        task.actions_in_text = one.find_string("actions_decided_by_untrusted_text").has_value();
}

base::Status read_attacks(const fs::path& folder, Data& out) {
  TRY_AS(const Value root, read_json(folder / "injection_tasks.json"));
  for (const Value& one : items_of(root, "tasks")) {
    Attack attack;
    attack.id = text_of(one, "id");
    attack.reading = text_of(one, "kind") == "output_or_read";
    for (const Value& call : items_of(one, "calls")) attack.calls.push_back(call_of(call));
    out.attacks.push_back(std::move(attack));
  }
  return base::ok();
}

// One table [tool.NAME]: the effect, the roles and what the answer is.
base::Status annotate(Tool& tool, const toml::table& said) {
  const auto effect = policy::effect_of(said["effect"].value_or(std::string_view()));
  if (!effect) return base::invalid(tool.shape.name + ": no effect");
  tool.shape.effect = *effect;
  for (auto& argument : tool.shape.arguments) argument.role.reset();
  if (const toml::table* roles = said["roles"].as_table())
    for (const auto& [name, value] : *roles) {
      const auto role = policy::role_of(value.value_or(std::string_view()));
      const auto found = std::ranges::find_if(tool.shape.arguments,
                                              [&](const auto& a) { return a.name == name.str(); });
      if (!role || found == tool.shape.arguments.end())
        return base::invalid(
            fmt::format("{}: no role or argument {}", tool.shape.name, name.str()));
      found->role = role;
    }
  const std::string_view answers = said["result"].value_or(std::string_view());
  if (!answers.empty() && answers != "directory" && answers != "platform")
    return base::invalid(fmt::format("{}: result {}", tool.shape.name, answers));
  tool.answers = answers == "directory"  ? policy::Answers::kDirectory
                 : answers == "platform" ? policy::Answers::kPlatform
                                         : policy::Answers::kAnybody;
  return base::ok();
}

base::Result<toml::table> parsed_toml(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& e) {
    return base::invalid(std::string(e.description()));
  }
}

base::Status read_annotations(const fs::path& file, Data& out) {
  TRY_AS(const std::string text, conformance::read_file(file));
  TRY_AS(const toml::table root, parsed_toml(text));
  const toml::table* tools = root["tool"].as_table();
  if (tools == nullptr) return base::invalid(file.string() + ": no tools");
  for (const auto& [name, value] : *tools)
    if (out.tool(name.str()) == nullptr)
      return base::invalid(fmt::format("{}: no tool {}", file.string(), name.str()));
  for (Tool& tool : out.tools) {
    const toml::table* said = (*tools)[tool.shape.name].as_table();
    if (said == nullptr)
      return base::invalid(fmt::format("{}: {} is left out", file.string(), tool.shape.name));
    TRY(annotate(tool, *said));
  }
  return base::ok();
}

}  // namespace

const Origin* Call::origin(std::string_view pointer) const {
  for (const Origin& one : origins)
    if (one.pointer == pointer) return &one;
  return nullptr;
}

const Tool* Data::tool(std::string_view wanted) const {
  for (const Tool& one : tools)
    if (one.shape.name == wanted) return &one;
  return nullptr;
}

bool is_suite(const fs::path& folder) {
  return fs::exists(folder / "tools.json") && fs::exists(folder / "user_tasks.json") &&
         fs::exists(folder / "user_tasks_injected.json") &&
         fs::exists(folder / "injection_tasks.json");
}

base::Result<Data> read_data(const fs::path& folder, const fs::path& annotations) {
  Data out;
  out.name = folder.filename();
  TRY(read_tools(folder, out));
  out.derived = !fs::exists(annotations);
  if (!out.derived) TRY(read_annotations(annotations, out));
  TRY(read_tasks(folder, out));
  TRY(read_attacks(folder, out));
  read_judgements(folder, out);
  for (const Task& task : out.tasks)
    for (const Call& call : task.calls)
      if (out.tool(call.tool) == nullptr) return base::invalid(task.id + ": no tool " + call.tool);
  return out;
}

bool same_value(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  if (const schema::Array* items = a.as_array())
    return std::ranges::equal(*items, *b.as_array(), same_value);
  if (a.number_text() != nullptr) return a.as_double() == b.as_double();
  const schema::Object* members = a.as_object();
  if (members == nullptr) return a == b;
  return members->size() == b.as_object()->size() &&
         std::all_of(members->begin(), members->end(), [&](const schema::Member& member) {
           const Value* other = b.find(member.key);
           return other != nullptr && same_value(member.value, *other);
         });
}

std::string unescaped(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    const bool escape = step[i] == '~' && i + 1 < step.size();
    out += !escape ? step[i] : step[++i] == '1' ? '/' : '~';
  }
  return out;
}

const Value* at_pointer(const Value& root, std::string_view pointer) {
  const Value* here = &root;
  while (here != nullptr && !pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string step = unescaped(pointer.substr(0, end));
    pointer.remove_prefix(end);
    std::size_t index = 0;
    if (here->as_array() == nullptr) here = here->find(step);
    else if (std::from_chars(step.data(), step.data() + step.size(), index).ec == std::errc())
      here = here->at(index);
    else here = nullptr;
  }
  return here;
}

}  // namespace agentdojo
