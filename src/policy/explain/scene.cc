// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/scene.h"

#include <algorithm>

#include "base/bytes.h"

namespace policy::tracing {
namespace {

base::Error absent(const std::string& what) { return base::not_found(what + " is absent"); }

bool is_under(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

std::string step_text(const Step& step) {
  return step.kind == Step::Kind::kKey ? step.key : std::to_string(step.index);
}

std::string step_shown(const Step& step) {
  return step.kind == Step::Kind::kKey ? "." + step.key : "[" + std::to_string(step.index) + "]";
}

base::Result<Datum> number_datum(const LeafValue& leaf, const std::string& shown) {
  const auto number = number_of(leaf.text);
  if (!number || (leaf.kind == LeafKind::kInteger && !number->whole))
    return base::invalid(shown + " is a number that cannot be held exactly");
  return Datum{Datum::Kind::kNumber, {}, *number, false, {}};
}

Datum text_datum(std::string text) {
  return {Datum::Kind::kString, std::move(text), {}, false, {}};
}

base::Result<Datum> text_of_call(const std::string& text, const std::string& shown) {
  if (!base::is_utf8(text)) return base::invalid(shown + " is not UTF-8");
  return text_datum(text);
}

Datum whole_datum(std::int64_t n) {
  return {Datum::Kind::kNumber, {}, Number{true, n, 0}, false, {}};
}

base::Result<Datum> datum_of(const LeafValue& leaf, const std::string& shown) {
  switch (leaf.kind) {
    case LeafKind::kInteger:
    case LeafKind::kNumber: return number_datum(leaf, shown);
    case LeafKind::kBoolean:
      if (leaf.text != "true" && leaf.text != "false")
        return base::invalid(shown + " is a boolean that is neither true nor false");
      return Datum{Datum::Kind::kBool, {}, {}, leaf.text == "true", {}};
    case LeafKind::kNull: return Datum{};
    case LeafKind::kString: break;
  }
  return text_of_call(leaf.text, shown);
}

// Seconds since 1970 rounded down, so that times before it fall into their own day.
std::int64_t seconds_of(Instant now) {
  return now.us / 1'000'000 - (now.us % 1'000'000 < 0 ? 1 : 0);
}
std::int64_t floor_mod(std::int64_t a, std::int64_t b) { return ((a % b) + b) % b; }

constexpr std::int64_t kDay = 86'400;

}  // namespace

NameSet field_of(const label::Sets& label, Field field) {
  switch (field) {
    case Field::kTags: return set_of(label.tags);
    case Field::kProducers: return set_of(label.producers);
    case Field::kConsumers: return set_of(label.consumers);
    case Field::kOrigins: return set_of(label.origins);
  }
  return {};
}

Place Scene::place(const Path& path) {
  Place out{path.argument, path.argument};
  for (const Step& step : path.steps) {
    out.at += "/" + step_text(step);
    out.shown += step_shown(step);
  }
  return out;
}

bool Scene::is_many(const Path& path) {
  return std::ranges::any_of(path.steps, [](const Step& s) { return s.kind == Step::Kind::kEach; });
}

base::Result<std::vector<Place>> Scene::places(const Path& path) const {
  std::vector<Place> out{{path.argument, path.argument}};
  for (const Step& step : path.steps) {
    if (step.kind != Step::Kind::kEach) {
      for (Place& p : out) p = {p.at + "/" + step_text(step), p.shown + step_shown(step)};
      continue;
    }
    std::vector<Place> items;
    for (const Place& p : out) {
      std::string last;
      std::size_t count = 0;
      for (const LeafValue* leaf : leaves(p.at)) {
        if (leaf->path == p.at) return base::invalid(p.shown + " has no items");
        std::string at = leaf->path.substr(0, leaf->path.find('/', p.at.size() + 1));
        if (at == last) continue;
        items.push_back({at, "item " + std::to_string(++count) + " of " + p.shown});
        last = std::move(at);
      }
    }
    out = std::move(items);
  }
  return out;
}

std::vector<const LeafValue*> Scene::leaves(std::string_view at) const {
  std::vector<const LeafValue*> out;
  for (const LeafValue& leaf : question_.leaves)
    if (is_under(leaf.path, at)) out.push_back(&leaf);
  return out;
}

bool Scene::named(std::string_view at) const {
  const auto all = leaves(at);
  return !all.empty() && std::ranges::all_of(all, [](const LeafValue* l) { return l->named; });
}

label::Sets Scene::label_at(std::string_view at) const {
  label::Sets out;
  for (const LeafValue* leaf : leaves(at)) out = label::join(out, leaf->label);
  return out;
}

std::vector<std::string> Scene::arguments() const {
  std::vector<std::string> out;
  for (const LeafValue& leaf : question_.leaves) {
    std::string name = leaf.path.substr(0, leaf.path.find('/'));
    if (std::ranges::find(out, name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

base::Result<NameSet> Scene::of_argument(std::string_view at, Field field) const {
  return field_of(label_at(at), field);
}

base::Result<NameSet> Scene::of_all(const Operand& operand) const {
  const std::vector<std::string> names = arguments();
  if (names.empty()) return field_of(label::Sets{}, operand.field);
  Judge judge(false);
  NameSet out = field_of(label_at(names[0]), operand.field);
  for (std::size_t i = 1; i < names.size(); ++i) {
    const NameSet more = field_of(label_at(names[i]), operand.field);
    if (!operand.intersect) {
      out = united(out, more);
      continue;
    }
    TRY_AS(out, intersected(judge, out, more));
  }
  return out;
}

base::Result<NameSet> Scene::read(const Operand& operand, const Place* here) const {
  switch (operand.scope) {
    case Scope::kArgument: {
      const Place p = here != nullptr ? *here : place(operand.path);
      if (!present(p.at)) return absent(p.shown);
      return of_argument(p.at, operand.field);
    }
    case Scope::kArgs: return of_all(operand);
    case Scope::kResult: return base::invalid("there is no result yet");
    case Scope::kHere:
    case Scope::kSession: return field_of(session_.label, operand.field);
    case Scope::kControl: return field_of(question_.control, operand.field);
    case Scope::kPrincipal:
      return set_of(operand.scopes ? question_.asker.scopes : question_.asker.roles);
  }
  return base::invalid("nothing that can be read");
}

label::Sets Scene::label_of(const Operand& operand, const Place* here) const {
  switch (operand.scope) {
    case Scope::kArgument: return label_at(here != nullptr ? here->at : place(operand.path).at);
    case Scope::kArgs: {
      label::Sets out;
      for (const LeafValue& leaf : question_.leaves) out = label::join(out, leaf.label);
      return out;
    }
    case Scope::kHere:
    case Scope::kSession: return session_.label;
    case Scope::kControl: return question_.control;
    case Scope::kResult:
    case Scope::kPrincipal: return {};
  }
  return {};
}

Scene::Carriers Scene::carriers(const Operand& operand, const Place* here,
                                const std::set<std::string>& names) const {
  Carriers out;
  const bool of_call = operand.scope == Scope::kArgument || operand.scope == Scope::kArgs;
  if (of_call && !names.empty()) {
    const bool one = operand.scope == Scope::kArgument;
    const std::string root = !one ? "" : here != nullptr ? here->at : place(operand.path).at;
    for (const LeafValue& leaf : question_.leaves) {
      if (one && !is_under(leaf.path, root)) continue;
      const NameSet held = field_of(leaf.label, operand.field);
      if (std::ranges::none_of(names, [&](const auto& n) { return held.names.contains(n); }))
        continue;
      out.origins = united(out.origins, leaf.label.origins);
      std::string argument = leaf.path.substr(0, leaf.path.find('/'));
      if (std::ranges::find(out.arguments, argument) == out.arguments.end())
        out.arguments.push_back(std::move(argument));
    }
  }
  if (out.arguments.empty()) out.origins = label_of(operand, here).origins;
  return out;
}

base::Result<Datum> Scene::leaf_at(const Place& p) const {
  const auto all = leaves(p.at);
  if (all.empty()) return absent(p.shown);
  for (const LeafValue* leaf : all)
    if (leaf->path == p.at) return datum_of(*leaf, p.shown);
  return base::invalid(p.shown + " is a structure and has no value");
}

base::Result<Datum> Scene::read(const Value& value, const Place* here) const {
  switch (value.kind) {
    case Value::Kind::kArgument: return leaf_at(here != nullptr ? *here : place(value.path));
    case Value::Kind::kResult: return base::invalid("there is no result yet");
    case Value::Kind::kSession:
      if (!session_.value) return absent("the session's value");
      return text_of_call(*session_.value, "the session's value");
    case Value::Kind::kString: return text_datum(value.text);
    case Value::Kind::kInstant: return Datum{Datum::Kind::kInstant, {}, {}, false, value.instant};
    case Value::Kind::kNumber: return Datum{Datum::Kind::kNumber, {}, value.number, false, {}};
    case Value::Kind::kBool: return Datum{Datum::Kind::kBool, {}, {}, value.truth, {}};
    case Value::Kind::kAttribute: return attribute(value.attribute);
    case Value::Kind::kCounter: {
      const auto found = question_.counters.find(value.text);
      const Number count = found == question_.counters.end() ? Number{} : found->second;
      return Datum{Datum::Kind::kNumber, {}, count, false, {}};
    }
  }
  return base::invalid("nothing that can be read");
}

base::Result<Datum> Scene::attribute(Attribute which) const {
  const Asker& asker = question_.asker;
  const std::int64_t seconds = seconds_of(question_.now);
  switch (which) {
    case Attribute::kPrincipalId: return text_datum(asker.principal);
    case Attribute::kTenantId: return text_datum(asker.tenant);
    case Attribute::kDoorName: return text_datum(asker.door);
    case Attribute::kToolName: return text_datum(question_.tool);
    case Attribute::kEnvironmentName: return text_datum(asker.environment);
    case Attribute::kTimeNow: return Datum{Datum::Kind::kInstant, {}, {}, false, question_.now};
    case Attribute::kTimeHour: return whole_datum(floor_mod(seconds, kDay) / 3600);
    case Attribute::kTimeWeekday: {
      const std::int64_t days = (seconds - floor_mod(seconds, kDay)) / kDay;
      return whole_datum(floor_mod(days + 3, 7) + 1);  // 1970-01-01 was a Thursday
    }
    case Attribute::kToolEffect: break;
  }
  for (const ToolShape& tool : loaded_.tools)
    if (tool.name == question_.tool) return text_datum(std::string(spelling(effective(tool))));
  return base::invalid("nobody declared this tool");
}

}  // namespace policy::tracing
