// SPDX-License-Identifier: Apache-2.0
#include "broker/egress_pool.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace broker {

void EgressPool::want(const EgressKey& key, Job job) {
  waiting_[key].push_back(job);
  balance(key);
}

bool EgressPool::forget(Job job) {
  for (auto& [key, queue] : waiting_)
    if (std::erase(queue, job) > 0) return true;
  return false;
}

std::optional<EgressPool::Grant> EgressPool::next_grant() {
  if (grants_.empty()) return std::nullopt;
  const Grant grant = grants_.front();
  grants_.pop_front();
  return grant;
}

base::Status EgressPool::spawned(const wire::EgressSpawned& answer,
                                 std::vector<base::Fd> descriptors) {
  const auto found = workers_.find(answer.slot);
  const bool asked = found != workers_.end() && (found->second.state == State::kSpawning ||
                                                 found->second.state == State::kGivenUp);
  if (!asked || answer.spawned != (descriptors.size() == 1))
    return base::violation("answer to no request for a worker");
  Worker& worker = found->second;
  if (worker.state == State::kGivenUp) {
    workers_.erase(found);  // with its descriptor the worker ends, too
    return base::ok();
  }
  if (!answer.spawned) {
    end(answer.slot);
    return base::ok();
  }
  worker.channel =
      std::make_unique<wire::Channel>(std::move(descriptors[0]), wire::kEgressToBroker, "egress");
  worker.state = State::kStarting;
  loop_.watch(worker.channel->fd(), kToken | answer.slot);
  return base::ok();
}

void EgressPool::ready(Slot slot) {
  Worker& worker = workers_.at(slot);
  worker.channel->enter(wire::Phase::kRunning);
  worker.state = State::kIdle;
  balance(EgressKey(worker.key));
}

void EgressPool::release(Slot slot) {
  const auto found = workers_.find(slot);
  if (found == workers_.end()) return;
  found->second.state = State::kIdle;
  found->second.job = 0;
  found->second.served = true;
  balance_all();
}

void EgressPool::end(Slot slot) {
  const auto found = workers_.find(slot);
  if (found == workers_.end()) return;
  const EgressKey key = found->second.key;
  const bool never_came = unborn(found->second);
  drop(found);
  // A worker that never came up: one of those who wait for its key gets an answer, not another try
  // for ever.
  if (never_came) fail_one(key);
  balance_all();
}

// One that was taken over would outlive its channel, with its way out: the supervisor ends it.
void EgressPool::drop(std::map<Slot, Worker>::iterator worker) {
  if (worker->second.channel) {
    loop_.unwatch(worker->second.channel->fd());
    if (supervisor_.open()) (void)supervisor_.send(wire::EndPeer{false, worker->first});
  }
  workers_.erase(worker);
}

wire::Channel* EgressPool::channel(Slot slot) {
  const auto found = workers_.find(slot);
  return found == workers_.end() ? nullptr : found->second.channel.get();
}

EgressPool::Job EgressPool::job_of(Slot slot) const {
  const auto found = workers_.find(slot);
  return found == workers_.end() ? 0 : found->second.job;
}

void EgressPool::check_times() {
  const std::int64_t now = clock_.steady_us();
  std::vector<Slot> late;
  for (const auto& [slot, worker] : workers_)
    if (unborn(worker) && worker.give_up_us <= now) late.push_back(slot);
  for (const Slot slot : late) {
    Worker& worker = workers_.at(slot);
    if (worker.state == State::kStarting) {
      end(slot);
      continue;
    }
    worker.state = State::kGivenUp;
    fail_one(EgressKey(worker.key));
    balance_all();
  }
}

std::optional<std::int64_t> EgressPool::next_deadline_us() const {
  std::optional<std::int64_t> next;
  for (const auto& [slot, worker] : workers_)
    if (unborn(worker)) next = std::min(next.value_or(worker.give_up_us), worker.give_up_us);
  return next;
}

void EgressPool::watch_writes() {
  for (auto& [slot, worker] : workers_) {
    if (!worker.channel || worker.writing == worker.channel->wants_write()) continue;
    worker.writing = !worker.writing;
    loop_.rewatch(worker.channel->fd(), kToken | slot, worker.writing);
  }
}

std::size_t EgressPool::count(const EgressKey& key, bool unborn_only) const {
  return static_cast<std::size_t>(std::ranges::count_if(workers_, [&](const auto& entry) {
    const Worker& worker = entry.second;
    return worker.key == key && worker.state != State::kGivenUp && (!unborn_only || unborn(worker));
  }));
}

EgressPool::Slot EgressPool::idle_of(const EgressKey& key) const {
  for (const auto& [slot, worker] : workers_)
    if (worker.state == State::kIdle && worker.key == key) return slot;
  return 0;
}

// Room for one more worker, at the cost of an idle one if need be.
bool EgressPool::make_room() {
  if (workers_.size() < base::limits::kEgresses) return true;
  const auto idle = std::ranges::find_if(
      workers_, [](const auto& entry) { return entry.second.state == State::kIdle; });
  if (idle == workers_.end()) return false;
  drop(idle);
  return true;
}

bool EgressPool::spawn(const EgressKey& key) {
  if (count(key, false) >= kWorkersPerKey || !make_room()) return false;
  const Slot slot = next_slot_++;
  workers_[slot].key = key;
  workers_[slot].give_up_us = clock_.steady_us() + kBirthUs;
  if (supervisor_.send(wire::SpawnEgress{slot, key.origin}).ok()) return true;
  workers_.erase(slot);
  return false;
}

// Gives idle workers of the key to those who wait, and asks for as many as still lack one.
void EgressPool::balance(const EgressKey& key) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return;
  std::deque<Job>& queue = found->second;
  for (Slot slot = idle_of(key); slot != 0 && !queue.empty(); slot = idle_of(key)) {
    Worker& worker = workers_.at(slot);
    worker.state = State::kBusy;
    worker.job = queue.front();
    queue.pop_front();
    grants_.push_back({worker.job, slot, worker.served});
  }
  while (count(key, true) < queue.size() && spawn(key)) {}
  if (queue.empty()) waiting_.erase(key);
}

void EgressPool::balance_all() {
  std::vector<EgressKey> keys;
  for (const auto& [key, queue] : waiting_) keys.push_back(key);
  for (const EgressKey& key : keys) balance(key);
}

void EgressPool::fail_one(const EgressKey& key) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end() || found->second.empty()) return;
  grants_.push_back({found->second.front(), 0, false});
  found->second.pop_front();
}

}  // namespace broker
