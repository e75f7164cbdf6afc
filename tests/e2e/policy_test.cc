// SPDX-License-Identifier: Apache-2.0
// The policy language on the real path: the documented examples, each as somebody would type it.
// Every call is a `yett call --session` of its own that joins the programs that run.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "http_double.h"
#include "schema/parse.h"
#include "system.h"

namespace e2e {
namespace {

// A tool of the configuration: every argument is a member of a JSON body.
struct ToolText {
  std::string name;
  std::string effect;
  std::vector<std::string> arguments;  // NAME, NAME:ROLE, NAME:ROLE:TYPE
  std::string more;
};

std::string config_of(const HttpDouble& server, const std::vector<ToolText>& tools,
                      const std::string& more = "") {
  std::string out = "[yett]\nstate = \"state\"\nmax_calls_per_conversation = 100\n" + more;
  for (const ToolText& t : tools) {
    std::string members, declared;
    for (const std::string& argument : t.arguments) {
      const std::size_t colon = std::min(argument.find(':'), argument.size());
      const std::size_t second = std::min(argument.find(':', colon + 1), argument.size());
      const std::string name = argument.substr(0, colon);
      const std::string role =
          colon < argument.size() ? argument.substr(colon + 1, second - colon - 1) : "";
      const std::string type = second < argument.size() ? argument.substr(second + 1) : "string";
      members += fmt::format("{}{} = \"{{{}}}\"", members.empty() ? "" : ", ", name, name);
      declared += fmt::format("[tool.{}.args.{}]\ntype = \"{}\"\n{}", t.name, name, type,
                              role.empty() ? "" : "role = \"" + role + "\"\n");
    }
    out += fmt::format(
        "[tool.{0}]\ndescription = \"{0}\"\nmethod = \"POST\"\neffect = \"{1}\"\n"
        "url = \"{2}/{0}\"\njson = {{ {3} }}\n{4}\n{5}",
        t.name, t.effect, server.url(), members, t.more, declared);
  }
  return out;
}

// What `yett` printed as its one document, and its exit status.
struct Ran {
  int exit = -1;
  schema::Value document;
  std::string reason() const { return text_of(document, "reason"); }
  std::string call() const { return text_of(document, "call"); }
  std::string content() const { return text_of(document, "content"); }
};

// Runs `yett --config CONFIG WORDS` and takes what it prints on both outputs.
std::string printed(const System& yett, const std::string& words, int* exit = nullptr) {
  const std::string program = std::string(YETT_BIN_DIR) + "/yett";
  const std::string config = yett.directory() + "/yett.toml";
  std::vector<std::string> arguments{program, "--config", config};
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    arguments.push_back(words.substr(at, end - at));
    at = end + 1;
  }
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::array<int, 2> ends{};
  CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0);
  base::Fd from(ends[0]), to(ends[1]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(to.get(), STDOUT_FILENO);
    ::dup2(to.get(), STDERR_FILENO);
    ::execv(program.c_str(), argv.data());
    ::_exit(127);
  }
  to.reset();
  std::string out;
  std::array<char, 4096> chunk{};
  for (ssize_t n = 0; (n = ::read(from.get(), chunk.data(), chunk.size())) > 0;)
    out.append(chunk.data(), static_cast<std::size_t>(n));
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  if (exit != nullptr) *exit = WEXITSTATUS(status);
  return out;
}

// yett call WORDS --session work
Ran call(const System& yett, const std::string& words, const std::string& session = "work") {
  Ran out;
  const std::string text =
      printed(yett, fmt::format("--json call {} --session {}", words, session), &out.exit);
  auto parsed = schema::parse(text);
  EXPECT_TRUE(parsed.ok()) << text;
  if (parsed.ok()) out.document = std::move(*parsed);
  return out;
}

// The request line's tool.
std::string tool_of(const Asked& asked) {
  const std::size_t slash = asked.head.find('/');
  return asked.head.substr(slash + 1, asked.head.find(' ', slash) - slash - 1);
}

std::size_t asked_of(const HttpDouble& server, const std::string& tool) {
  const auto all = server.asked();
  return static_cast<std::size_t>(
      std::ranges::count_if(all, [&](const Asked& a) { return tool_of(a) == tool; }));
}

std::string ok_text(const Asked&) { return HttpDouble::reply(200, "text/plain", "done"); }

const audit::Entry* find(const std::vector<audit::Entry>& log, audit::Kind kind,
                         const std::string& tool, std::size_t nth = 0) {
  for (const audit::Entry& e : log)
    if (e.kind == kind && e.tool == tool && nth-- == 0) return &e;
  return nullptr;
}

// ---- the documented examples --------------------------------------------------------------------

const std::vector<ToolText> kMail = {
    {"get_internal_document", "read", {"name"}, "answer = \"text\""},
    {"send_email", "send", {"to:recipient", "body:content"}, "answer = \"text\""}};

constexpr const char* kMailPolicy = R"(
let internal = {"internal_use", "confidential"};
tool "get_internal_document" { should allow always; result { @tags |= internal; } }
tool "send_email" {
  must deny when body.tags overlaps internal and not to.value in {str like w"*@trustedcorp.com"};
  should allow always;
}
)";

TEST(Policy, AnInternalDocumentIsMailedToTheTrustedCompanyOnly) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, kMail), kMailPolicy);
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "send_email --arg to=research@gmail.com --arg body=hello").reason(), "ok");
  const Ran document = call(yett, "get_internal_document --arg name=plan");
  ASSERT_EQ(document.reason(), "ok");
  const std::string from = " --from body=" + document.call();
  const Ran out = call(yett, "send_email --arg to=research@gmail.com" + from);
  EXPECT_EQ(out.reason(), "denied_by_rule");
  EXPECT_EQ(out.exit, 3);
  EXPECT_EQ(call(yett, "send_email --arg to=user@trustedcorp.com" + from).reason(), "ok");
  EXPECT_EQ(call(yett, "send_email --arg to=user@trustedcorp.com.evil.test" + from).reason(),
            "denied_by_rule");
  // What is typed after the document was read may be made of it.
  EXPECT_EQ(call(yett, "send_email --arg to=research@gmail.com --arg body=hello").reason(),
            "denied_by_rule");
  // Another session has not read it.
  EXPECT_EQ(call(yett, "send_email --arg to=research@gmail.com --arg body=hello", "other").reason(),
            "ok");
  EXPECT_EQ(yett.stop(), 0);
  EXPECT_EQ(asked_of(server, "send_email"), 3u);
  const auto log = yett.log();
  const audit::Entry* denied = find(log, audit::Kind::kIntent, "send_email", 1);
  ASSERT_NE(denied, nullptr);
  EXPECT_EQ(denied->effect, audit::Effect::kDeny);
  EXPECT_EQ(audit::rule_file(denied->rule), 0u);
  EXPECT_EQ(audit::rule_line(denied->rule), 5u);
  EXPECT_NE(denied->policy, base::Digest{});
  EXPECT_EQ(denied->tags, (std::vector<std::string>{"confidential", "internal_use"}));
}

TEST(Policy, TheFourthRefundPasses) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"issue_refund", "pay", {"order"}, "answer = \"text\""}}), R"(
tool "issue_refund" {
  session before { when "third" in @tags { @tags |= {"last"}; } }
  session before { when "second" in @tags { @tags |= {"third"}; } }
  session before { when "first" in @tags { @tags |= {"second"}; } }
  session before { @tags |= {"first"}; }
  must allow when "last" in @session.tags;
}
)");
  ASSERT_EQ(yett.start(), "");
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(call(yett, "issue_refund --arg order=7").reason(), "unmet_requirement") << i;
  EXPECT_EQ(call(yett, "issue_refund --arg order=7", "other").exit, 3);
  EXPECT_EQ(call(yett, "issue_refund --arg order=7").reason(), "ok");
  EXPECT_EQ(call(yett, "issue_refund --arg order=8").reason(), "ok");
  EXPECT_EQ(asked_of(server, "issue_refund"), 2u);
}

TEST(Policy, ASummaryNeedsBothVerifiedSources) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"earnings", "read", {}, "answer = \"text\""},
                                 {"marketing", "read", {}, "answer = \"text\""},
                                 {"summary", "write", {"a", "b"}, "answer = \"text\""}}),
              R"(
tool "earnings" { must allow always; result { @producers |= {"verified_finance"}; } }
tool "marketing" { must allow always; result { @producers |= {"verified_marketing"}; } }
tool "summary" {
  must allow when @args.producers superset of {"verified_finance", "verified_marketing"};
}
)");
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "summary --arg a=x --arg b=y").reason(), "unmet_requirement");
  const std::string a = call(yett, "earnings").call();
  EXPECT_EQ(call(yett, fmt::format("summary --from a={0} --from b={0}", a)).reason(),
            "unmet_requirement");
  const std::string b = call(yett, "marketing").call();
  EXPECT_EQ(call(yett, fmt::format("summary --from a={} --from b={}", a, b)).reason(), "ok");
}

TEST(Policy, WhatWasDeIdentifiedMayBeSentAndTheRecordMayNot) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"load_record", "read", {"id"}, "answer = \"text\""},
                                 {"de_identify", "read", {"data"}, "answer = \"text\""},
                                 {"send_to_lab", "send", {"data"}, "answer = \"text\""},
                                 {"send_to_press", "send", {"data"}, "answer = \"text\""}}),
              R"(
tool "load_record" { should allow always; result { @tags |= {"pii"}; } }
tool "de_identify" { should allow always; result { @tags -= {"pii"}; } }
tool r"send_to_.*" { must deny when "pii" in data.tags; should allow always; }
)");
  ASSERT_EQ(yett.start(), "");
  const std::string raw = call(yett, "load_record --arg id=1").call();
  EXPECT_EQ(call(yett, "send_to_lab --from data=" + raw).reason(), "denied_by_rule");
  const Ran clean = call(yett, "de_identify --from data=" + raw);
  EXPECT_EQ(clean.reason(), "ok");
  for (const char* to : {"send_to_lab", "send_to_press"}) {
    EXPECT_EQ(call(yett, fmt::format("{} --from data={}", to, clean.call())).reason(), "ok");
    EXPECT_EQ(call(yett, fmt::format("{} --from data={}", to, raw)).reason(), "denied_by_rule");
    EXPECT_EQ(call(yett, fmt::format("{} --arg data=typed", to)).reason(), "denied_by_rule");
  }
  EXPECT_EQ(yett.stop(), 0);
  const auto log = yett.log();
  const auto declassified = std::ranges::count_if(log, [](const audit::Entry& e) {
    return e.kind == audit::Kind::kOutcome && e.detail.text() == "declassified result=1 session=0";
  });
  EXPECT_EQ(declassified, 1);
}

// ---- Yett's own constructs ----------------------------------------------------------------------

TEST(Policy, CountersHoldBySessionAndByPrincipal) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"note", "write", {"text"}, "answer = \"text\""},
                                 {"pay", "pay", {"amount:amount:number"}, "answer = \"text\""}}),
              R"(language yett 1;
counter notes = calls of "note" per session within 1h;
counter paid = sum of amount of "pay" per principal within 24h;
tool "note" { allow when @counter.notes < 2; }
tool "pay" { allow when @counter.paid < 1; }
)");
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "note --arg text=a").reason(), "ok");
  EXPECT_EQ(call(yett, "note --arg text=b").reason(), "ok");
  EXPECT_EQ(call(yett, "note --arg text=c").exit, 3);
  EXPECT_EQ(call(yett, "note --arg text=d", "other").reason(), "ok");
  // Ten times 0.1 is 1: nothing is rounded.
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(call(yett, "pay --arg amount=0.1", i % 2 == 0 ? "work" : "other").reason(), "ok");
  EXPECT_EQ(call(yett, "pay --arg amount=0.1").exit, 3);
  EXPECT_EQ(call(yett, "pay --arg amount=0.1", "third").exit, 3);
}

TEST(Policy, ASumThatWouldNotBeExactIsAnErrorAndDenies) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"pay", "pay", {"amount:amount:number"}, "answer = \"text\""}}),
              R"(language yett 1;
counter paid = sum of amount of "pay" per session within 24h;
tool "pay" { allow when @counter.paid < 100; }
)");
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "pay --arg amount=0.00000000001").reason(), "decision_failed");
  EXPECT_EQ(call(yett, "pay --arg amount=1e300").reason(), "decision_failed");
  EXPECT_EQ(call(yett, "pay --arg amount=5").reason(), "ok");
}

TEST(Policy, WhatARuleRedactsNeverComesBackAndWhatItNotesIsLogged) {
  const HttpDouble server([](const Asked&) {
    return HttpDouble::json(R"({"name":"Ann","ssn":"canary-078-05-1120"})");
  });
  System yett(
      config_of(server,
                {{"load_record", "read", {"id"}, "keep = { name = \"/name\", ssn = \"/ssn\" }"}}),
      R"(language yett 1;
tool "load_record" {
  allow always;
  oblige redact "ssn" when not "auditor" in @principal.roles;
  oblige log "a record was read" always;
}
)");
  ASSERT_EQ(yett.start(), "");
  const Ran read = call(yett, "load_record --arg id=1");
  EXPECT_EQ(read.reason(), "ok");
  EXPECT_EQ(read.content(), R"({"name":"Ann"})");
  EXPECT_EQ(yett.stop(), 0);
  const auto log = yett.log();
  const audit::Entry* noted = find(log, audit::Kind::kAlert, "load_record");
  ASSERT_NE(noted, nullptr);
  EXPECT_EQ(noted->alert, audit::Alert::kPolicy);
  EXPECT_EQ(noted->detail.text(), "a record was read");
}

TEST(Policy, AnAuditorSeesWhatOthersDoNot) {
  const HttpDouble server([](const Asked&) { return HttpDouble::json(R"({"ssn":"078"})"); });
  System yett(config_of(server, {{"load_record", "read", {"id"}, "keep = { ssn = \"/ssn\" }"}}) +
                  "[principal]\nroles = [\"auditor\"]\n",
              R"(language yett 1;
tool "load_record" {
  allow always;
  oblige redact "ssn" when not "auditor" in @principal.roles;
}
)");
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "load_record --arg id=1").content(), R"({"ssn":"078"})");
}

TEST(Policy, WhatWouldHaveToBeAskedIsRefusedForNow) {
  const HttpDouble server(ok_text);
  System yett(config_of(server, {{"wipe", "destroy", {"what"}, "answer = \"text\""}}),
              "language yett 1;\ntool \"wipe\" { ask always; }\n");
  ASSERT_EQ(yett.start(), "");
  const Ran asked = call(yett, "wipe --arg what=all");
  EXPECT_EQ(asked.reason(), "approval_required");
  EXPECT_EQ(asked.exit, 3);
  EXPECT_EQ(yett.stop(), 0);
  EXPECT_TRUE(server.asked().empty());
  const auto log = yett.log();
  const audit::Entry* intent = find(log, audit::Kind::kIntent, "wipe");
  ASSERT_NE(intent, nullptr);
  EXPECT_EQ(intent->effect, audit::Effect::kAsk);
}

TEST(Policy, WithoutARuleTheAnswerIsNoUnlessTheOperatorOptsOutLoudly) {
  const HttpDouble server(ok_text);
  const std::vector<ToolText> tools = {{"note", "write", {"text"}, "answer = \"text\""}};
  {
    System yett(config_of(server, tools), "");
    ASSERT_EQ(yett.start(), "");
    EXPECT_EQ(call(yett, "note --arg text=a").reason(), "no_rule");
    EXPECT_EQ(yett.stop(), 0);
    EXPECT_EQ(printed(yett, "check").find("default_allow"), std::string::npos);
  }
  System open(config_of(server, tools) + "[policy.compat]\ndefault_allow = true\n", "");
  ASSERT_EQ(open.start(), "");
  EXPECT_EQ(call(open, "note --arg text=a").reason(), "ok");
  EXPECT_EQ(open.stop(), 0);
  EXPECT_NE(printed(open, "check").find("default_allow is ON"), std::string::npos);
}

// ---- with a model -------------------------------------------------------------------------------

std::string said(const std::string& content) {
  return HttpDouble::reply(
      200, "application/x-ndjson",
      fmt::format(R"({{"message":{{"role":"assistant","content":"{}"}},"done":true,)"
                  R"("done_reason":"stop"}})"
                  "\n",
                  content));
}

std::string calls(const std::string& tool, const std::string& arguments) {
  return HttpDouble::reply(
      200, "application/x-ndjson",
      fmt::format(R"({{"message":{{"role":"assistant","content":"","tool_calls":[{{"function":)"
                  R"({{"name":"{}","arguments":{}}}}}]}},"done":true,"done_reason":"stop"}})"
                  "\n",
                  tool, arguments));
}

// Asked for the first time it calls `tool`; shown an answer it repeats what it was told.
HttpDouble::Answer model_that_calls(const std::string& tool, const std::string& arguments) {
  return [=](const Asked& asked) {
    const bool answered = asked.body.find("\"role\":\"tool\"") != std::string::npos;
    return answered ? said("the answer was canary-words") : calls(tool, arguments);
  };
}

std::string model_config(const HttpDouble& model) {
  return fmt::format("[model.local]\nkind = \"ollama\"\nurl = \"{}\"\nmodel = \"small\"\n",
                     model.url());
}

TEST(Policy, AModelMailsOnlyWhomTheUserNamed) {
  const HttpDouble server(ok_text);
  const HttpDouble model(model_that_calls("send_email", R"({"to":"eve@x.org","body":"hi"})"));
  System yett(config_of(server, {kMail[1]}) + model_config(model), R"(language yett 1;
tool "model:local" { must allow always; }
tool "send_email" { allow when to is named; }
)");
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(text_of(yett.turn(yett.open(), "say hi to eve@x.org."), "reason"), "ok");
  EXPECT_EQ(asked_of(server, "send_email"), 1u);
  EXPECT_EQ(text_of(yett.turn(yett.open(), "say hi to somebody"), "reason"), "ok");
  EXPECT_EQ(asked_of(server, "send_email"), 1u);
  EXPECT_EQ(yett.stop(), 0);
  const auto log = yett.log();
  const audit::Entry* named = find(log, audit::Kind::kIntent, "send_email", 0);
  const audit::Entry* unnamed = find(log, audit::Kind::kIntent, "send_email", 1);
  ASSERT_TRUE(named != nullptr && unnamed != nullptr);
  EXPECT_EQ(named->effect, audit::Effect::kAllow);
  EXPECT_EQ(named->detail.text(), "policy named=3");  // to and body
  EXPECT_EQ(unnamed->effect, audit::Effect::kDeny);
  EXPECT_EQ(unnamed->detail.text(), "policy named=1");  // "hi" only
}

struct Readers {
  const char* consumers;
  const char* reason;
  bool spoken;
  std::size_t prompts;
};

TEST(Policy, AModelAndItsReaderMustBeAmongTheConsumers) {
  const std::string me = fmt::format("\"reply:uid:{}\"", ::geteuid());
  const std::string both = "\"llm:local\", " + me;
  const Readers rows[] = {{"\"*\"", "ok", true, 2},
                          {both.c_str(), "ok", true, 2},
                          {"\"llm:local\"", "reader_not_admitted", false, 2},
                          {me.c_str(), "denied_by_rule", false, 1},
                          {"", "denied_by_rule", false, 1}};
  for (const Readers& row : rows) {
    const HttpDouble server([](const Asked&) { return HttpDouble::json(R"({"x":"secret"})"); });
    const HttpDouble model(model_that_calls("look", "{}"));
    System yett(config_of(server, {{"look", "read", {}, ""}}) + model_config(model),
                fmt::format(R"(language yett 1;
tool "model:local" {{ must allow always; }}
tool "look" {{ must allow always; result {{ @consumers = {{{}}}; }} }}
)",
                            row.consumers));
    ASSERT_EQ(yett.start(), "");
    std::vector<schema::Value> before;
    const auto end = yett.turn(yett.open(), "look", &before);
    EXPECT_EQ(text_of(end, "reason"), row.reason) << row.consumers;
    EXPECT_EQ(text_of(end, "text").find("canary-words") != std::string::npos, row.spoken);
    std::size_t streamed = 0;
    for (const auto& line : before) streamed += text_of(line, "event") == "text";
    EXPECT_EQ(streamed > 0, row.spoken) << row.consumers;
    EXPECT_EQ(model.asked().size(), row.prompts) << row.consumers;
    EXPECT_EQ(yett.stop(), 0);
    std::size_t withheld = 0;
    for (const audit::Entry& e : yett.log())
      withheld += e.kind == audit::Kind::kAlert && e.alert == audit::Alert::kPolicy;
    EXPECT_EQ(withheld, std::string(row.reason) == "reader_not_admitted" ? 1u : 0u);
  }
}

TEST(Policy, SeveralFilesAreOneSetAndAnErrorLoadsNone) {
  const HttpDouble server(ok_text);
  const std::vector<ToolText> tools = {{"note", "write", {"text"}, "answer = \"text\""}};
  System yett(config_of(server, tools, "policy = [\"policy.sqrt\", \"more.sqrt\"]\n"),
              "tool \"note\" { must allow always; }\n");
  yett.write_file("more.sqrt", "\n\ntool \"note\" { must deny when text.value in {\"no\"}; }\n",
                  0644);
  ASSERT_EQ(yett.start(), "");
  EXPECT_EQ(call(yett, "note --arg text=yes").reason(), "ok");
  const Ran denied = call(yett, "note --arg text=no");
  EXPECT_EQ(denied.reason(), "denied_by_rule");
  EXPECT_EQ(yett.stop(), 0);
  const auto log = yett.log();
  const audit::Entry* intent = find(log, audit::Kind::kIntent, "note", 1);
  ASSERT_NE(intent, nullptr);
  EXPECT_EQ(audit::rule_file(intent->rule), 1u);
  EXPECT_EQ(audit::rule_line(intent->rule), 3u);
  EXPECT_NE(printed(yett, "explain " + denied.call()).find("more.sqrt:3: tool \"note\""),
            std::string::npos);
  yett.write_file("more.sqrt", "tool \"note\" { must deny when txt.value in {\"no\"}; }\n", 0644);
  EXPECT_NE(yett.start().find("more.sqrt:1:"), std::string::npos);
}

}  // namespace
}  // namespace e2e
