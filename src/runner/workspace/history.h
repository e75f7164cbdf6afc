// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What was before each change: earlier contents under their digests, deleted things in a trash, and
// a journal of steps, all in a state folder that no tool sees. Bounded: the oldest steps go.
// Trust zone: runner.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "runner/workspace/beneath.h"
#include "runner/workspace/limits.h"

namespace workspace {

enum class Act : unsigned char { kWrite, kCreate, kDelete, kMove, kMakeDirectory };
std::string_view name_of(Act act);

// One change. It is written down before it takes place and struck out if it did not, so that after
// a crash there may be one too many, never one too few; undoing compares contents first.
struct Step {
  std::uint64_t number = 0;  // from 1, increasing
  Act act = Act::kWrite;
  std::int64_t wall_us = 0;
  Path path;
  Path to;                             // kMove
  std::optional<base::Digest> before;  // kWrite
  std::optional<base::Digest> after;   // kWrite, kCreate
  mode_t mode = 0;                     // of the earlier file
  std::uint64_t bytes = 0;             // kept for it: the earlier contents, the deleted tree
  std::uint64_t undoes = 0;            // the step that this one takes back; 0: none
  friend bool operator==(const Step&, const Step&) = default;
};

// One line of the journal, with its end and a check sum; and back: nothing if it does not verify.
std::string line_of(const Step& step);
std::optional<Step> step_of(std::string_view line);

class History {
 public:
  // `state`: a folder that only this has; made ready if it is empty. A last line that a crash cut
  // off is dropped. kCorrupt: any other line does not verify.
  static Outcome<History> open(Disk& disk, base::Fd state, const Limits& limits);

  // Keeps `bytes` under their digest.
  Outcome<base::Digest> keep(std::string_view bytes);
  // kNotFound: never kept, or dropped; kCorrupt: not what was kept.
  Outcome<std::string> kept(const base::Digest& digest) const;

  // Writes the step down under the next number, which is returned, and drops old steps if there are
  // too many. kTooLarge: it would keep more than the whole bound.
  Outcome<std::uint64_t> begin(Step step);
  // The step did not take place.
  Done strike(std::uint64_t number);

  const std::vector<Step>& steps() const { return steps_; }
  bool is_undone(std::uint64_t number) const;
  const Step* find(std::uint64_t number) const;

  // Where deleted things go, by the number of their step.
  Outcome<base::Fd> trash() const;

 private:
  History(Disk& disk, base::Fd state, const Limits& limits)
      : disk_(&disk), beneath_(disk, std::move(state)), limits_(limits) {}
  Done prepare();
  Done load();
  Done append(std::string_view line);
  Done rewrite();
  Done drop_oldest(std::uint64_t incoming_bytes);
  Done forget(const Step& step);
  bool is_referred_to(const base::Digest& digest) const;

  Disk* disk_;
  Beneath beneath_;
  Limits limits_;
  std::vector<Step> steps_;
  std::uint64_t next_ = 1;
  std::uint64_t bytes_ = 0;  // of all steps
  base::Fd journal_;
  std::uint64_t lines_ = 0;  // of the journal
  bool torn_ = false;        // its last line is not whole
};

}  // namespace workspace
