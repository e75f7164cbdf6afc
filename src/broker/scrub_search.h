// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Finds what the literal scan cannot: matches that read escapes, and the place from which on a
// text may be the beginning of a match that needs more text. Trust zone: broker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/scrub_escapes.h"
#include "broker/scrub_filter.h"
#include "broker/scrub_index.h"
#include "broker/scrub_set.h"

namespace broker {

// The patterns by how they are searched.
struct Indexes {
  PatternIndex short_ones;  // plain form only: never through escapes
  PatternIndex exact;
  PatternIndex caseless;
  PatternFilter filter;     // over exact and caseless
  std::size_t longest = 0;  // of exact and caseless
  bool has_space = false;   // some pattern has a space, so '+' matters
};

// One search over one text. A match is a path: it starts somewhere and reads, at each place, one
// of the units there (scrub_escapes.h), until the bytes read are a pattern.
//
// Where can a path start that is not found as a literal? Take its first escape (or, of an
// unfinished one, the end of the text): before it the path is plain. So it starts in the window
// that reaches from there back over plain bytes for as long as these look like the inside of a
// pattern. Only such starts are followed.
class Search {
 public:
  // A character that may begin an escape, and its readings: scratch.units[first_unit...].
  struct Lead {
    std::size_t at;
    std::uint32_t first_unit;
    std::uint8_t units;
    bool incomplete;
  };
  // A path up to `at`; `lead` is the number of the first lead that is not before `at`.
  struct State {
    std::size_t at;
    std::size_t lead;
    PatternIndex::Cursor cursor;
    bool escaped;
  };
  // Memory that searches borrow, so that none is allocated for each.
  struct Scratch {
    std::vector<Lead> leads;
    std::vector<Unit> units;
    std::vector<State> states;
  };

  Search(const Indexes& indexes, std::string_view text, bool final, Scratch& scratch,
         std::vector<Match>& out)
      : indexes_(indexes), text_(text), final_(final), scratch_(scratch), out_(out) {}

  // Appends every match that reads an escape and begins before the returned offset (and perhaps
  // some that read none). Returns where the first unfinished match begins, else text.size().
  std::size_t run();

 private:
  // The first bytes of a path, as far as the filter wants them.
  struct Beginning {
    std::array<char, PatternFilter::kBegin + sizeof(Unit::bytes)> bytes;
    std::size_t size = 0;
    int patience = 16;  // steps after which the filter would cost more than what it saves
  };

  void find_leads();
  void add_leads(std::size_t begin, std::size_t end);
  void add_lead(std::size_t at);
  std::size_t short_live() const;
  std::size_t reach_back(std::size_t end) const;
  std::size_t window_begin(const Lead& lead) const;
  void look_through(std::size_t begin, std::size_t end, std::size_t lead);
  bool may_begin(std::size_t at, std::size_t lead, Beginning& read) const;
  bool walk(const PatternIndex& index, std::size_t begin, std::size_t lead);
  bool visit(const PatternIndex& index, std::size_t begin);
  bool read(const PatternIndex& index, const State& from);
  bool run_plain(const PatternIndex& index, State& state) const;
  void push(const State& state);
  // The end of the plain bytes before lead number `lead`.
  std::size_t plain_end(std::size_t lead) const {
    return lead < scratch_.leads.size() ? scratch_.leads[lead].at : text_.size();
  }

  const Indexes& indexes_;
  const std::string_view text_;
  const bool final_;
  Scratch& scratch_;
  std::vector<Match>& out_;
  std::size_t live_ = 0;        // the first unfinished match that is known
  std::size_t seen_begin_ = 0;  // starts in [seen_begin_, seen_end_) have been followed
  std::size_t seen_end_ = 0;
};

}  // namespace broker
