// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "policy/load/fill_in.h"
#include "policy/load/take_in.h"

namespace policy {
namespace {

constexpr std::string_view kSite = "site_";

struct Binding {
  const Unit* unit = nullptr;
  const Let* let = nullptr;
  bool used = false;
};
using Bindings = std::map<std::string_view, Binding>;

Bindings bindings_of(const std::vector<Unit>& units, Findings& findings) {
  Bindings out;
  for (const Unit& unit : units)
    for (const auto& declaration : unit.tree.declarations) {
      const auto* let = std::get_if<Let>(&declaration);
      if (let == nullptr || unit.pack || !unit.tree.yett || !let->name.starts_with(kSite)) continue;
      const auto [place, fresh] = out.try_emplace(let->name, Binding{&unit, let});
      const Span& first = place->second.let->span;
      if (fresh || (first.file == let->span.file && first.line == let->span.line)) continue;
      findings.error("duplicate-name", let->span,
                     fmt::format("two files bind {} for the packs of the set", quoted(let->name)));
    }
  return out;
}

void bind(const Unit& pack, Let& let, Binding& binding, Findings& findings) {
  binding.used = true;
  const Names& site = binding.unit->names;
  const LetInfo* info = site.find(let.name);
  const bool wanted = pack.names.find(let.name)->predicate;
  if (info->predicate != wanted)
    return findings.error("kind-mismatch", binding.let->span,
                          fmt::format("{} is a {} in the pack {}: a {} is expected",
                                      quoted(let.name), wanted ? "predicate" : "set",
                                      quoted(pack.tree.name), wanted ? "predicate" : "set"));
  if (info->size > kMostNodes)
    return findings.error("too-large", binding.let->span,
                          fmt::format("{} has more than {} nodes with its names filled in",
                                      quoted(let.name), kMostNodes));
  if (wanted) {
    Predicate name;
    name.kind = Predicate::Kind::kName;
    name.name = let.name;
    let.value = fill_in(name, site);
    return;
  }
  SetExpr value = fill_in(std::get<SetExpr>(info->let->value), site);
  let.value = std::move(value);
}

}  // namespace

void bind_site_names(std::vector<Unit>& units, Findings& findings) {
  Bindings bindings = bindings_of(units, findings);
  std::vector<std::string> known;
  for (Unit& unit : units) {
    if (!unit.pack) continue;
    for (auto& declaration : unit.tree.declarations) {
      auto* let = std::get_if<Let>(&declaration);
      if (let == nullptr || !let->name.starts_with(kSite)) continue;
      known.push_back(let->name);
      const auto at = bindings.find(let->name);
      if (at != bindings.end()) bind(unit, *let, at->second, findings);
    }
  }
  if (known.empty()) return;
  for (const auto& [name, binding] : bindings)
    if (!binding.used)
      findings.error("unknown-name", binding.let->span,
                     fmt::format("no pack of this set asks for {}", quoted(name)),
                     did_you_mean(name, {known.begin(), known.end()},
                                  "names that begin with site_ are for packs"));
}

}  // namespace policy
