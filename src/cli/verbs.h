// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The commands, one file each (verb_x.cc). Each prints what it has to say and returns the exit
// status. Trust zone: command line.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"
#include "schema/value.h"

namespace cli {

// What every command is given.
struct Context {
  const Options& options;
  const Terminal& terminal;
};

Exit run(const HelpCommand& command, const Context& context);
Exit run(const DemoCommand& command, const Context& context);
Exit run(const ChatCommand& command, const Context& context);
Exit run(const CallCommand& command, const Context& context);
Exit run(const ToolsCommand& command, const Context& context);
Exit run(const CheckCommand& command, const Context& context);
Exit run(const ExplainCommand& command, const Context& context);
Exit run(const LogTailCommand& command, const Context& context);
Exit run(const LogVerifyCommand& command, const Context& context);
Exit run(const InitCommand& command, const Context& context);
Exit run(const SecretCommand& command, const Context& context);
Exit run(const PolicyCommand& command, const Context& context);  // policy_verbs.cc
Exit run(const PlanCommand& command, const Context& context);

// Says what went wrong: a line on standard error, with --json the document
// {"ok":false,"exit":N,"error":"..."} on standard output. Returns `exit`.
Exit fail(const Context& context, Exit exit, std::string_view message);
// The same for a failure of load() or start(): kConfiguration where the person's files are wrong.
Exit fail_to_start(const Context& context, const base::Error& error);

// The one document of --json.
void print(const Context& context, const schema::Value& document);

// Members of a document.
schema::Value json_text(std::string_view text);
schema::Value json_number(std::uint64_t number);

}  // namespace cli
