// SPDX-License-Identifier: Apache-2.0
#include "label/store.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "base/result.h"

namespace label {
namespace {

// The final mix of MurmurHash3 (public domain): every bit of the input moves every bit of the
// output. Names come from policies and tool names, so flooding is bounded by Bounds, not by
// secrecy.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdULL;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

}  // namespace

void HashIndex::insert(std::uint64_t hash, std::uint32_t number) {
  if ((used_ + 1) * 2 > slots_.size()) {
    const std::vector<Slot> old = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
    used_ = 0;
    for (const Slot& s : old)
      if (s.number != kNone) insert(s.hash, s.number);
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].number != kNone) at = (at + 1) & mask;
  slots_[at] = {hash, number};
  ++used_;
}

Store::Store(const Bounds& bounds) : bounds_(bounds), memos_(std::size_t{2} << kPlaceBits) {
  // The two labels that every table holds are beyond all bounds.
  bounds_ = {2, bounds_.names_per_set < 1 ? 1 : bounds_.names_per_set, 2, 64, 2};
  CHECK(intern(Sets{}) == kClean);
  CHECK(intern(most_restrictive()) == kMostRestrictive);
  const std::size_t per_set = bounds_.names_per_set;
  bounds_ = bounds;
  bounds_.names_per_set = per_set;
}

std::uint32_t Store::intern(const Sets& sets) {
  scratch_.everyone = sets.consumers.is_everyone();
  if (!read(sets.tags, scratch_.runs[0]) || !read(sets.producers, scratch_.runs[1]) ||
      !read(sets.origins, scratch_.runs[2]) || !read(sets.consumers.names(), scratch_.runs[3]))
    return kMostRestrictive;
  return find_or_add();
}

const Sets& Store::sets(std::uint32_t id) const {
  CHECK(id < labels_.size());
  if (id >= written_out_.size()) written_out_.resize(labels_.size());
  std::unique_ptr<const Sets>& out = written_out_[id];
  if (out == nullptr) {
    const Label& l = labels_[id];
    out = std::make_unique<const Sets>(
        Sets{names(l, 0), names(l, 1), names(l, 2),
             l.everyone ? Consumers::everyone() : Consumers::only(names(l, 3))});
  }
  return *out;
}

std::uint32_t Store::join_anew(std::uint32_t low, std::uint32_t high) {
  CHECK(high < labels_.size());
  const Label& a = labels_[low];
  const Label& b = labels_[high];
  for (std::size_t i = 0; i + 1 < kRuns; ++i) unite(i, a, b);
  intersect_consumers(a, b);
  const std::uint32_t joined = find_or_add();
  const std::uint64_t pair = std::uint64_t{low} << 32 | high;
  Memo* const way = &memos_[place(pair)];
  way[1] = way[0];
  way[0] = {pair, joined};
  return joined;
}

void Store::unite(std::size_t i, const Label& a, const Label& b) {
  Run& out = scratch_.runs[i];
  out.clear();
  std::ranges::set_union(run(a, i), run(b, i), std::back_inserter(out));
}

void Store::intersect_consumers(const Label& a, const Label& b) {
  Run& out = scratch_.runs[kRuns - 1];
  out.clear();
  scratch_.everyone = a.everyone && b.everyone;
  const auto left = run(a, kRuns - 1);
  const auto right = run(b, kRuns - 1);
  if (a.everyone || b.everyone) {
    const auto& named = a.everyone ? right : left;
    out.assign(named.begin(), named.end());
  } else {
    std::ranges::set_intersection(left, right, std::back_inserter(out));
  }
}

std::uint32_t Store::number_of(std::string_view name) {
  const std::uint64_t hash = mixed(std::hash<std::string_view>{}(name));
  const std::uint32_t found =
      name_index_.find(hash, [&](std::uint32_t n) { return names_[n] == name; });
  if (found != HashIndex::kNone) return found;
  if (names_.size() >= bounds_.names || bounds_.name_bytes < name_bytes_ ||
      name.size() > bounds_.name_bytes - name_bytes_)
    return HashIndex::kNone;
  const auto number = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  name_bytes_ += name.size();
  name_index_.insert(hash, number);
  return number;
}

bool Store::read(const Names& names, Run& out) {
  out.clear();
  if (names.size() > bounds_.names_per_set) return false;
  for (const std::string& name : names.list()) {
    const std::uint32_t number = number_of(name);
    if (number == HashIndex::kNone) return false;
    out.push_back(number);
  }
  std::ranges::sort(out);
  return true;
}

std::uint32_t Store::find_or_add() {
  const std::uint64_t hash = hash_of_scratch();
  const std::uint32_t found =
      label_index_.find(hash, [&](std::uint32_t id) { return scratch_is(labels_[id]); });
  if (found != HashIndex::kNone) return found;
  if (!scratch_fits()) return kMostRestrictive;
  Label label{{}, scratch_.everyone, hash};
  for (std::size_t i = 0; i < kRuns; ++i) {
    label.starts[i] = static_cast<std::uint32_t>(members_.size());
    members_.insert(members_.end(), scratch_.runs[i].begin(), scratch_.runs[i].end());
  }
  label.starts[kRuns] = static_cast<std::uint32_t>(members_.size());
  const auto id = static_cast<std::uint32_t>(labels_.size());
  labels_.push_back(label);
  label_index_.insert(hash, id);
  return id;
}

bool Store::scratch_fits() const {
  std::size_t members = members_.size();
  for (const Run& r : scratch_.runs) {
    if (r.size() > bounds_.names_per_set) return false;
    members += r.size();
  }
  return labels_.size() < bounds_.labels && members <= bounds_.members;
}

std::uint64_t Store::hash_of_scratch() const {
  std::uint64_t hash = scratch_.everyone ? 1 : 2;
  for (const Run& r : scratch_.runs) {
    hash = mixed(hash + r.size());
    for (const std::uint32_t number : r) hash = mixed(hash ^ (number + 0x9e3779b97f4a7c15ULL));
  }
  return hash;
}

bool Store::scratch_is(const Label& label) const {
  if (label.everyone != scratch_.everyone) return false;
  for (std::size_t i = 0; i < kRuns; ++i)
    if (!std::ranges::equal(run(label, i), scratch_.runs[i])) return false;
  return true;
}

std::span<const std::uint32_t> Store::run(const Label& label, std::size_t i) const {
  const std::span<const std::uint32_t> all(members_);
  return all.subspan(label.starts[i], label.starts[i + 1] - label.starts[i]);
}

Names Store::names(const Label& label, std::size_t i) const {
  std::vector<std::string> out;
  for (const std::uint32_t number : run(label, i)) out.push_back(names_[number]);
  return Names(std::move(out));
}

}  // namespace label
