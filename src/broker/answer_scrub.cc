// SPDX-License-Identifier: Apache-2.0
#include "broker/answer_scrub.h"

#include <algorithm>
#include <limits>

namespace broker {
namespace {

// Kinds whose every delta is a value of its own. Held back at their end, a name would reach the
// session in two pieces, of which it takes the first.
bool is_whole(wire::DeltaKind kind) {
  switch (kind) {
    case wire::DeltaKind::kText:
    case wire::DeltaKind::kThinking:
    case wire::DeltaKind::kToolInput: return false;
    case wire::DeltaKind::kToolName:
    case wire::DeltaKind::kToolId:
    case wire::DeltaKind::kFinish:
    case wire::DeltaKind::kUsage: return true;
  }
  return true;
}

std::uint32_t clamp32(std::uint64_t n) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(n, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

base::Result<std::string> AnswerScrub::feed(wire::DeltaKind kind, std::uint32_t index,
                                            std::string_view text) {
  if (is_whole(kind)) return whole(text);
  const std::pair key(kind, index);
  auto found = streams_.find(key);
  if (found == streams_.end()) {
    if (streams_.size() >= kStreams)
      return base::Error{base::Errc::kExhausted, "too many streams in one answer"};
    found = streams_.emplace(key, Stream{set_, StreamScrubber(set_)}).first;
  }
  Stream& stream = found->second;
  std::string out = stream.scrubber.feed(text);
  add(*stream.set, stream.scrubber.take_hits());
  return out;
}

std::vector<AnswerScrub::Rest> AnswerScrub::finish() {
  std::vector<Rest> out;
  for (auto& [key, stream] : streams_) {
    out.push_back({key.first, key.second, stream.scrubber.finish()});
    add(*stream.set, stream.scrubber.take_hits());
  }
  streams_.clear();
  return out;
}

std::string AnswerScrub::whole(std::string_view text) {
  std::vector<Hit> hits;
  std::string out = scrub_text(set_, text, &hits);
  add(*set_, hits);
  return out;
}

void AnswerScrub::renew(std::shared_ptr<const ScrubSet> set) {
  if (set == set_) return;
  set_ = std::move(set);
  for (auto& [key, stream] : streams_)
    if (stream.scrubber.held_bytes() == 0) stream = Stream{set_, StreamScrubber(set_)};
}

std::vector<AnswerScrub::Found> AnswerScrub::found() const {
  std::vector<Found> out;
  for (const auto& [key, count] : found_)
    out.push_back({key.first, std::string(name(key.second)), clamp32(count)});
  return out;
}

std::uint32_t AnswerScrub::total() const {
  std::uint64_t sum = 0;
  for (const auto& [key, count] : found_) sum += count;
  return clamp32(sum);
}

void AnswerScrub::add(const ScrubSet& set, const std::vector<Hit>& hits) {
  for (const Hit& hit : hits) found_[{set.handle(hit.secret), hit.form}] += hit.count;
}

}  // namespace broker
