// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "cli/policy_leaves.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace cli {
namespace {

using policy::Field;
using policy::LeafKind;
using policy::LeafValue;
using policy::Question;
using schema::Value;

label::Names names_of(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (end > 0) out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(list.size(), end + 1));
  }
  return label::Names(std::move(out));
}

void set_field(label::Sets& sets, Field field, std::string_view names) {
  switch (field) {
    case Field::kTags: sets.tags = names_of(names); return;
    case Field::kProducers: sets.producers = names_of(names); return;
    case Field::kOrigins: sets.origins = names_of(names); return;
    case Field::kConsumers:
      sets.consumers =
          names == "*" ? label::Consumers::everyone() : label::Consumers::only(names_of(names));
      return;
  }
}

// The labels that TARGET means.
std::vector<label::Sets*> targets(Question& q, std::string_view target) {
  if (target == "@control") return {&q.control};
  if (target == "@session") return {&q.session.label};
  std::vector<label::Sets*> out;
  for (LeafValue& leaf : q.leaves)
    if (target == "@args" || is_under(leaf.path, target)) out.push_back(&leaf.label);
  return out;
}

// "TARGET.FIELD=a,b".
base::Status add_label(const std::string& word, Question& q) {
  const std::size_t equals = word.find('=');
  const std::size_t dot = word.rfind('.', equals);
  const auto field =
      equals == std::string_view::npos || dot == std::string_view::npos || dot > equals
          ? std::nullopt
          : policy::field_of(word.substr(dot + 1, equals - dot - 1));
  if (!field)
    return base::invalid(
        "--label is NAME.SET=a,b; SET is one of tags, producers, consumers, origins");
  const auto all = targets(q, std::string_view(word).substr(0, dot));
  if (all.empty())
    return base::invalid(fmt::format("--label: the call has no argument `{}`",
                                     base::printable(word.substr(0, dot))));
  for (label::Sets* sets : all) set_field(*sets, *field, std::string_view(word).substr(equals + 1));
  return base::ok();
}

base::Status add_named(const std::string& name, Question& q) {
  bool found = false;
  for (LeafValue& leaf : q.leaves)
    if (name == "@args" || is_under(leaf.path, name)) found = leaf.named = true;
  if (found) return base::ok();
  return base::invalid(
      fmt::format("--named: the call has no argument `{}`", base::printable(name)));
}

base::Status add_counter(const std::string& word, Question& q) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const auto number =
      policy::number_of(std::string_view(word).substr(std::min(equals + 1, word.size())));
  if (equals == 0 || !number) return base::invalid("--counter is NAME=NUMBER");
  q.counters[word.substr(0, equals)] = *number;
  return base::ok();
}

base::Result<Value> arguments_of(const PolicyCall& call, const policy::ToolShape* shape) {
  if (call.arguments_json.empty()) return object_of(shape, call.arguments);
  auto parsed = schema::parse(call.arguments_json);
  if (!parsed.ok()) return base::invalid("--args-json: " + parsed.error().message);
  return parsed;
}

base::Error unknown_tool(const policy::Tools& tools, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& tool : tools) names.push_back(tool.name);
  const std::string_view near = base::nearest(name, names);
  return base::invalid(fmt::format("there is no tool `{}`{}", base::printable(name),
                                   near.empty() ? "" : fmt::format("; did you mean `{}`?", near)));
}

// ---- back to words ------------------------------------------------------------------------------

class Words {
 public:
  explicit Words(const Question& question, const policy::ToolShape* shape)
      : q_(question), shape_(shape) {}

  std::string take() {
    out_ = "yett policy explain " + quoted(q_.tool);
    add_arguments();
    add_labels();
    add_asker();
    add_sets("@control", q_.control);
    add_sets("@session", q_.session.label);
    if (q_.session.value) add("--session-value", *q_.session.value);
    for (const auto& [name, n] : q_.counters)
      add("--counter",
          fmt::format("{}={}", name,
                      n.whole ? fmt::format("{}", n.integer) : fmt::format("{}", n.decimal)));
    add("--now", policy::instant_text(q_.now));
    return out_;
  }

 private:
  void add(std::string_view option, std::string_view word) {
    out_ += fmt::format(" {} {}", option, quoted(word));
  }

  // A leaf that a word can say: a text of the tool's own string argument or of an array of such.
  bool simple(const LeafValue& leaf) const {
    if (shape_ == nullptr || leaf.kind == LeafKind::kNull) return false;
    const std::string name = leaf.path.substr(0, leaf.path.find('/'));
    const auto argument = std::ranges::find(shape_->arguments, name, &policy::ArgumentShape::name);
    using Kind = policy::ArgumentShape::Kind;
    if (argument == shape_->arguments.end()) return false;
    if (name == leaf.path) return argument->kind != Kind::kAny && argument->kind != Kind::kArray;
    return argument->kind == Kind::kArray && argument->item != Kind::kAny &&
           std::ranges::count(leaf.path, '/') == 1 && !leaf.text.starts_with('[');
  }

  void add_arguments() {
    if (!std::ranges::all_of(q_.leaves, [&](const LeafValue& leaf) { return simple(leaf); }))
      return add("--args-json", schema::write(arguments_json(q_.leaves)));
    for (const LeafValue& leaf : q_.leaves)
      add("--arg", leaf.path.substr(0, leaf.path.find('/')) + "=" + leaf.text);
  }

  static std::string list(const label::Names& names) {
    return fmt::format("{}", fmt::join(names.list(), ","));
  }
  void add_sets(std::string_view target, const label::Sets& sets) {
    const auto set = [&](std::string_view field, const label::Names& names) {
      if (!names.empty()) add("--label", fmt::format("{}.{}={}", target, field, list(names)));
    };
    set("tags", sets.tags);
    set("producers", sets.producers);
    set("origins", sets.origins);
    if (!sets.consumers.is_everyone())
      add("--label", fmt::format("{}.consumers={}", target, list(sets.consumers.names())));
  }

  // Once for an argument whose leaves agree, else for each.
  void add_labels() {
    for (std::size_t i = 0; i < q_.leaves.size();) {
      const std::string name = q_.leaves[i].path.substr(0, q_.leaves[i].path.find('/'));
      std::size_t end = i;
      while (end < q_.leaves.size() && is_under(q_.leaves[end].path, name)) ++end;
      const auto first = q_.leaves.begin() + static_cast<std::ptrdiff_t>(i);
      const auto last = q_.leaves.begin() + static_cast<std::ptrdiff_t>(end);
      const bool agree = std::all_of(first, last, [&](const LeafValue& leaf) {
        return leaf.label == first->label && leaf.named == first->named;
      });
      for (auto leaf = first; leaf != last; ++leaf) {
        const std::string& target = agree ? name : leaf->path;
        add_sets(target, leaf->label);
        if (leaf->named) add("--named", target);
        if (agree) break;
      }
      i = end;
    }
  }

  void add_asker() {
    const auto word = [&](std::string_view option, const std::string& text) {
      if (!text.empty()) add(option, text);
    };
    word("--principal", q_.asker.principal);
    word("--tenant", q_.asker.tenant);
    word("--door", q_.asker.door);
    word("--environment", q_.asker.environment);
    word("--roles", list(q_.asker.roles));
    word("--scopes", list(q_.asker.scopes));
  }

  const Question& q_;
  const policy::ToolShape* shape_;
  std::string out_;
};

Value leaf_json(const LeafValue& leaf) {
  switch (leaf.kind) {
    case LeafKind::kString: return Value::string(leaf.text);
    case LeafKind::kBoolean: return Value::boolean(leaf.text == "true");
    case LeafKind::kNull: return {};
    case LeafKind::kInteger:
    case LeafKind::kNumber: break;
  }
  auto number = Value::number(leaf.text);
  return number.ok() ? std::move(*number) : Value::string(leaf.text);
}

// The index that a step is, if it is one of an array.
std::optional<std::size_t> index_of(std::string_view step) {
  std::size_t index = 0;
  const auto read = std::from_chars(step.data(), step.data() + step.size(), index);
  if (read.ec != std::errc() || read.ptr != step.data() + step.size()) return std::nullopt;
  return index;
}

// What stands under `step` in an object or array already; null if nothing.
const Value* there(const Value& in, const std::string& step) {
  if (in.as_array() == nullptr) return in.find(step);
  const auto index = index_of(step);
  return index ? in.at(*index) : nullptr;
}

// Puts `leaf` under the steps of `path` in `to`, which is an object or an array.
void put(Value& to, std::string_view path, const LeafValue& leaf) {  // NOLINT: paths are short
  const std::size_t slash = path.find('/');
  const std::string step(path.substr(0, slash));
  Value made = leaf_json(leaf);
  if (slash != std::string_view::npos) {
    const std::string_view rest = path.substr(slash + 1);
    const Value* before = there(to, step);
    const bool inner =
        before != nullptr && (before->as_array() != nullptr || before->as_object() != nullptr);
    const bool array = index_of(rest.substr(0, rest.find('/'))).has_value();
    made = inner ? *before : array ? Value::array() : Value::object();
    put(made, rest, leaf);
  }
  schema::Array* items = to.as_array();
  const auto index = items == nullptr ? std::nullopt : index_of(step);
  if (items == nullptr) to.set(step, std::move(made));
  else if (index && *index < items->size()) (*items)[*index] = std::move(made);
  else to.push(std::move(made));
}

}  // namespace

base::Result<Question> question_of(const PolicyCall& call, const policy::Tools& tools, bool open,
                                   policy::Instant now) {
  Question q;
  q.tool = call.tool;
  const policy::ToolShape* shape = find_tool(tools, call.tool);
  if (shape == nullptr && !open) return unknown_tool(tools, call.tool);
  TRY_AS(const Value arguments, arguments_of(call, shape));
  TRY_AS(q.leaves, leaves_of(shape, arguments));
  q.session.label.tags = names_of(call.session_tags);
  q.session.value = call.session_value;
  for (const std::string& word : call.labels) TRY(add_label(word, q));
  for (const std::string& name : call.named) TRY(add_named(name, q));
  for (const std::string& word : call.counters) TRY(add_counter(word, q));
  q.asker = {call.principal,   call.tenant,          call.door,
             call.environment, names_of(call.roles), names_of(call.scopes)};
  q.now = now;
  if (call.now.empty()) return q;
  const auto at = policy::instant_of(call.now);
  if (!at) return base::invalid("--now is no instant such as 2026-01-01T00:00:00Z");
  q.now = *at;
  return q;
}

std::string quoted(std::string_view word) {
  const bool plain = !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-.,:/@=+%").find(c) != std::string_view::npos;
  });
  if (plain) return std::string(word);
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string command_of(const Question& question, const policy::Tools& tools) {
  return Words(question, find_tool(tools, question.tool)).take();
}

Value arguments_json(const std::vector<LeafValue>& leaves) {
  Value out = Value::object();
  for (const LeafValue& leaf : leaves) put(out, leaf.path, leaf);
  return out;
}

Value json_of(const std::vector<std::string>& texts) {
  Value out = Value::array();
  for (const std::string& text : texts) out.push(Value::string(text));
  return out;
}

Value json_of(const label::Sets& label) {
  Value out = Value::object();
  out.set("tags", json_of(label.tags.list()));
  out.set("producers", json_of(label.producers.list()));
  out.set("consumers", label.consumers.is_everyone() ? json_of(std::vector<std::string>{"*"})
                                                     : json_of(label.consumers.names().list()));
  out.set("origins", json_of(label.origins.list()));
  return out;
}

Value json_of(const Question& question, bool show_values) {
  Value out = Value::object();
  out.set("tool", Value::string(question.tool));
  Value leaves = Value::array();
  for (const LeafValue& leaf : question.leaves) {
    Value one = Value::object();
    one.set("path", Value::string(leaf.path));
    if (show_values) one.set("value", leaf_json(leaf));
    one.set("named", Value::boolean(leaf.named));
    one.set("label", json_of(leaf.label));
    leaves.push(std::move(one));
  }
  out.set("arguments", std::move(leaves));
  out.set("control", json_of(question.control));
  out.set("principal", Value::string(question.asker.principal));
  out.set("tenant", Value::string(question.asker.tenant));
  out.set("door", Value::string(question.asker.door));
  out.set("environment", Value::string(question.asker.environment));
  out.set("roles", json_of(question.asker.roles.list()));
  out.set("scopes", json_of(question.asker.scopes.list()));
  out.set("now", Value::string(policy::instant_text(question.now)));
  out.set("session", json_of(question.session.label));
  return out;
}

}  // namespace cli
