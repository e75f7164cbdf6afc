// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numeric>

#include "schema/fold.h"
#include "schema/value.h"

namespace schema {
namespace {

// Up to here a walk over the keys is faster than any index.
constexpr std::size_t kIndexAbove = 16;

// A hash by which two keys that differ only in case agree. It only saves comparisons, so its
// collisions cost nothing worth an attack: at most kIndexAbove^2 / 2 comparisons an object.
std::uint32_t rough_hash(std::string_view key) {
  std::uint32_t h = 2166136261u;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) return 0;  // may fold into ASCII: compare it with everything
    h = (h ^ (byte | 0x20u)) * 16777619u;
  }
  return h | 1u;
}

}  // namespace

Object::Object() = default;
Object::~Object() = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(Object&&) noexcept = default;

Object::Object(const Object& other)
    : members_(other.members_),
      index_(other.index_ ? std::make_unique<std::vector<std::uint32_t>>(*other.index_) : nullptr) {
}

Object& Object::operator=(const Object& other) {
  Object copy(other);
  return *this = std::move(copy);
}

Object::Object(std::vector<Member> members) : members_(std::move(members)) {
  if (members_.size() > kIndexAbove) sort_index();
}

std::size_t Object::size() const { return members_.size(); }
const Member* Object::begin() const { return members_.data(); }
const Member* Object::end() const { return members_.data() + members_.size(); }

void Object::sort_index() {
  index_ = std::make_unique<std::vector<std::uint32_t>>(members_.size());
  std::iota(index_->begin(), index_->end(), 0u);
  std::sort(index_->begin(), index_->end(), [this](std::uint32_t a, std::uint32_t b) {
    const int order = compare_keys(members_[a].key, members_[b].key);
    return order != 0 ? order < 0 : a < b;
  });
}

std::size_t Object::place_of(std::string_view key) const {
  if (!index_) {
    const auto at = std::find_if(members_.begin(), members_.end(),
                                 [&](const Member& m) { return m.key == key; });
    return static_cast<std::size_t>(at - members_.begin());
  }
  const auto at = std::lower_bound(
      index_->begin(), index_->end(), key,
      [this](std::uint32_t i, std::string_view k) { return compare_keys(members_[i].key, k) < 0; });
  return at != index_->end() && members_[*at].key == key ? *at : members_.size();
}

const Value* Object::find(std::string_view key) const {
  const std::size_t at = place_of(key);
  return at < members_.size() ? &members_[at].value : nullptr;
}

void Object::set(std::string key, Value value) {
  key = well_formed(std::move(key));
  const std::size_t at = place_of(key);
  if (at < members_.size()) {
    members_[at].value = std::move(value);
    return;
  }
  members_.push_back({std::move(key), std::move(value)});
  if (index_) {
    const auto after = std::upper_bound(index_->begin(), index_->end(), members_.back().key,
                                        [this](const std::string& k, std::uint32_t i) {
                                          return compare_keys(k, members_[i].key) < 0;
                                        });
    index_->insert(after, static_cast<std::uint32_t>(at));
  } else if (members_.size() > kIndexAbove) {
    sort_index();
  }
}

bool Object::remove(std::string_view key) {
  const std::size_t at = place_of(key);
  if (at == members_.size()) return false;
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(at));
  index_.reset();
  if (members_.size() > kIndexAbove) sort_index();
  return true;
}

std::optional<Object::Clash> Object::clash() const {
  const auto clash_of = [this](std::size_t a, std::size_t b) -> std::optional<Clash> {
    if (compare_folded(members_[a].key, members_[b].key) != 0) return std::nullopt;
    return Clash{std::min(a, b), std::max(a, b), members_[a].key == members_[b].key};
  };
  if (index_) {
    std::optional<Clash> found;
    for (std::size_t i = 1; i < index_->size(); ++i) {
      const auto c = clash_of((*index_)[i - 1], (*index_)[i]);
      if (c && (!found || (c->identical && !found->identical))) found = c;
    }
    return found;
  }
  std::array<std::uint32_t, kIndexAbove> hashes{};
  std::optional<Clash> found;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    hashes[i] = rough_hash(members_[i].key);
    for (std::size_t j = 0; j < i; ++j) {
      if (hashes[i] != hashes[j] && hashes[i] != 0 && hashes[j] != 0) continue;
      const auto c = clash_of(j, i);
      if (c && (!found || (c->identical && !found->identical))) found = c;
    }
  }
  return found;
}

bool operator==(const Object& a, const Object& b) { return a.members_ == b.members_; }

}  // namespace schema
