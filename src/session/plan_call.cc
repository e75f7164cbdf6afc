// SPDX-License-Identifier: Apache-2.0
#include "session/plan_call.h"

#include <algorithm>
#include <map>

#include "schema/write.h"

namespace session {
namespace {

using schema::Value;

// Arguments by our parameters' names.
struct Named {
  const lang::Argument* argument;
  std::string name;
};

std::vector<Named> by_our_names(const PlanTools::Named& named, const lang::Signature& signature,
                                const lang::Call& call) {
  std::vector<Named> out;
  for (const lang::Argument& argument : call.arguments) {
    const auto at = std::ranges::find(signature.parameters, argument.name);
    CHECK(at != signature.parameters.end());  // INVARIANT: lang refuses other names
    const auto place = static_cast<std::size_t>(at - signature.parameters.begin());
    out.push_back({&argument, named.parameters[place]});
  }
  return out;
}

// The labels of one call as its frame lists them.
class LabelList {
 public:
  LabelList(Labels& labels, label::LabelId base, wire::LabelledCall& to)
      : labels_(labels), base_(base), to_(to) {}

  std::uint16_t place_of(label::LabelId label) {
    const label::LabelId whole = labels_.join(label, base_);
    const auto known = places_.find(whole.value);
    if (known != places_.end()) return known->second;
    const auto place = static_cast<std::uint16_t>(to_.labels.size());
    to_.labels.push_back(labels_.text(whole));
    places_.emplace(whole.value, place);
    return place;
  }

 private:
  Labels& labels_;
  label::LabelId base_;
  wire::LabelledCall& to_;
  std::map<std::uint32_t, std::uint16_t> places_;
};

// Of the leaf at `path` ("to", "tags/3"): its own label, or its whole argument's where checking has
// given it another form.
label::LabelId leaf_label(const std::vector<Named>& arguments, const std::string& path) {
  for (const Named& one : arguments) {
    if (path != one.name && !path.starts_with(one.name + "/")) continue;
    const std::string rest = path.substr(one.name.size());
    const auto leaf = std::ranges::find(one.argument->leaves, rest, &lang::LeafLabel::path);
    return leaf == one.argument->leaves.end() ? one.argument->label : leaf->label;
  }
  return label::kMostRestrictive;
}

}  // namespace

label::LabelId whole_label(const lang::Call& call, Labels& labels) {
  label::LabelId out = call.control;
  for (const lang::Argument& argument : call.arguments) out = labels.join(out, argument.label);
  return out;
}

std::variant<wire::LabelledCall, RefusedCall> labelled_call(const Toolset& tools,
                                                            const PlanTools::Named& named,
                                                            const lang::Signature& signature,
                                                            const lang::Call& call,
                                                            label::LabelId base, Labels& labels) {
  const std::vector<Named> arguments = by_our_names(named, signature, call);
  const Tool& tool = *tools.find(named.tool);
  label::LabelId control = call.control;
  Value object = Value::object();
  for (const Named& one : arguments) {
    const schema::Param* param = tool.params.find(one.name);
    if (one.argument->value.is_null() && param != nullptr && !param->required)
      control = labels.join(control, one.argument->label);
    else object.set(one.name, one.argument->value);
  }
  CheckedCall checked = check_call(tools, named.tool, schema::write(object));
  if (Refusal* refusal = std::get_if<Refusal>(&checked.outcome))
    return RefusedCall{std::move(refusal->text), whole_label(call, labels)};
  auto& proposable = std::get<Proposable>(checked.outcome);
  wire::LabelledCall out;
  out.tool = named.tool;
  out.definition = proposable.definition;
  out.arguments = std::move(proposable.leaves);
  LabelList list(labels, base, out);
  for (wire::Leaf& leaf : out.arguments)
    leaf.label = list.place_of(leaf_label(arguments, leaf.path));
  out.control = labels.text(labels.join(control, base));
  out.line = call.line;
  return out;
}

}  // namespace session
