// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The command line as plain data. Trust zone: command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/policy_commands.h"

namespace cli {

// What every command takes.
struct Options {
  std::string config;  // --config FILE; empty: the usual places
  bool json = false;   // for machines
};

struct HelpCommand {
  std::string text;  // ready to print
};
struct ChatCommand {
  std::string model;  // empty: the first of the configuration
  std::optional<std::string> single;
  bool stream = true;
  bool dual = false;  // by plans
};
struct CallCommand {
  std::string tool;
  std::vector<std::string> arguments;  // name=value
  std::string arguments_json;          // instead; empty: none
  std::vector<std::string> from;       // name=call[/field]
  std::string session;                 // name of the session to join
};
struct ToolsCommand {};
struct DemoCommand {};
struct CheckCommand {};
struct ExplainCommand {
  std::string call;
};
struct LogTailCommand {
  std::uint32_t count = 20;
  bool follow = false;
};
struct LogVerifyCommand {
  std::string anchor;  // "ENTRIES:HEAD" noted earlier; empty: none
};
struct InitCommand {
  std::string directory;  // empty: where the configuration is looked for
  bool key_file = false;
  bool force = false;
};
struct SecretCommand {
  enum class What : unsigned char { kAdd, kList, kTest, kRotate, kRemove } what = What::kList;
  std::string name;          // empty only for kList and kTest, which then speak of all
  bool short_value = false;  // --short: below the length that can be scrubbed in every form
};
struct PlanCommand {
  enum class What : unsigned char { kCheck, kRun, kTrace } what = What::kCheck;
  std::string file;
  std::string session;  // kRun, kTrace: name of the session to join
};

using Command = std::variant<HelpCommand, DemoCommand, ChatCommand, CallCommand, ToolsCommand,
                             CheckCommand, ExplainCommand, LogTailCommand, LogVerifyCommand,
                             InitCommand, SecretCommand, PolicyCommand, PlanCommand>;

struct CommandLine {
  Options options;
  Command command;
};

// kInvalid with what was found, what was expected and where help is.
base::Result<CommandLine> parse_arguments(int argc, const char* const* argv);

}  // namespace cli
