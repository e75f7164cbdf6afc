// SPDX-License-Identifier: Apache-2.0
#include "monitor/batch.h"

#include <algorithm>

namespace monitor {
namespace {

// An outcome rides the next commit, and values the next write, or get one of their own after this
// long.
constexpr std::int64_t kDelayUs = 5'000;

bool rests_on_intent(const Letter& letter) { return letter.warrant != 0; }

}  // namespace

bool Batch::must_commit(const std::vector<Letter>& letters, bool last) const {
  if (!journal_.pending()) return false;
  const bool due = commit_by_us_ != 0 && clock_.steady_us() >= commit_by_us_;
  return last || due || std::ranges::any_of(letters, rests_on_intent);
}

void Batch::refuse(std::vector<Letter>& letters) {
  clean_ = false;
  monitor_.log_stopped(letters);
  std::erase_if(letters, rests_on_intent);
  for (Letter& refusal : outbox_.take_letters()) letters.push_back(std::move(refusal));
}

void Batch::settle(const Carry& carry, bool last) {
  std::vector<Letter> letters = outbox_.take_letters();
  if (must_commit(letters, last)) {
    commit_by_us_ = 0;
    if (!journal_.commit().ok()) refuse(letters);
  }
  for (const Letter& letter : letters) carry(letter);
  journal_.catch_up();
  settle_values(last);
  plan_commit();
}

void Batch::plan_commit() {
  if (journal_.stopped()) commit_by_us_ = 0;
  else if (journal_.pending() && commit_by_us_ == 0) commit_by_us_ = clock_.steady_us() + kDelayUs;
}

// After everything else: nobody waits for the values, and a write for many costs as one for one.
void Batch::settle_values(bool last) {
  if (!journal_.values_waiting()) return;
  const std::int64_t now = clock_.steady_us();
  if (flush_by_us_ == 0) flush_by_us_ = now + kDelayUs;
  if (!last && !journal_.values_full() && now < flush_by_us_) return;
  flush_by_us_ = 0;
  journal_.flush_values();
}

std::int64_t Batch::wake_by_us() const {
  if (commit_by_us_ == 0 || flush_by_us_ == 0) return std::max(commit_by_us_, flush_by_us_);
  return std::min(commit_by_us_, flush_by_us_);
}

}  // namespace monitor
