// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// `yett policy ...` as plain data: what was typed. Trust zone: command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cli {

// Which policy, and what it may know of the tools. Nothing given: the configuration's.
struct PolicyPlace {
  std::vector<std::string> files;
  std::string tools;  // --tools FILE.toml
  bool open = false;  // --open: tools and arguments are not known
};

struct PolicyCheck {
  PolicyPlace place;
  std::string pin;        // --pin FILE: verify
  std::string write_pin;  // --write-pin FILE
};
struct PolicyFmt {
  std::vector<std::string> files;
  bool check = false;
};
struct PolicyShow {
  PolicyPlace place;
  bool expanded = false;
  std::string tool;  // empty: all
};
struct PolicyList {};
struct PolicyAdd {
  PolicyPlace place;
  std::string pack;
  bool yes = false;
};
struct PolicyTest {
  std::vector<std::string> files;  // of tests; empty: the configuration's
  bool coverage = false;
};

// A call that nobody makes: what `explain` decides.
struct PolicyCall {
  std::string tool;
  std::vector<std::string> arguments;  // NAME=VALUE
  std::string arguments_json;
  std::vector<std::string> labels;  // NAME.tags=a,b; @control, @session, @args
  std::vector<std::string> named;
  std::string principal, tenant, door, environment, now;
  std::string roles, scopes;  // a,b
  std::string session_tags;   // a,b
  std::optional<std::string> session_value;
  std::vector<std::string> counters;  // NAME=NUMBER
};
struct PolicyExplain {
  PolicyPlace place;
  PolicyCall call;
  bool show_values = false;
};
struct PolicyDiff {
  PolicyPlace place;  // of the tools; `files` is empty
  std::string before, after;
  std::uint32_t samples = 0;  // a tool; 0: 2000, fewer where there are many tools
};
struct PolicyReplay {
  PolicyPlace place;
  std::string since;  // an instant, or a time back: 24h, 7d; empty: all
};
struct PolicyShadow {
  std::string file;   // empty: say what is set
  std::string until;  // an instant or a date
  bool end = false;   // --end: take it away
};
struct PolicyProve {
  PolicyPlace place;
  std::string claim;
};

using PolicyCommand =
    std::variant<PolicyCheck, PolicyFmt, PolicyShow, PolicyList, PolicyAdd, PolicyTest,
                 PolicyExplain, PolicyDiff, PolicyReplay, PolicyShadow, PolicyProve>;

}  // namespace cli
