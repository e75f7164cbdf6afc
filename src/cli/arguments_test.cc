// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gtest/gtest.h>

#include "cli/exit_code.h"

namespace cli {
namespace {

base::Result<CommandLine> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "yett");
  return parse_arguments(static_cast<int>(words.size()), words.data());
}

std::string refusal(std::vector<const char*> words) {
  const auto line = parse(std::move(words));
  return line.ok() ? "taken" : line.error().message;
}

TEST(Arguments, OptionsMayStandBeforeAndAfterTheCommand) {
  for (const auto& words :
       {std::vector<const char*>{"--json", "--config", "x.toml", "tools"},
        std::vector<const char*>{"list-tools", "--config", "x.toml", "--json"}}) {
    const auto line = parse(words);
    ASSERT_TRUE(line.ok());
    EXPECT_TRUE(line->options.json);
    EXPECT_EQ(line->options.config, "x.toml");
    EXPECT_TRUE(std::holds_alternative<ToolsCommand>(line->command));
  }
}

TEST(Arguments, ACallTakesItsArgumentsAsTheyAreWritten) {
  const auto line =
      parse({"call", "status", "--arg", "a=1", "--arg", "b=x y", "--session", "mine"});
  ASSERT_TRUE(line.ok());
  const auto& call = std::get<CallCommand>(line->command);
  EXPECT_EQ(call.tool, "status");
  EXPECT_EQ(call.arguments, (std::vector<std::string>{"a=1", "b=x y"}));
  EXPECT_EQ(call.session, "mine");
}

TEST(Arguments, ATurnMayBeEmptyButIsThenStillOneTurn) {
  const auto line = parse({"chat", "--single", "", "--no-stream"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(std::get<ChatCommand>(line->command).single, "");
  EXPECT_FALSE(std::get<ChatCommand>(line->command).stream);
  EXPECT_EQ(std::get<ChatCommand>(parse({"chat"})->command).single, std::nullopt);
}

TEST(Arguments, NestedCommandsAndHelpAreFound) {
  EXPECT_EQ(std::get<SecretCommand>(parse({"secret", "rotate", "k", "--short"})->command).what,
            SecretCommand::What::kRotate);
  EXPECT_TRUE(std::get<LogTailCommand>(parse({"log", "tail", "-n", "3", "-f"})->command).follow);
  EXPECT_NE(
      std::get<HelpCommand>(parse({"help", "secret", "add"})->command).text.find("yett secret add"),
      std::string::npos);
  EXPECT_EQ(std::get<HelpCommand>(parse({"help"})->command).text,
            std::get<HelpCommand>(parse({"--help"})->command).text);
}

TEST(Arguments, ARefusalNamesWhatWasMeant) {
  EXPECT_EQ(refusal({}), "no command is given\n`yett help` lists the commands");
  EXPECT_EQ(refusal({"cal"}),
            "unknown command `cal`; did you mean `call`?\n`yett help` lists the commands");
  EXPECT_EQ(refusal({"log", "tial"}),
            "unknown command `tial`; did you mean `tail`?\nsee `yett help log`");
  EXPECT_EQ(refusal({"tools", "--jsno"}),
            "unknown option `--jsno`; did you mean `--json`?\nsee `yett help tools`");
  EXPECT_EQ(refusal({"log", "tail", "-n", "many"}),
            "a value is not of its type, such as a number\nsee `yett help log tail`");
}

TEST(Arguments, ASecretOnTheCommandLineIsNotShown) {
  for (const auto& words :
       {std::vector<const char*>{"secret", "add", "key", "canary-0123456789abcdef"},
        std::vector<const char*>{"tools", "canary-0123456789abcdef-0123"},
        std::vector<const char*>{"--token=canary-0123456789abcdef-0123", "tools"}}) {
    const std::string said = refusal(words);
    EXPECT_NE(said, "taken");
    EXPECT_EQ(said.find("canary"), std::string::npos) << said;
  }
}

TEST(Exit, TellsTheKindsOfEndingsApart) {
  EXPECT_EQ(exit_of(base::Reason::kOk), Exit::kOk);
  EXPECT_EQ(exit_of(base::Reason::kNoRule), Exit::kDenied);
  EXPECT_EQ(exit_of(base::Reason::kInvalidArguments), Exit::kUsage);
  EXPECT_EQ(exit_of(base::Reason::kUpstreamStatus), Exit::kUpstream);
  EXPECT_EQ(exit_of(base::Reason::kOutcomeUnknown), Exit::kUnknownOutcome);
  EXPECT_EQ(exit_of(base::Reason::kLogStopped), Exit::kFailed);
  EXPECT_EQ(exit_of(base::Reason::kCancelled), Exit::kCancelled);
}

}  // namespace
}  // namespace cli
