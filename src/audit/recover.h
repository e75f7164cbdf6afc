// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Opening a log at the start of the monitor: reads it whole, takes off a torn tail, rebuilds what
// it says about calls, and begins writing after it. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "audit/reader.h"
#include "audit/state.h"
#include "audit/writer.h"
#include "base/clock.h"

namespace audit {

struct Recovered {
  Header header;
  Position position;
  State state;
  std::uint64_t dropped_bytes = 0;  // of a torn batch that nobody had been told of
};

// Reads the log in `file` back. What it returns is durable, even after a crash of the process or a
// failed sync of an earlier one: it syncs, drops the cache and believes the disk. A torn tail is
// overwritten with zeros; any other damage is kCorrupt, naming the first bad entry, and the file is
// left as it was. kIo: it cannot be read, written or synced. Doing it again is harmless.
base::Result<Recovered> recover(File& file);

struct OpenOptions {
  std::string origin;  // name of the log; an existing log must bear it
  std::uint64_t step_bytes = kStepBytes;
  std::optional<Anchor> continues = {};  // a new log that follows another (`yett log recover`)
  std::int64_t keep_finished_us = 24ll * 3600 * 1'000'000;  // how long finished calls are known
};

struct Opened {
  Header header;
  Writer writer;
  State state;
  std::uint64_t dropped_bytes = 0;
  bool created = false;
};

// Creates the log in an empty file, or recovers the one in it, and writes, durably, the first entry
// of this run: log_opened or log_recovered. `file` outlives the writer. Errors as recover(), and
// kInvalid: the log bears another origin, or `continues` is given for a log that exists.
base::Result<Opened> open(File& file, const base::Clock& clock, base::Random& random,
                          const OpenOptions& options);

}  // namespace audit
