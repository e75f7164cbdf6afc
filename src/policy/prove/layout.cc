// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/layout.h"

#include <algorithm>

namespace policy::proving {
namespace {

constexpr std::size_t kMostItems = 8;
constexpr std::size_t kDeepest = 8;
constexpr std::string_view kFreshKeys = "klmnop";

using Kind = ArgumentShape::Kind;

std::vector<LeafKind> kinds_of(Kind kind) {
  switch (kind) {
    case Kind::kString: return {LeafKind::kString};
    case Kind::kInteger: return {LeafKind::kInteger};
    case Kind::kNumber: return {LeafKind::kNumber};
    case Kind::kBoolean: return {LeafKind::kBoolean};
    case Kind::kArray:
    case Kind::kObject: return {};
    case Kind::kAny: break;
  }
  return {LeafKind::kString, LeafKind::kNumber, LeafKind::kBoolean, LeafKind::kNull};
}

class Planner {
 public:
  Planner(const std::string& tool, const std::map<std::string, Mention>& mentions, Sorts& sorts,
          std::string& incomplete)
      : tool_(tool), mentions_(mentions), sorts_(sorts), incomplete_(incomplete) {}

  // `spots`: the names rules may have for this place.
  Spot plan(std::string path, const std::vector<std::string>& spots, Kind kind, Kind item,
            std::size_t depth) {
    Spot out;
    out.path = std::move(path);
    out.kinds = kinds_of(kind);
    out.sort = sorts_.id(leaf_key(tool_, spots[0]));
    for (const std::string& spot : spots)
      out.sort = sorts_.united(out.sort, sorts_.id(leaf_key(tool_, spot)));
    const Mention mention = mentioned(spots);
    const bool structured = kind == Kind::kArray || kind == Kind::kObject ||
                            (kind == Kind::kAny && is_entered(mention));
    if (!structured) return out;
    if (depth == kDeepest) {
      incomplete_ = "arguments nested too deep";
      return out;
    }
    out.list = kind == Kind::kArray || (kind == Kind::kAny && mention.keys.empty());
    for (const std::string& step : steps(mention, out.list)) {
      std::vector<std::string> names;
      for (const std::string& spot : spots) {
        if (!out.list) names.push_back(spot + "/" + step);
        names.push_back(spot + "/[]");
      }
      const Kind child = kind == Kind::kArray ? item : Kind::kAny;
      out.children.push_back(plan(out.path + "/" + step, names, child, Kind::kAny, depth + 1));
      out.children.back().step = step;
    }
    return out;
  }

 private:
  static bool is_entered(const Mention& m) { return m.each || m.items > 0 || !m.keys.empty(); }

  Mention mentioned(const std::vector<std::string>& spots) const {
    Mention out;
    for (const std::string& spot : spots) {
      const auto at = mentions_.find(spot);
      if (at == mentions_.end()) continue;
      const Mention& m = at->second;
      out.keys.insert(m.keys.begin(), m.keys.end());
      out.items = std::max(out.items, m.items);
      out.each = out.each || m.each;
      out.demands += m.demands;
      out.each_labels = out.each_labels || m.each_labels;
    }
    return out;
  }

  std::vector<std::string> steps(const Mention& mention, bool list) {
    // One for each comparison that may need an item of its own, and one that no rule needs.
    std::size_t more = mention.demands + (mention.each_labels ? 2 : 0);
    if (mention.each_labels) incomplete_ = "labels of single items are compared";
    if (more > kMostItems) {
      more = kMostItems;
      incomplete_ = "too many quantified comparisons of one argument";
    }
    std::vector<std::string> out;
    if (list) {
      const std::size_t count = std::max<std::size_t>(1, mention.items + more);
      for (std::size_t i = 0; i < count; ++i) out.push_back(std::to_string(i));
      return out;
    }
    out.assign(mention.keys.begin(), mention.keys.end());
    for (std::size_t i = 0; i < mention.items; ++i)
      if (!mention.keys.contains(std::to_string(i))) out.push_back(std::to_string(i));
    more = std::max<std::size_t>(more, 1);
    for (std::size_t i = 0; more > 0; ++i) {
      std::string key(1, kFreshKeys[i % kFreshKeys.size()]);
      if (i >= kFreshKeys.size()) key += std::to_string(i);
      if (mention.keys.contains(key)) continue;
      out.push_back(std::move(key));
      --more;
    }
    return out;
  }

  const std::string& tool_;
  const std::map<std::string, Mention>& mentions_;
  Sorts& sorts_;
  std::string& incomplete_;
};

ArgumentShape undeclared(std::string name, Kind kind) {
  ArgumentShape out;
  out.name = std::move(name);
  out.kind = kind;
  out.required = false;
  return out;
}

void give_choices(Spot& spot, const std::vector<std::string>& choices, Sorts& sorts) {
  if (!spot.kinds.empty()) {
    spot.choices = choices;
    for (const std::string& choice : choices) sorts.at(spot.sort).strings.insert(choice);
  }
  for (Spot& child : spot.children) give_choices(child, choices, sorts);
}

void name_argument(Spot& spot, const std::string& argument) {
  spot.argument = argument;
  for (Spot& child : spot.children) name_argument(child, argument);
}

void count(const Spot& spot, std::size_t times, Sorts& sorts) {
  Sort& sort = sorts.at(spot.sort);
  if (!spot.kinds.empty()) sort.values += times;
  for (const LeafKind kind : spot.kinds)
    if (kind == LeafKind::kInteger || kind == LeafKind::kNumber) sort.numeric += times;
  for (const Spot& child : spot.children) count(child, times, sorts);
}

}  // namespace

Layout layout_of(const ToolShape* shape, const std::string& tool, bool open, Collector& collector,
                 Sorts& sorts) {
  Layout out;
  const auto& mentions = collector.mentions(tool);
  Planner planner(tool, mentions, sorts, out.incomplete);
  std::vector<ArgumentShape> arguments;
  if (shape != nullptr) arguments = shape->arguments;
  for (const auto& [spot, mention] : mentions) {
    const std::string name = spot.substr(0, spot.find('/'));
    const bool known = std::any_of(arguments.begin(), arguments.end(),
                                   [&](const ArgumentShape& a) { return a.name == name; });
    if (known) continue;
    arguments.push_back(undeclared(name, Kind::kAny));
  }
  if (open) {
    std::string name = "other";
    while (std::any_of(arguments.begin(), arguments.end(),
                       [&](const ArgumentShape& a) { return a.name == name; }))
      name += '_';
    arguments.push_back(undeclared(std::move(name), Kind::kString));
  }
  for (const ArgumentShape& argument : arguments) {
    Spot spot = planner.plan(argument.name, {argument.name}, argument.kind, argument.item, 0);
    spot.optional = !argument.required;
    spot.step = argument.name;
    if (!argument.choices.empty()) give_choices(spot, argument.choices, sorts);
    name_argument(spot, argument.name);
    out.arguments.push_back(std::move(spot));
  }
  return out;
}

void count_values(const Layout& layout, std::size_t times, Sorts& sorts) {
  for (const Spot& spot : layout.arguments) count(spot, times, sorts);
}

}  // namespace policy::proving
