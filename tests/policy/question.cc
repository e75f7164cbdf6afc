// SPDX-License-Identifier: Apache-2.0
// Random questions.
#include "tests/policy/generate.h"
#include "tests/policy/vocabulary.h"

namespace policy_test {
namespace {

using policy::LeafKind;
using policy::LeafValue;
using Shape = policy::ArgumentShape::Kind;

label::Names names(Dice& dice, int most) {
  std::vector<std::string> out;
  for (int i = dice.between(0, most); i > 0; --i) out.push_back(label_name(dice));
  if (dice.one_in(40)) out.emplace_back("*");
  return label::Names(std::move(out));
}

// What one question is made of: a few labels, so that leaves share them.
struct Call {
  Dice& dice;
  std::vector<label::Sets> labels;
  std::vector<LeafValue> leaves;

  void leaf(const std::string& path, LeafKind kind, std::string text) {
    leaves.push_back({path, kind, std::move(text), dice.from(labels), dice.one_in(2)});
  }
  void scalar(const std::string& path, Family family) {
    if (dice.one_in(60)) return odd(path);
    const Family about = family == Family::kAny ? static_cast<Family>(dice.below(9)) : family;
    if (about == Family::kBool) return leaf(path, LeafKind::kBoolean, text_of(dice, about));
    if (about != Family::kNumber) return leaf(path, LeafKind::kString, text_of(dice, about));
    std::string text = text_of(dice, about);
    if (text.empty() || std::string_view("-0123456789").find(text[0]) == std::string_view::npos)
      text = "7";
    const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
    leaf(path, whole && dice.one_in(2) ? LeafKind::kInteger : LeafKind::kNumber, text);
  }
  // Of a kind that nobody expected.
  void odd(const std::string& path) {
    switch (dice.below(5)) {
      case 0: return leaf(path, LeafKind::kNull, "null");
      case 1: return leaf(path, LeafKind::kBoolean, "true");
      case 2: return leaf(path, LeafKind::kInteger, "3");
      case 3: return leaf(path, LeafKind::kString, text_of(dice, Family::kText));
      default: return leaf(path + "/0", LeafKind::kString, text_of(dice, Family::kText));
    }
  }
  void array(const std::string& path, Family family) {
    const int size = dice.one_in(30) ? dice.between(10, 12) : dice.between(0, 3);
    for (int i = 0; i < size; ++i) scalar(path + "/" + std::to_string(i), family);
  }
  void item(const std::string& path) {
    if (!dice.one_in(5)) scalar(path + "/name", Family::kText);
    if (!dice.one_in(5)) scalar(path + "/qty", Family::kNumber);
  }
  void meta(const std::string& path) {
    if (!dice.one_in(4)) scalar(path + "/owner", Family::kText);
    if (!dice.one_in(4)) scalar(path + "/size", Family::kNumber);
    if (dice.one_in(3)) array(path + "/list", Family::kText);
  }
  void argument(const KnownArgument& known) {
    const std::string name = known.name;
    if (dice.one_in(60)) return odd(name);
    if (known.kind == Shape::kObject) return meta(name);
    if (known.kind == Shape::kAny && dice.one_in(2))
      return dice.one_in(2) ? meta(name) : array(name, Family::kAny);
    if (known.kind != Shape::kArray) return scalar(name, known.family);
    if (known.item != Shape::kObject) return array(name, known.family);
    for (int i = 0; i < 2 && dice.one_in(2); ++i) item(name + "/" + std::to_string(i));
  }
};

policy::Asker asker(Dice& dice) {
  policy::Asker out;
  out.principal = dice.one_in(2) ? "alice" : label_name(dice);
  out.tenant = dice.one_in(2) ? "acme" : "a";
  out.door = dice.one_in(2) ? "chat" : "a";
  out.environment = dice.one_in(2) ? "prod" : "b";
  out.roles = names(dice, 3);
  out.scopes = names(dice, 3);
  return out;
}

}  // namespace

label::Sets make_label(Dice& dice) {
  label::Sets out;
  if (dice.one_in(4)) return out;
  out.tags = names(dice, 3);
  out.producers = names(dice, 2);
  out.origins = names(dice, 2);
  if (!dice.one_in(3)) out.consumers = label::Consumers::only(names(dice, 4));
  return out;
}

policy::Question make_question(Dice& dice, const policy::Loaded& loaded) {
  Call call{dice, {}, {}};
  for (int i = dice.between(1, 3); i > 0; --i) call.labels.push_back(make_label(dice));
  policy::Question out;
  out.tool = dice.one_in(30) ? "ghost" : dice.from(tool_names());
  if (!loaded.tools.empty() && dice.one_in(2)) out.tool = loaded.tools[0].name;
  const std::size_t chance = dice.of({20, 70, 90, 100, 100});
  const std::size_t from = dice.below(arguments().size());  // not always in the schema's order
  for (std::size_t i = 0; i < arguments().size(); ++i)
    if (dice.percent(chance)) call.argument(arguments()[(from + i) % arguments().size()]);
  out.leaves = std::move(call.leaves);
  if (dice.one_in(2)) out.control = make_label(dice);
  out.asker = asker(dice);
  out.now = instant(dice);
  if (dice.one_in(2)) out.session.label = make_label(dice);
  if (dice.one_in(2))
    out.session.value = text_of(dice, dice.one_in(2) ? Family::kText : Family::kInstant);
  for (const policy::Tree& tree : loaded.trees)
    for (const auto& declaration : tree.declarations)
      if (const auto* counter = std::get_if<policy::Counter>(&declaration);
          counter && !dice.one_in(5))
        out.counters[counter->name] = dice.one_in(5) ? policy::Number{false, 0, 1.5}
                                                     : policy::Number{true, dice.between(0, 12), 0};
  return out;
}

policy::Observed make_observed(Dice& dice) {
  policy::Observed out;
  out.text = text_of(dice, Family::kAny);
  if (dice.one_in(2)) out.label = make_label(dice);
  out.combine = static_cast<policy::Observed::Combine>(dice.below(3));
  return out;
}

}  // namespace policy_test
