// SPDX-License-Identifier: Apache-2.0
#include "cli/config.h"

#include <gtest/gtest.h>

#include "cli/compile.h"
#include "cli/pieces.h"
#include "cli/url.h"

namespace cli {
namespace {

class OnePolicy final : public Files {
 public:
  explicit OnePolicy(std::string policy) : policy_(std::move(policy)) {}
  base::Result<std::string> read(const std::string& name) const override {
    if (name == "policy.sqrt") return policy_;
    return base::not_found(name + " does not exist");
  }

 private:
  std::string policy_;
};

constexpr const char* kTool = R"(
[secret.key]
from = "vault:key"
hosts = ["https://api.example.com"]
[tool.status]
description = "Status of a project."
method = "POST"
url = "https://api.example.com/v1/{project}/status"
query = { units = "{format}", n = 3 }
headers = { Accept = "application/json" }
json = { project = "{project}", text = "id {project}!", deep = { on = true }, maybe = "{note}" }
secrets = [ { name = "key", in = "bearer" } ]
keep = { state = "/state" }
effect = "read"
[tool.status.args.project]
type = "string"
max_length = 20
[tool.status.args.format]
type = "string"
enum = ["a", "b"]
[tool.status.args.note]
type = "string"
required = false
)";

std::string problems_of(const std::string& text, const std::string& policy = "") {
  Problems problems;
  const Config config = read_config(text, problems);
  if (problems.empty()) (void)compile(config, OnePolicy(policy), problems);
  return problems.text("yett.toml");
}

TEST(Config, AWholeToolCompilesToAManifest) {
  Problems problems;
  const Config config = read_config(kTool, problems);
  const Compiled made =
      compile(config, OnePolicy("tool \"status\" { must allow always; }"), problems);
  ASSERT_TRUE(problems.empty()) << problems.text("yett.toml");
  ASSERT_EQ(made.manifest.tools.size(), 1u);
  const wire::ToolSpec& tool = made.manifest.tools[0];
  EXPECT_EQ(tool.path.size(), 3u);
  EXPECT_EQ(tool.path[1].escape, wire::Escape::kPathSegment);
  EXPECT_EQ(tool.query.size(), 2u);
  EXPECT_EQ(tool.headers.back().name, "Authorization");
  EXPECT_EQ(made.manifest.secrets[0].origins, std::vector<std::uint32_t>{0});
  EXPECT_EQ(made.session.tools.size(), 1u);
  EXPECT_NE(tool.definition, base::Digest{});
}

TEST(Config, OnlyWhatThePolicyAllowsIsOffered) {
  Problems problems;
  const Config config = read_config(kTool, problems);
  for (const char* policy : {"", "tool \"status\" { must deny always; }"}) {
    const Compiled made = compile(config, OnePolicy(policy), problems);
    EXPECT_TRUE(made.session.tools.empty());
    EXPECT_EQ(made.all_tools.size(), 1u);
  }
}

TEST(Config, AChangedDefinitionHasAnotherHash) {
  const auto hash = [](std::string text) {
    Problems problems;
    const Config config = read_config(text, problems);
    return compile(config, OnePolicy(""), problems).manifest.tools.at(0).definition;
  };
  const std::string text = kTool;
  const auto base_hash = hash(text);
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"Status of", "State of"},
                                 {"max_length = 20", "max_length = 21"},
                                 {"\"a\", \"b\"", "\"a\""},
                                 {"/v1/", "/v2/"},
                                 {"\"bearer\"", "\"query\", as = \"k\""}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    EXPECT_NE(hash(changed), base_hash) << to;
  }
}

struct Row {
  const char* text;
  const char* problem;
};

TEST(Config, EveryProblemHasItsPlaceAndItsRemedy) {
  const Row rows[] = {
      {"[yett]\npolcy = \"x\"\n",
       "yett.toml:2:1: [yett]: unknown key `polcy`; did you mean `policy`?\n"},
      {"[yett]\ntenant = 3\n",
       "yett.toml:2:10: [yett]: `tenant` is a whole number, expected a text\n"},
      {"[yett]\nmin_isolation = 9\n",
       "yett.toml:2:17: [yett]: `min_isolation` is 9, expected 0 to 3\n"},
      {"[tol.x]\n", "yett.toml:1:2: yett.toml: unknown key `tol`; did you mean `tool`?\n"},
      {"[model.m]\nkind = \"olama\"\nurl = \"http://127.0.0.1:1\"\nmodel = \"x\"\n",
       "yett.toml:2:8: [model.m]: `kind` is `olama`, expected one of ollama, openai; did you mean "
       "`ollama`?\n"},
      {"[model.m]\nkind = \"ollama\"\nurl = \"http://models.example.com\"\nmodel = \"x\"\n",
       "yett.toml:3:7: [model.m] url: plain http is reached at an exact address only (such as "
       "http://127.0.0.1:11434); use "
       "https://\n"},
      {"[secret.s]\nfrom = \"vault:s\"\n",
       "yett.toml:1:1: [secret.s]: `hosts` is missing; a secret is bound to the origins it may be "
       "sent to, such as "
       "[\"https://api.example.com\"]\n"},
      {"[secret.s]\nfrom = \"hunter2\"\nhosts = [\"https://a.example\"]\n",
       "yett.toml:2:8: [secret.s]: `from` begins with none of op://, vault:, env:\n"},
      {"[tool.t]\ndescription = \"d\"\nmethod = \"POST\"\nurl = \"https://a.example\"\n",
       "yett.toml:1:1: [tool.t]: `effect` is missing; a tool that is not GET or HEAD says what it "
       "does: read, write, send, "
       "destroy, pay or exec\n"},
      {"[tool.t]\ndescription = \"d\"\nurl = \"https://a.example/{x}\"\n",
       "yett.toml:3:7: [tool.t] url: `{x}` names no argument of the tool; declare it under "
       "`args`\n"},
      {"[tool.t]\ndescription = \"d\"\nurl = \"https://u:p@a.example/\"\n",
       "yett.toml:3:7: [tool.t] url: user information in a URL is not allowed; store the "
       "credential with `yett secret add`\n"},
      {"[tool.t]\ndescription = \"d\"\nurl = \"https://a.example/\"\n[tool.t.args.x]\ntype = "
       "\"string\"\n",
       "yett.toml:1:1: [tool.t]: argument `x` is declared and never used; write `{x}` where it "
       "goes\n"},
      {"[tool.t]\ndescription = \"d\"\nurl = \"https://a.example/\"\nheaders = { Host = \"b\" }\n",
       "yett.toml:1:1: [tool.t]: header `Host` is written by Yett alone\n"},
      {"[tool.t]\ndescription = \"d\"\nurl = \"https://a.example/\"\nsecrets = [ { name = \"k\", "
       "in = \"bearer\" } ]\n",
       "yett.toml:4:22: [tool.t]: there is no secret `k`; declare [secret.k]\n"},
      {"[secret.k]\nfrom = \"vault:k\"\nhosts = [\"https://b.example\"]\n[tool.t]\ndescription = "
       "\"d\"\nurl = "
       "\"https://a.example/\"\nsecrets = [ { name = \"k\", in = \"bearer\" } ]\n",
       "yett.toml:7:22: [tool.t]: secret `k` may not be sent to https://a.example; add it to "
       "`hosts` of [secret.k] if it may\n"},
  };
  for (const Row& row : rows) EXPECT_EQ(problems_of(row.text), row.problem) << row.text;
}

// What the broker refuses at its start is found here, with its place.
TEST(Config, ARequestThatTheBrokerWouldRefuseIsAProblem) {
  const auto tool = [](const std::string& path, const std::string& rest) {
    return "[tool.t]\ndescription = \"d\"\nurl = \"https://a.example" + path + "\"\n" + rest;
  };
  EXPECT_EQ(problems_of(tool("/a/", "")), "");
  for (const char* path : {"//a", "/a//b", "/./a", "/a/..", "/%2e%2E/a", "/a/%2", "/%zz"})
    EXPECT_NE(problems_of(tool(path, "")).find("the path"), std::string::npos) << path;
  EXPECT_NE(
      problems_of(tool("/", "headers = { \"a b\" = \"c\" }")).find("not the name of a header"),
      std::string::npos);
  EXPECT_NE(problems_of(tool("/", "headers = { Content-Encoding = \"br\" }")).find("Yett alone"),
            std::string::npos);
  EXPECT_NE(problems_of(tool("/", "query = { \"\" = \"c\" }")).find("without name"),
            std::string::npos);
}

TEST(Config, AnEmptyTextIsAnOptionOfAModel) {
  Problems problems;
  const Config config = read_config(
      "[model.m]\nkind = \"ollama\"\nurl = \"http://127.0.0.1:1\"\nmodel = \"x\"\n"
      "options = { a = \"\", b = [\"\", \"{{\\\"\", 1] }",
      problems);
  const Compiled made = compile(config, OnePolicy(""), problems);
  EXPECT_EQ(problems.text("yett.toml"), "");
  EXPECT_EQ(made.session.models.at(0).options, R"({"a":"","b":["","{\"",1]})");
}

TEST(Config, AKeyWithControlsIsShownHarmless) {
  const std::string text = problems_of(
      "[tool.\"\\u001b[31m\"]\nurl = 1\n[tool.a]\nurl = \"x\"\n"
      "query = { \"\\u001b\" = [] }");
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
  EXPECT_EQ(problems_of("a = i\x1b[31m").find('\x1b'), std::string::npos);
}

// The TOML library asserts on these; an operator's typo must not end the program.
TEST(Config, AMalformedHeaderIsAProblem) {
  for (const char* text :
       {"[.a]", "[[[a]]]", "[[.a]]", "[a]\n[", "[ =", "[[=", "[[ ", "\u00e9 = 1"})
    EXPECT_NE(problems_of(text), "") << text;
}

TEST(Config, ADuplicateKeyIsAProblemWithItsPlace) {
  EXPECT_EQ(problems_of("[yett]\ntenant = \"a\"\ntenant = \"b\"\n").substr(0, 13), "yett.toml:3:1");
}

TEST(Config, AValueThatLooksLikeASecretIsRefusedAndNeverShown) {
  for (const char* value :
       {"sk-abcdefghijklmnop1234", "ghp_abcdefghijklmnopqrstuv0123", "Bearer abcdefghijkl0123"}) {
    const std::string text =
        std::string(
            "[tool.t]\ndescription = \"d\"\nurl = \"https://a.example/\"\nheaders = { X = \"") +
        value + "\" }\n";
    const std::string said = problems_of(text);
    EXPECT_NE(said.find("looks like a secret; store it with `yett secret add NAME`"),
              std::string::npos)
        << said;
    EXPECT_EQ(said.find(value), std::string::npos);
  }
  EXPECT_TRUE(looks_like_secret("api_key", "d41d8cd98f00b204e9800998ecf8427e"));
  EXPECT_FALSE(looks_like_secret("model", "llama3.1:8b-instruct-q4_K_M"));
  EXPECT_FALSE(looks_like_secret("secret", "weather_key"));
}

TEST(Config, PolicyFilesAndChoicesAreRead) {
  Problems problems;
  const Config plain = read_config("", problems);
  EXPECT_EQ(plain.policy, std::vector<std::string>{"policy.sqrt"});
  EXPECT_FALSE(plain.policy_options.default_allow);
  EXPECT_TRUE(plain.policy_options.check_consumers);
  const Config config = read_config(R"(
[yett]
policy = ["a.sqrt", "b.sqrt"]
environment = "test"
[principal]
roles = ["support"]
scopes = ["tickets.read", "tickets.write"]
[policy.compat]
default_allow = true
default_level = "hard"
missing_argument = "false"
match = "search"
non_executable_memory = true
llm_blocked = "off"
consumers_union = "replace"
consumers = false
open_tools = true
fail_fast = false
)",
                                    problems);
  EXPECT_TRUE(problems.empty()) << problems.text("yett.toml");
  EXPECT_EQ(policy_names(config), "a.sqrt and b.sqrt");
  EXPECT_EQ(config.environment, "test");
  EXPECT_EQ(config.roles, std::vector<std::string>{"support"});
  EXPECT_EQ(config.scopes.size(), 2u);
  const policy::Options& o = config.policy_options;
  EXPECT_TRUE(o.default_allow && o.missing_argument_is_false && o.search && o.open_tools);
  EXPECT_TRUE(o.non_executable_memory && o.consumers_union_replaces);
  EXPECT_FALSE(o.check_consumers || o.fail_fast || o.llm_blocked.has_value());
  EXPECT_EQ(o.default_level, policy::Level::kHard);
}

TEST(Config, WhatIsWrongWithPolicyFilesAndChoicesIsSaid) {
  const std::pair<const char*, const char*> rows[] = {
      {"[yett]\npolicy = []\n", "yett.toml:2:10: [yett]: `policy` names no file\n"},
      {"[yett]\npolicy = [\"a\", 3]\n",
       "yett.toml:2:16: [yett]: `policy` holds something that is not a text\n"},
      {"[yett]\npolicy = [\"a\", \"a\"]\n",
       "yett.toml:2:16: [yett]: `policy` names a file twice\n"},
      {"[yett]\npolicy = 3\n",
       "yett.toml:2:10: [yett]: `policy` is a whole number, expected a text\n"},
      {"[policy.compat]\ndefault_alow = true\n",
       "yett.toml:2:1: [policy.compat]: unknown key `default_alow`; did you mean "
       "`default_allow`?\n"},
      {"[policy.compat]\nllm_blocked = \"of\"\n",
       "yett.toml:2:15: [policy.compat]: `llm_blocked` is `of`, expected one of hard, soft, off; "
       "did "
       "you mean `off`?\n"},
      {"[principal]\nroles = [\"\"]\n",
       "yett.toml:2:10: [principal]: `roles` holds something that is no name of 1 to 128 bytes "
       "without control characters\n"},
  };
  for (const auto& [text, problem] : rows) EXPECT_EQ(problems_of(text), problem);
}

TEST(Config, WarningsOfThePolicyAreKept) {
  Problems problems;
  const Config config = read_config(kTool, problems);
  const Compiled made = compile(
      config,
      OnePolicy("tool \"status\" { must allow always; must deny when project.value in {}; }"),
      problems);
  ASSERT_TRUE(problems.empty()) << problems.text("yett.toml");
  ASSERT_FALSE(made.rules.warnings.empty());
  EXPECT_TRUE(made.rules.warnings[0].starts_with("policy.sqrt:1:")) << made.rules.warnings[0];
}

TEST(Config, APackIsTakenIn) {
  Problems problems;
  const Config config = read_config(kTool, problems);
  const Compiled made = compile(config, OnePolicy("language yett 1;\nuse \"core\";\n"), problems);
  ASSERT_TRUE(problems.empty()) << problems.text("yett.toml");
  EXPECT_GT(made.rules.sources.size(), 1u);
  EXPECT_EQ(made.session.tools.size(), 1u);
  EXPECT_TRUE(made.rules.checks_consumers);
}

TEST(Config, ARuleOnAnUnknownToolIsAProblem) {
  EXPECT_EQ(problems_of(kTool, "tool \"statu\" { must allow always; }"),
            "policy.sqrt:1:6: error: there is no tool `statu` [unknown-tool]\n"
            "  tool \"statu\" { must allow always; }\n"
            "       ^^^^^^^\n"
            "  hint: did you mean `status`?\n");
}

TEST(Url, AcceptsOnlyWhatEveryReaderReadsAlike) {
  for (const char* bad :
       {"ftp://a.example", "https://", "https://a..b", "https://a.example.", "https://-a.example",
        "https://2130706433/", "https://0x7f.0x1", "https://0x7f.1", "https://a.example:0",
        "https://a.example:70000", "https://a.example#f", "https://a.example?q", "https://[::1",
        "https://[1.2.3.4]", "https://a_b.example", "https://a%2eb", "http://a.example",
        "https://a.example:8x", "//a.example"})
    EXPECT_FALSE(parse_url(bad).ok()) << bad;
  EXPECT_FALSE(parse_url(std::string("https://evil\0.example", 21)).ok());
  const auto v6 = parse_url("http://[::1]:8080/x");
  ASSERT_TRUE(v6.ok());
  EXPECT_EQ(v6->origin.host, "::1");
  EXPECT_TRUE(v6->origin.exact_address);
  EXPECT_EQ(origin_text(v6->origin), "http://[::1]:8080");
  const auto name = parse_url("https://API.Example.com");
  ASSERT_TRUE(name.ok());
  EXPECT_EQ(name->origin.host, "api.example.com");
  EXPECT_FALSE(name->origin.exact_address);
}

TEST(Pieces, BracesAndArgumentsAreToldApart) {
  wire::ArgumentSpec spec;
  spec.name = "x";
  const FindArgument find = [&](std::string_view name) { return name == "x" ? &spec : nullptr; };
  const auto made = pieces_of("a {{b}} {x}c", wire::Escape::kQueryValue, find);
  ASSERT_TRUE(made.ok());
  ASSERT_EQ(made->size(), 3u);
  EXPECT_EQ((*made)[0].text, "a {b} ");
  EXPECT_EQ((*made)[1].kind, wire::PieceKind::kArgument);
  for (const char* bad : {"{x", "x}", "{y}", "{}"})
    EXPECT_FALSE(pieces_of(bad, wire::Escape::kQueryValue, find).ok()) << bad;
  EXPECT_FALSE(path_pieces("/a b", find).ok());
  EXPECT_FALSE(path_pieces("/a?b", find).ok());
}

}  // namespace
}  // namespace cli
