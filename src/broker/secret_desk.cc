// SPDX-License-Identifier: Apache-2.0
#include "broker/secret_desk.h"
#include "sandbox/walls.h"

#include <span>
#include <utility>

namespace broker {
namespace {

std::vector<std::int64_t> lifetimes(const wire::Manifest& manifest) {
  std::vector<std::int64_t> out;
  for (const wire::SecretSpec& secret : manifest.secrets) {
    const bool fetched = secret.source == wire::SecretSource::kOnePassword;
    out.push_back(fetched ? std::int64_t{secret.lifetime_s} * 1'000'000 + 1 : 0);
  }
  return out;
}

}  // namespace

SecretDesk::SecretDesk(const ManifestView& view, const base::Clock& clock)
    : view_(view), clock_(clock), cache_(lifetimes(view.get())) {}

void SecretDesk::put(std::uint32_t index, Secret value) {
  values_.insert_or_assign(index, std::move(value));
}

void SecretDesk::add_known(std::string handle, Secret value) {
  known_.push_back({std::move(handle), std::move(value)});
}

base::Status SecretDesk::seal() { return compile(); }

base::Status SecretDesk::compile() {
  std::vector<ScrubSet::Named> all;
  for (const auto& [index, value] : values_)
    all.push_back({view_.get().secrets[index].name, &value});
  for (const Known& known : known_) all.push_back({known.handle, &known.value});
  for (const Known& former : former_) all.push_back({former.handle, &former.value});
  if (!sandbox::stands(sandbox::Wall::kScrub)) all.clear();
  TRY_AS(scrub_set_, ScrubSet::compile(all));
  return base::ok();
}

SecretDesk::State SecretDesk::want(std::uint32_t index) {
  const wire::SecretSpec& spec = view_.get().secrets[index];
  if (spec.source != wire::SecretSource::kOnePassword)
    return values_.contains(index) ? State::kReady : State::kFailed;
  switch (cache_.ask(index, clock_.steady_us())) {
    case SecretCache::Answer::kHave: return State::kReady;
    case SecretCache::Answer::kRefuse: return State::kFailed;
    case SecretCache::Answer::kFetch: to_fetch_.push_back(index); break;
    case SecretCache::Answer::kWait: break;
  }
  return State::kWaiting;
}

const Secret* SecretDesk::value(std::uint32_t index) const {
  const auto found = values_.find(index);
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::uint32_t> SecretDesk::next_fetch() {
  if (to_fetch_.empty()) return std::nullopt;
  const std::uint32_t index = to_fetch_.front();
  to_fetch_.pop_front();
  return index;
}

void SecretDesk::fetched(std::uint32_t index, Secret value) {
  if (const auto old = values_.find(index); old != values_.end()) {
    former_.push_back({view_.get().secrets[index].name, std::move(old->second)});
    if (former_.size() > kFormerValues) former_.pop_front();
    values_.erase(old);
  }
  values_.emplace(index, std::move(value));
  // SECURITY: a value that cannot be scrubbed is not used.
  if (!compile().ok()) {
    values_.erase(index);
    return failed(index, OpError::kBadValue);
  }
  cache_.fetched(index, clock_.steady_us());
  settled_ = true;
}

void SecretDesk::failed(std::uint32_t index, OpError error) {
  cache_.failed(index, error, clock_.steady_us());
  settled_ = true;
}

}  // namespace broker
