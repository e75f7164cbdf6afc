// SPDX-License-Identifier: Apache-2.0
#include "label/table.h"

#include <tuple>
#include <utility>

#include "base/result.h"

namespace label {
namespace {

auto key(const Sets& s) {
  return std::tie(s.tags.list(), s.producers.list(), s.origins.list(), s.consumers.names().list());
}

std::uint64_t pair_of(LabelId a, LabelId b) { return std::uint64_t{a.value} << 32 | b.value; }

}  // namespace

bool Table::Less::operator()(const Sets& a, const Sets& b) const {
  if (a.consumers.is_everyone() != b.consumers.is_everyone()) return a.consumers.is_everyone();
  return key(a) < key(b);
}

Table::Table(std::size_t capacity) : capacity_(capacity < 2 ? 2 : capacity), memos_(kMemos) {
  CHECK(intern(Sets{}) == kClean);
  CHECK(intern(most_restrictive()) == kMostRestrictive);
}

LabelId Table::intern(const Sets& sets) {
  if (const auto found = ids_.find(sets); found != ids_.end()) return found->second;
  if (sets_.size() >= capacity_) return kMostRestrictive;
  const LabelId id{static_cast<std::uint32_t>(sets_.size())};
  sets_.push_back(sets);
  ids_.emplace(sets, id);
  return id;
}

const Sets& Table::sets(LabelId id) const {
  CHECK(id.value < sets_.size());
  return sets_[id.value];
}

LabelId Table::join(LabelId a, LabelId b) {
  if (a == b || b == kClean) return a;
  if (a == kClean) return b;
  if (a == kMostRestrictive || b == kMostRestrictive) return kMostRestrictive;
  if (b < a) std::swap(a, b);
  Memo& memo = memos_[(a.value * 31u + b.value) % kMemos];
  if (memo.pair == pair_of(a, b)) return memo.joined;
  memo = {pair_of(a, b), intern(label::join(sets(a), sets(b)))};
  return memo.joined;
}

}  // namespace label
