// SPDX-License-Identifier: Apache-2.0
#include "policy/load/shapes.h"

#include <re2/re2.h>

#include <algorithm>
#include <numeric>

namespace policy {
namespace {

RE2::Options bounded() {
  RE2::Options options;
  options.set_max_mem(1 << 20);
  options.set_log_errors(false);
  return options;
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == ':' || c == '/';
}

// What every text that `pattern` matches whole begins with: only names with it need a test.
std::string_view literal_prefix(std::string_view pattern) {
  if (pattern.find('|') != std::string_view::npos) return {};
  std::size_t end = 0;
  while (end < pattern.size() && plain(pattern[end])) ++end;
  const bool repeated =
      end < pattern.size() && std::string_view("*+?{").find(pattern[end]) != std::string_view::npos;
  return pattern.substr(0, repeated && end > 0 ? end - 1 : end);
}

// One more shape that an argument of the name can have.
void join(Kinds& kinds, const ArgumentShape& shape) {
  kinds.known = true;
  kinds.kinds |= bits_of(shape.kind);
  if (shape.kind == ArgumentShape::Kind::kArray) kinds.items |= bits_of(shape.item);
  if (shape.kind == ArgumentShape::Kind::kAny) kinds.items |= Kinds::kAll;
  if (kinds.shapes.size() <= 64) kinds.shapes.push_back(&shape);
}

}  // namespace

std::uint32_t bits_of(ArgumentShape::Kind kind) {
  using Kind = ArgumentShape::Kind;
  switch (kind) {
    case Kind::kString: return Kinds::kString;
    case Kind::kInteger: return Kinds::kInteger;
    case Kind::kNumber: return Kinds::kNumeric;
    case Kind::kBoolean: return Kinds::kBoolean;
    case Kind::kArray: return Kinds::kArray;
    case Kind::kObject: return Kinds::kObject;
    case Kind::kAny: return Kinds::kAll;
  }
  return Kinds::kAll;
}

Shapes::Shapes(const Tools& tools) : tools_(&tools) {
  sorted_.resize(tools.size());
  std::iota(sorted_.begin(), sorted_.end(), 0U);
  std::sort(sorted_.begin(), sorted_.end(),
            [&](std::uint32_t a, std::uint32_t b) { return tools[a].name < tools[b].name; });
  for (std::uint32_t i = 0; i < tools.size(); ++i) {
    names_.push_back(tools[i].name);
    by_name_.emplace(tools[i].name, i);
    for (const ArgumentShape& argument : tools[i].arguments)
      by_argument_[argument.name].push_back(i);
  }
}

std::optional<std::uint32_t> Shapes::find(std::string_view name) const {
  const auto at = by_name_.find(name);
  if (at == by_name_.end()) return std::nullopt;
  return at->second;
}

const ArgumentShape* Shapes::argument(const ToolShape& tool, std::string_view name) {
  for (const ArgumentShape& argument : tool.arguments)
    if (argument.name == name) return &argument;
  return nullptr;
}

const Reach* Shapes::reach(const ToolId& id) {
  std::string key = std::to_string(static_cast<int>(id.kind)) + id.text;
  for (ToolEffect effect : id.effects) key += "," + std::string(spelling(effect));
  auto& place = reaches_[key];
  if (place) return place.get();
  Reach found;
  if (id.kind == ToolId::Kind::kExact) found = exact(id.text);
  if (id.kind == ToolId::Kind::kEffects) found = with_effects(id.effects);
  if (id.kind == ToolId::Kind::kPattern && !by_pattern(id.text, found)) return nullptr;
  place = std::make_unique<Reach>(std::move(found));
  return place.get();
}

Reach Shapes::exact(std::string_view name) const {
  const auto index = find(name);
  return index ? Reach{*index} : Reach{};
}

Reach Shapes::with_effects(const std::vector<ToolEffect>& effects) const {
  Reach out;
  for (std::uint32_t i = 0; i < tools_->size(); ++i) {
    const ToolShape& shape = tool(i);
    const bool named = std::find(effects.begin(), effects.end(), effective(shape)) != effects.end();
    if (effects.empty() || (named && !shape.model)) out.push_back(i);
  }
  return out;
}

bool Shapes::by_pattern(const std::string& pattern, Reach& out) {
  const RE2 compiled(pattern, bounded());
  if (!compiled.ok()) return false;
  const std::string_view prefix = literal_prefix(pattern);
  auto at = std::lower_bound(sorted_.begin(), sorted_.end(), prefix,
                             [&](std::uint32_t i, std::string_view p) { return tool(i).name < p; });
  for (; at != sorted_.end() && tool(*at).name.compare(0, prefix.size(), prefix) == 0; ++at) {
    if (++tests_ > kMostTests) return false;
    if (RE2::FullMatch(tool(*at).name, compiled)) out.push_back(*at);
  }
  std::sort(out.begin(), out.end());
  return true;
}

const Kinds& Shapes::argument(const Reach& reach, std::string_view name) {
  const auto [place, fresh] = kinds_.try_emplace({&reach, std::string(name)});
  Kinds& kinds = place->second;
  if (!fresh) return kinds;
  const auto having = by_argument_.find(name);
  std::size_t count = 0;
  // Both lists rise: the shorter is walked and looked up in the other.
  if (having != by_argument_.end()) {
    const bool few = reach.size() < having->second.size();
    const std::vector<std::uint32_t>& walk = few ? reach : having->second;
    const std::vector<std::uint32_t>& look = few ? having->second : reach;
    for (std::uint32_t index : walk) {
      if (!std::binary_search(look.begin(), look.end(), index)) continue;
      join(kinds, *argument(tool(index), name));
      ++count;
    }
  }
  kinds.everywhere = count == reach.size();
  if (kinds.shapes.size() > 64) kinds.shapes.clear();
  return kinds;
}

Kinds Shapes::role(const Reach& reach, Role role) const {
  Kinds kinds;
  for (std::uint32_t index : reach)
    for (const ArgumentShape& shape : tool(index).arguments)
      if (plays(shape, role)) join(kinds, shape);
  if (kinds.shapes.size() > 64) kinds.shapes.clear();
  return kinds;
}

std::vector<std::string_view> Shapes::arguments(const Reach& reach) const {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < std::min<std::size_t>(reach.size(), 1000); ++i)
    for (const ArgumentShape& argument : tool(reach[i]).arguments) out.push_back(argument.name);
  return out;
}

std::string pattern_error(const std::string& pattern) {
  const RE2 compiled(pattern, bounded());
  return compiled.ok() ? std::string() : compiled.error();
}

}  // namespace policy
