// SPDX-License-Identifier: Apache-2.0
//
// Labels and principals as one policy set sees them, and what a set says of itself.
#include "policy/linked.h"
#include "policy/states.h"

namespace policy {
namespace {

template <std::size_t N>
void put(const Linked& linked, const label::Names& names, std::size_t field, Masks<N>& out) {
  for (const std::string& name : names.list())
    if (const auto bit = linked.bits.find(name); bit != linked.bits.end())
      out.set(field, bit->second);
}

}  // namespace

Projected::Projected(std::unique_ptr<State> state) : state_(std::move(state)) {}
Projected::Projected(Projected&&) noexcept = default;
Projected& Projected::operator=(Projected&&) noexcept = default;
Projected::~Projected() = default;
const label::Sets& Projected::sets() const { return state_->sets; }

Principal::Principal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Principal::Principal(Principal&&) noexcept = default;
Principal& Principal::operator=(Principal&&) noexcept = default;
Principal::~Principal() = default;
const Asker& Principal::asker() const { return state_->asker; }

Projected PolicySet::project(label::Sets sets) const {
  auto state = std::make_unique<Projected::State>();
  state->of = linked_.get();
  state->masks.rest.resize(4 * (linked_->words - 1));
  put(*linked_, sets.tags, static_cast<std::size_t>(Field::kTags), state->masks);
  put(*linked_, sets.producers, static_cast<std::size_t>(Field::kProducers), state->masks);
  put(*linked_, sets.origins, static_cast<std::size_t>(Field::kOrigins), state->masks);
  constexpr auto kConsumers = static_cast<std::size_t>(Field::kConsumers);
  put(*linked_, sets.consumers.names(), kConsumers, state->masks);
  if (sets.consumers.is_everyone()) {
    state->masks.first[kConsumers] = ~std::uint64_t{0};
    for (std::size_t word = 1; word < linked_->words; ++word)
      state->masks.rest[(word - 1) * 4 + kConsumers] = ~std::uint64_t{0};
  }
  state->sets = std::move(sets);
  return Projected(std::move(state));
}

Principal PolicySet::principal(Asker asker) const {
  auto state = std::make_unique<Principal::State>();
  state->of = linked_.get();
  state->masks.rest.resize(2 * (linked_->words - 1));
  put(*linked_, asker.roles, 0, state->masks);
  put(*linked_, asker.scopes, 1, state->masks);
  state->asker = std::move(asker);
  return Principal(std::move(state));
}

const base::Digest& PolicySet::digest() const { return linked_->program.digest; }
const std::vector<CounterSpec>& PolicySet::counters() const { return linked_->program.counters; }

bool PolicySet::counts(std::size_t counter, std::string_view tool) const {
  const CounterSpec& spec = counters()[counter];
  if (spec.exact) return spec.tool == tool;
  return linked_->patterns.matches(linked_->counter_ids[counter], tool);
}

bool PolicySet::can_allow(std::string_view tool) const {
  const std::uint32_t known = linked_->find(tool);
  if (known != kNoTool) return linked_->tools[known].can_allow;
  std::vector<std::uint32_t> list;
  linked_->each_policy(known, tool, [&](std::uint32_t at) { list.push_back(at); });
  return could_allow(*linked_, list);
}

bool PolicySet::labels_result(std::string_view tool) const {
  bool found = false;
  linked_->each_policy(linked_->find(tool), tool, [&](std::uint32_t at) {
    for (const BlockCode& block : linked_->program.policies[at].blocks)
      found |= block.kind == BlockCode::Kind::kResult;
  });
  return found;
}

}  // namespace policy
