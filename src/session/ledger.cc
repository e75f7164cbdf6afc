// SPDX-License-Identifier: Apache-2.0
#include "session/ledger.h"

namespace session {

std::uint32_t Ledger::open(Purpose purpose, std::uint64_t place) {
  ++last_;
  CHECK(last_ != 0);  // LIMIT: four thousand million proposals; a session ends long before
  open_[last_] = Proposal{purpose, place, false};
  return last_;
}

base::Result<Proposal> Ledger::decide(const wire::Verdict& verdict) {
  const auto found = open_.find(verdict.proposal);
  if (found == open_.end()) return base::violation("verdict on a proposal that is not open");
  if (found->second.allowed) return base::violation("second verdict on a proposal");
  found->second.allowed = verdict.allowed;
  const Proposal out = found->second;
  if (!verdict.allowed) open_.erase(found);
  return out;
}

base::Result<Proposal> Ledger::allowed(std::uint32_t number) const {
  const auto found = open_.find(number);
  if (found == open_.end()) return base::violation("frame for a proposal that is not open");
  if (!found->second.allowed) return base::violation("frame for a proposal without a verdict");
  return found->second;
}

base::Result<Proposal> Ledger::close(std::uint32_t number) {
  auto out = allowed(number);
  if (out.ok()) open_.erase(number);
  return out;
}

void Ledger::give_up(std::uint32_t number) {
  const auto found = open_.find(number);
  if (found != open_.end()) found->second.purpose = Purpose::kGivenUp;
}

}  // namespace session
