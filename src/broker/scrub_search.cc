// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_search.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/limits.h"

namespace broker {

namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kBegin = PatternFilter::kBegin;

// Whether kBlock bytes hold a character that can begin an escape.
template <bool kPlus> bool any_lead(const char* bytes) {
  using Part = unsigned char __attribute__((vector_size(16)));
  using Halves = std::uint64_t __attribute__((vector_size(16)));
  std::array<Part, kBlock / sizeof(Part)> parts;
  std::memcpy(parts.data(), bytes, kBlock);
  Halves any{};
  for (const Part& part : parts) {
    auto hit = (part == '%') | (part == '&') | (part == '\\');
    if constexpr (kPlus) hit |= part == '+';
    any |= (Halves)hit;
  }
  return (any[0] | any[1]) != 0;
}

}  // namespace

static_assert(PatternFilter::kGram * 2 - 2 <= base::limits::kSecretMinBytes);

std::size_t Search::run() {
  live_ = short_live();
  if (indexes_.longest == 0) return live_;
  find_leads();
  const auto& leads = scratch_.leads;
  for (std::size_t i = 0; i < leads.size(); ++i) {
    const Lead& lead = leads[i];
    if (lead.at >= live_ + indexes_.longest) break;  // a path to it begins after live_
    look_through(window_begin(lead), lead.at + 1, i);
  }
  if (!final_) look_through(reach_back(text_.size()), text_.size(), leads.size());
  return live_;
}

// All characters that can begin an escape. Most texts have few, so 64 bytes are looked at at once.
void Search::find_leads() {
  scratch_.leads.clear();
  scratch_.units.clear();
  std::size_t i = 0;
  for (; i + kBlock <= text_.size(); i += kBlock) {
    const bool hit =
        indexes_.has_space ? any_lead<true>(text_.data() + i) : any_lead<false>(text_.data() + i);
    if (hit) [[unlikely]]
      add_leads(i, i + kBlock);
  }
  add_leads(i, text_.size());
}

void Search::add_leads(std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (is_lead(text_[i]) && (text_[i] != '+' || indexes_.has_space)) add_lead(i);
  }
}

// Keeps the readings whose bytes occur in patterns; a lead with none is a byte like others.
void Search::add_lead(std::size_t at) {
  const Units units = read_units(text_, at);
  const auto first = static_cast<std::uint32_t>(scratch_.units.size());
  std::uint8_t kept = 0;
  for (const Unit& unit : units) {
    const auto* const end = unit.bytes.data() + unit.size;
    const bool of_use =
        std::all_of(unit.bytes.data(), end, [&](char c) { return indexes_.filter.occurs(c); });
    if (kept > 0 && !of_use) continue;  // the first is the byte itself
    scratch_.units.push_back(unit);
    ++kept;
  }
  const bool incomplete = units.incomplete && !final_;
  if (kept == 1 && !incomplete) {
    scratch_.units.pop_back();
  } else {
    scratch_.leads.push_back({at, first, kept, incomplete});
  }
}

// Short secrets: the first place from which the text up to its end is the beginning of one.
std::size_t Search::short_live() const {
  const PatternIndex& index = indexes_.short_ones;
  const std::size_t size = text_.size();
  if (final_ || index.empty()) return size;
  for (std::size_t at = size - std::min(size, index.longest() - 1); at < size; ++at) {
    PatternIndex::Cursor cursor = index.root();
    std::size_t i = at;
    while (i < size && index.advance(cursor, text_[i])) ++i;
    if (i == size && index.open(cursor)) return at;
  }
  return size;
}

// The first place from which the plain text up to `end` may lie within a pattern.
std::size_t Search::reach_back(std::size_t end) const {
  constexpr std::size_t kRest = PatternFilter::kGram - 1;
  const std::size_t least = end - std::min(end, indexes_.longest - 1);
  std::size_t begin = end - std::min(end, kRest);
  if (begin < least) return least;
  while (begin > least && indexes_.filter.may_hold(text_.data() + begin - 1)) --begin;
  return begin;
}

// Where paths may start whose first escape is at `lead`: the places so near that no gram lies
// before the escape, and more if the gram that the escape completes is within a pattern.
std::size_t Search::window_begin(const Lead& lead) const {
  constexpr std::size_t kRest = PatternFilter::kGram - 1;
  if (lead.incomplete) return reach_back(lead.at);
  if (lead.at < kRest) return 0;
  char gram[PatternFilter::kGram];
  std::memcpy(gram, text_.data() + lead.at - kRest, kRest);
  for (std::size_t i = 1; i < lead.units; ++i) {
    gram[kRest] = scratch_.units[lead.first_unit + i].bytes[0];
    if (indexes_.filter.may_hold(gram)) return reach_back(lead.at);
  }
  return lead.at - (kRest - 1);
}

// Follows the paths that start in [begin, end); `lead` is that of the last of these places, or the
// first after them.
void Search::look_through(std::size_t begin, std::size_t end, std::size_t lead) {
  while (lead > 0 && scratch_.leads[lead - 1].at >= begin) --lead;
  const std::size_t skip_begin = seen_begin_, skip_end = seen_end_;
  for (std::size_t at = begin; at < std::min(end, live_); ++at) {
    if (at >= skip_begin && at < skip_end) at = skip_end;
    if (at >= std::min(end, live_)) break;
    while (plain_end(lead) < at) ++lead;
    Beginning read;
    if (!may_begin(at, lead, read)) continue;
    const bool exact = walk(indexes_.exact, at, lead);
    const bool caseless = walk(indexes_.caseless, at, lead);
    if (exact || caseless) live_ = at;
  }
  seen_begin_ = begin <= skip_end ? std::min(begin, skip_begin) : begin;
  seen_end_ = end;
}

// False where nothing that can be read from here is the beginning of a pattern. Gives up, with
// true, where there are many readings: runs of backslashes can be read in hundreds of ways.
bool Search::may_begin(std::size_t at, std::size_t lead, Beginning& read) const {
  if (--read.patience < 0) return true;
  while (plain_end(lead) < at) ++lead;
  for (const std::size_t end = plain_end(lead); at < end && read.size < kBegin; ++at) {
    read.bytes[read.size++] = text_[at];
  }
  const std::size_t size = std::min(read.size, kBegin);
  if (size > 0 && !indexes_.filter.may_begin(read.bytes.data(), size)) return false;
  if (size == kBegin || at == text_.size()) return true;
  const Lead& here = scratch_.leads[lead];
  if (here.incomplete) return true;
  for (std::size_t i = 0; i < here.units; ++i) {
    const Unit& unit = scratch_.units[here.first_unit + i];
    std::memcpy(read.bytes.data() + size, unit.bytes.data(), unit.bytes.size());
    read.size = size + unit.size;
    if (may_begin(at + unit.width, lead, read)) return true;
  }
  return false;
}

// Follows every path from `begin`. Appends the matches; true where a path is unfinished.
// States are taken in the order of their places, equal ones once: the work is bounded by
// places x depth, however the text is made.
bool Search::walk(const PatternIndex& index, std::size_t begin, std::size_t lead) {
  if (index.empty()) return false;
  scratch_.states.clear();
  scratch_.states.push_back({begin, lead, index.root(), false});
  bool live = false;
  while (!scratch_.states.empty()) live = visit(index, begin) || live;
  return live && !final_;
}

// Takes the state that is furthest behind and moves it on; true where it is unfinished.
bool Search::visit(const PatternIndex& index, std::size_t begin) {
  auto& states = scratch_.states;
  const auto least = std::min_element(states.begin(), states.end(),
                                      [](const auto& a, const auto& b) { return a.at < b.at; });
  State state = *least;
  *least = states.back();
  states.pop_back();
  while (plain_end(state.lead) < state.at) ++state.lead;
  while (run_plain(index, state)) {
    const std::uint32_t done = index.complete(state.cursor);
    if (done != PatternIndex::kNone) out_.push_back({begin, state.at, done, state.escaped});
    if (!index.open(state.cursor)) return false;
    if (state.at == text_.size()) return true;
    if (state.at == plain_end(state.lead)) return read(index, state);
    if (!index.advance(state.cursor, text_[state.at++])) return false;
  }
  return false;
}

// Moves `state` over plain bytes to where a pattern is complete, to the next lead or to the end
// of the text; false where no pattern goes on so.
bool Search::run_plain(const PatternIndex& index, State& state) const {
  for (const std::size_t end = plain_end(state.lead); state.at < end; ++state.at) {
    if (index.complete(state.cursor) != PatternIndex::kNone) return true;
    if (!index.advance(state.cursor, text_[state.at])) return false;
  }
  return true;
}

// Moves on from a lead by each of its readings; true where another may follow with more text.
bool Search::read(const PatternIndex& index, const State& from) {
  const Lead lead = scratch_.leads[from.lead];
  for (std::size_t i = 0; i < lead.units; ++i) {
    const Unit& unit = scratch_.units[lead.first_unit + i];
    State next{from.at + unit.width, from.lead, from.cursor, from.escaped || i > 0};
    bool alive = true;
    for (std::size_t k = 0; alive && k < unit.size; ++k) {
      alive = index.open(next.cursor) && index.advance(next.cursor, unit.bytes[k]);
    }
    if (alive) push(next);
  }
  return lead.incomplete;
}

void Search::push(const State& state) {
  for (State& have : scratch_.states) {
    if (have.at != state.at || !(have.cursor == state.cursor)) continue;
    have.escaped = have.escaped && state.escaped;
    return;
  }
  scratch_.states.push_back(state);
}

}  // namespace broker
