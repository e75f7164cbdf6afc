// SPDX-License-Identifier: Apache-2.0
#include "policy/load/load.h"

#include <algorithm>

#include "policy/load/built_in.h"
#include "policy/load/digest.h"
#include "policy/load/expand.h"
#include "policy/load/take_in.h"

namespace policy {
namespace {

class Loading {
 public:
  Loading(const Tools& tools, const Options& options)
      : tools_(&tools), options_(&options), shapes_(tools) {}
  Outcome run(const std::vector<Source>& files, const Packs& packs);

 private:
  bool check();
  void name(bool packs);
  Loaded finish();
  void add_built_in(Loaded& loaded);

  const Tools* tools_;
  const Options* options_;
  Shapes shapes_;
  Findings findings_;
  TakenIn in_;
};

Outcome Loading::run(const std::vector<Source>& files, const Packs& packs) {
  in_ = take_in(files, packs, findings_);
  Outcome out;
  if (!findings_.failed() && check()) {
    Loaded loaded = finish();
    if (!findings_.failed()) out.loaded = std::move(loaded);
  }
  out.sources = in_.sources;
  out.diagnostics = findings_.take();
  return out;
}

void Loading::name(bool packs) {
  for (Unit& unit : in_.units)
    if (unit.pack == packs) unit.names = Names::build(unit.tree, findings_);
}

// False if there is an error. What follows names comes after the check that they end.
bool Loading::check() {
  name(false);
  name(true);
  if (findings_.failed()) return false;
  bind_site_names(in_.units, findings_);
  name(true);
  check_size(in_.units, findings_);
  if (findings_.failed()) return false;
  Patterns patterns;
  for (const Unit& unit : in_.units) check_text(unit, patterns, findings_);
  const CounterNames counters = check_counters(in_.units, shapes_, *options_, findings_);
  for (const Unit& unit : in_.units) check_use(unit, shapes_, *options_, counters, findings_);
  if (findings_.failed()) return false;
  check_rules(in_.units, shapes_, findings_);
  check_shadows(in_.units, findings_);
  return true;
}

Loaded Loading::finish() {
  Loaded loaded;
  loaded.tools = *tools_;
  loaded.options = *options_;
  loaded.yett = std::any_of(in_.units.begin(), in_.units.end(),
                            [](const Unit& unit) { return unit.tree.yett; });
  loaded.trees = expand(in_.units, shapes_, findings_);
  if (findings_.failed()) return loaded;
  add_built_in(loaded);
  if (findings_.failed()) return loaded;
  loaded.sources = in_.sources;
  loaded.digest = digest_of(loaded);
  return loaded;
}

void Loading::add_built_in(Loaded& loaded) {
  if (!loaded.yett || !options_->check_consumers) return;
  BuiltIn more = built_in(loaded.trees, shapes_, static_cast<std::uint32_t>(in_.sources.size()));
  if (more.sinks.tree.declarations.empty()) return;
  in_.sources.push_back(std::move(more.source));
  std::vector<Unit> units;
  units.push_back(std::move(more.sinks));
  loaded.trees.push_back(std::move(expand(units, shapes_, findings_)[0]));
}

}  // namespace

Outcome load(const std::vector<Source>& files, const Tools& tools, const Options& options,
             const Packs& packs) {
  return Loading(tools, options).run(files, packs);
}

}  // namespace policy
