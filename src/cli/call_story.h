// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the log says of one call, put together for `yett explain`. Trust zone: command line.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/reader.h"
#include "base/id.h"
#include "schema/value.h"

namespace cli {

// "c12" (as the door says it), "12", or 16 hexadecimal digits (as the log prints it). kInvalid.
base::Result<base::CallId> parse_call(std::string_view text);

struct CallStory {
  base::CallId call;
  std::vector<audit::Entry> entries;  // all that are about the call, in order
  const audit::Entry* find(audit::Kind kind) const;
};

// Reads the whole log. kNotFound if no entry is about the call; kCorrupt with the finding if the
// log does not verify (what was read before it is then not to be believed alone); kIo.
base::Result<CallStory> read_story(audit::File& file, base::CallId call);

// The policy as it is now: a call was decided by it if the digests are equal.
struct PolicyText {
  struct File {
    std::string name;  // as the configuration has it
    std::string source;
  };
  std::vector<File> files;  // in the order of the set; empty: it cannot be loaded
  base::Digest digest{};
};

// The plan that made the call, as the intent's detail says.
struct PlanLine {
  std::uint64_t plan = 0;  // its number; 0: no plan did
  std::uint64_t line = 0;
};
PlanLine plan_line(const audit::Entry& intent);

// One block of lines for people.
std::string story_text(const CallStory& story, const PolicyText& policy);
// The document of --json.
schema::Value story_json(const CallStory& story, const PolicyText& policy);

}  // namespace cli
