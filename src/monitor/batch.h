// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One batch of the monitor: make durable what must be, then let the frames go. Trust zone: monitor.
#pragma once

#include <functional>

#include "monitor/monitor.h"

namespace monitor {

class Batch {
 public:
  // Carries one letter to its peer.
  using Carry = std::function<void(const Letter&)>;

  // All are borrowed and outlive the batch.
  Batch(Monitor& monitor, Journal& journal, Outbox& outbox, const base::Clock& clock)
      : monitor_(monitor), journal_(journal), outbox_(outbox), clock_(clock) {}

  // Ends the batch: commits the journal if a frame rests on it, if the last outcome has waited long
  // enough, or if `last`; then carries all letters in order.
  // INVARIANT: a letter with a warrant is carried only after a commit that succeeded; if the commit
  // fails it never is, and its call is denied instead.
  void settle(const Carry& carry, bool last = false);

  // When settle() has to be called at the latest; 0: nothing waits. Steady microseconds.
  std::int64_t wake_by_us() const;
  // False once a commit has failed.
  bool clean() const { return clean_; }

 private:
  bool must_commit(const std::vector<Letter>& letters, bool last) const;
  void refuse(std::vector<Letter>& letters);
  void plan_commit();
  void settle_values(bool last);

  Monitor& monitor_;
  Journal& journal_;
  Outbox& outbox_;
  const base::Clock& clock_;
  std::int64_t commit_by_us_ = 0;
  std::int64_t flush_by_us_ = 0;
  bool clean_ = true;
};

}  // namespace monitor
