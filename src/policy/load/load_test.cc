// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/load/load.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>

#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"
#include "policy/syntax/print.h"

namespace policy {
namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

Packs packs_of(Texts texts) {
  return [texts = std::move(texts)](std::string_view name) -> std::optional<std::string> {
    const auto at = texts.find(name);
    if (at == texts.end()) return std::nullopt;
    return at->second;
  };
}

std::string yett(const std::string& text) { return "language yett 1;\n" + text; }

std::vector<std::string> errors(const Outcome& out) {
  std::vector<std::string> names;
  for (const Diagnostic& d : out.diagnostics)
    if (d.severity == Diagnostic::Severity::kError) names.push_back(d.name);
  return names;
}

Outcome load_with(const std::vector<Source>& files, const Texts& texts) {
  return load(files, sample_tools(), {.check_consumers = false}, packs_of(texts));
}

std::vector<std::string> trees_of(const Outcome& out) {
  std::vector<std::string> names;
  if (out.loaded)
    for (const Tree& tree : out.loaded->trees)
      if (tree.name != "<built-in>") names.push_back(tree.name);
  return names;
}

using Names = std::vector<std::string>;

TEST(Load, APackStandsInThePlaceOfItsLine) {
  const Texts texts = {{"a", yett("tool \"run\" { deny always; }")}};
  const std::string run = "tool \"run\" { ask always; }";
  EXPECT_EQ(trees_of(load_with({{"f", yett("use \"a\";" + run)}}, texts)), (Names{"a", "f"}));
  EXPECT_EQ(trees_of(load_with({{"f", yett(run + "use \"a\";")}}, texts)), (Names{"f", "a", "f"}));
  EXPECT_EQ(
      trees_of(load_with({{"f", yett("use \"a\"; use \"a\";")}, {"g", yett("use \"a\";")}}, texts)),
      (Names{"a", "f", "g"}));
}

TEST(Load, AFileThatIsCutByAPackKeepsItsNames) {
  const Texts texts = {{"a", yett("tool \"run\" { deny when command.value in {\"a\"}; }")}};
  const std::string text = yett(
      "let early = {\"x\"}; tool \"run\" { deny when command.value in late; } use \"a\";"
      "tool \"run\" { deny when command.value in early; } let late = {\"y\"};");
  const Outcome out = load_with({{"f", text}}, texts);
  EXPECT_EQ(errors(out), Names{});
  EXPECT_EQ(trees_of(out), (Names{"f", "a", "f"}));
}

TEST(Load, PacksMayUseEachOther) {
  const Texts texts = {{"a", yett("use \"b\"; tool \"run\" { ask always; }")},
                       {"b", yett("use \"a\"; tool \"run\" { ask always; }")}};
  EXPECT_EQ(trees_of(load_with({{"f", yett("use \"a\";")}}, texts)), (Names{"b", "a", "f"}));
}

TEST(Load, AnErrorInAPackNamesThePack) {
  const Outcome out = load_with({{"f", yett("use \"a\";")}}, {{"a", yett("tool \"rum\" {}")}});
  ASSERT_FALSE(out.diagnostics.empty());
  EXPECT_EQ(out.sources.at(out.diagnostics[0].span.file).name, "a");
  EXPECT_EQ(errors(load_with({{"f", yett("use \"a\";")}}, {{"a", "tool {"}})), Names{"syntax"});
}

std::string value_of(const Outcome& out, const std::string& tree, const std::string& name) {
  for (const Tree& one : out.loaded->trees)
    for (const auto& declaration : one.declarations) {
      const auto* let = std::get_if<Let>(&declaration);
      if (one.name != tree || let == nullptr || let->name != name) continue;
      const auto* set = std::get_if<SetExpr>(&let->value);
      return set != nullptr ? print(*set) : print(std::get<Predicate>(let->value));
    }
  return "";
}

const Texts kSite = {{"a", yett("let site_ok = {}; let site_now = true == false; let own = {\"o\"};"
                                "tool \"run\" { deny when command.value in site_ok | own"
                                " or site_now; }")}};

TEST(Load, ASiteBindsWhatAPackAsksFor) {
  const auto with = [](const std::string& lets) {
    return load_with({{"f", yett("use \"a\";" + lets)}}, kSite);
  };
  EXPECT_EQ(value_of(with(""), "a", "site_ok"), "{}");
  EXPECT_EQ(value_of(with("let site_ok = {\"x\"};"), "a", "site_ok"), "{\"x\"}");
  const Outcome named = with("let base = {\"x\"}; let more = base; let site_ok = more | {\"y\"};");
  EXPECT_EQ(errors(named), Names{});
  EXPECT_EQ(value_of(named, "a", "site_ok"), "{\"x\"} | {\"y\"}");
  EXPECT_EQ(value_of(with("let p = @tenant.id == \"t\"; let site_now = p;"), "a", "site_now"),
            "@tenant.id == \"t\"");
  EXPECT_EQ(value_of(with("let own = {\"mine\"};"), "a", "own"), "{\"o\"}");
}

TEST(Load, ASiteBindsOnlyWhatIsAskedForAndOnce) {
  const auto with = [](const std::string& one, const std::string& two) {
    return errors(load_with({{"f", yett("use \"a\";" + one)}, {"g", two}}, kSite));
  };
  EXPECT_EQ(with("let site_okk = {\"x\"};", ""), Names{"unknown-name"});
  EXPECT_EQ(with("let site_ok = true == true;", ""), Names{"kind-mismatch"});
  EXPECT_EQ(with("let site_now = {\"x\"};", ""), Names{"kind-mismatch"});
  EXPECT_EQ(with("let site_ok = {\"x\"};", yett("let site_ok = {\"y\"};")),
            Names{"duplicate-name"});
  // SQRT is accepted exactly: its names mean nothing to packs.
  EXPECT_EQ(with("", "let site_ok = {\"y\"}; let site_other = {\"y\"};"), Names{});
  EXPECT_EQ(errors(load_with({{"f", yett("let site_other = {\"y\"};")}}, {})), Names{});
}

TEST(Load, ASiteCannotGiveAPackWhatItsPlaceDoesNotTake) {
  const Texts texts = {{"a", yett("let site_ok = {}; tool \"run\" { deny when "
                                  "command.tags superset of site_ok; }")}};
  EXPECT_EQ(errors(load_with({{"f", yett("use \"a\"; let site_ok = {w\"x*\"};")}}, texts)),
            Names{"matcher-misuse"});
}

TEST(Load, EveryPackLoadsWithoutAWarning) {
  Tools tools = sample_tools();
  for (const char* name : {"read_records", "export_records", "delete_records", "run_shell"})
    tools.push_back(tool(name, ToolEffect::kRead,
                         {argument("target_tenant", ArgumentKind::kString, std::nullopt, false)}));
  tools[0].arguments.push_back(
      argument("target_tenant", ArgumentKind::kString, std::nullopt, false));
  for (const std::string& pack : built_in_packs()) {
    const std::string beside = pack == "core" ? "" : "use \"core\"; ";
    const Outcome out =
        load({{"f", yett(beside + "use \"" + pack + "\";")}}, tools, {}, built_in_pack);
    for (const Diagnostic& d : out.diagnostics) ADD_FAILURE() << render(d, out.sources);
    EXPECT_TRUE(out.loaded) << pack;
    EXPECT_FALSE(built_in_pack_tests(pack)->empty()) << pack;
    const std::string readme = *built_in_pack_readme(pack);
    EXPECT_GE(std::count(readme.begin(), readme.end(), '\n'), 6) << pack;
  }
}

TEST(Load, APackLoadsWithToolsThatItsRulesAreNotAbout) {
  Tools tools;
  tools.push_back(tool("odd", ToolEffect::kSend,
                       {argument("to", ArgumentKind::kObject, Role::kRecipient),
                        argument("path", ArgumentKind::kInteger, Role::kPath)}));
  for (const std::string& pack : built_in_packs()) {
    if (pack == "control-plane") continue;  // names its tools
    const std::string text = yett("use \"" + pack + "\";");
    EXPECT_EQ(errors(load({{"f", text}}, tools, {}, built_in_pack)), Names{}) << pack;
    EXPECT_EQ(errors(load({{"f", text}}, {}, {}, built_in_pack)), Names{}) << pack;
  }
}

TEST(Load, TheDigestIsOfWhatDecides) {
  const std::string text = yett("tool \"run\" { ask always; }");
  const auto digest = [&](const std::string& policy, const Options& options, const Tools& tools) {
    return load({{"f", policy}}, tools, options, {}).loaded->digest;
  };
  const base::Digest first = digest(text, {}, sample_tools());
  EXPECT_EQ(digest(yett("// comment\n tool   \"run\" {\n ask always; }"), {}, sample_tools()),
            first);
  EXPECT_NE(digest(yett("tool \"run\" { ask signed always; }"), {}, sample_tools()), first);
  EXPECT_NE(digest(text, {.default_allow = true}, sample_tools()), first);
  EXPECT_NE(digest(text, {.fail_fast = false}, sample_tools()), first);
  Tools tools = sample_tools();
  tools[1].effect = ToolEffect::kWrite;
  EXPECT_NE(digest(text, {}, tools), first);
  tools = sample_tools();
  tools[1].arguments[0].role.reset();
  EXPECT_NE(digest(text, {}, tools), first);
}

// ---- hostile input: bounded time, an error with a position -------------------------------------

void refused(const std::string& text, const std::string& name, const Tools& tools = sample_tools(),
             const Texts& texts = {}) {
  const auto begin = std::chrono::steady_clock::now();
  const Outcome out = load({{"f", text}}, tools, {}, packs_of(texts));
  const auto spent = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(spent, std::chrono::seconds(20));
  EXPECT_FALSE(out.loaded);
  ASSERT_FALSE(out.diagnostics.empty());
  bool found = false;
  for (const Diagnostic& d : out.diagnostics) {
    EXPECT_GT(d.span.line, 0U);
    found = found || d.name == name;
  }
  EXPECT_TRUE(found) << render(out.diagnostics[0], out.sources);
}

TEST(Hostile, LetsThatDoubleAreRefused) {
  std::string sets = yett("let a0 = {\"x\"};\n");
  std::string predicates = yett("let p0 = @session.value == \"x\";\n");
  for (int i = 1; i < 64; ++i) {
    sets += fmt::format("let a{} = a{} | a{};\n", i, i - 1, i - 1);
    predicates += fmt::format("let p{} = p{} and p{};\n", i, i - 1, i - 1);
  }
  refused(sets + "tool \"run\" { deny when command.value in a63; }", "too-large");
  refused(sets + "tool \"run\" { result { @tags |= a63; } }", "too-large");
  refused(predicates + "tool \"run\" { deny when p63; }", "too-large");
  const std::string_view value = "@session.value == \"x\"";
  std::string roles = predicates;
  roles.replace(roles.find(value), value.size(), "any @role.path is named");
  refused(roles + "tools { deny when p63; }", "too-large");
  // For a pack, too.
  refused(sets + "use \"a\"; let site_x = a63;", "too-large", sample_tools(),
          {{"a", yett("let site_x = {}; tool \"run\" { deny when command.value in site_x; }")}});
}

TEST(Hostile, AChainOfLetsIsRefusedWhenItIsTooDeep) {
  std::string text = yett("let a0 = {\"x\"};\n");
  for (int i = 1; i < 20000; ++i) text += fmt::format("let a{} = a{};\n", i, i - 1);
  refused(text + "tool \"run\" { deny when command.value in a19999; }", "too-large");
  std::string circle = yett("");
  for (int i = 0; i < 20000; ++i) circle += fmt::format("let a{} = a{};\n", i, (i + 1) % 20000);
  refused(circle, "circle");
}

TEST(Hostile, BlocksOfEffectsTimesToolsAreBounded) {
  Tools tools;
  for (int i = 0; i < 10000; ++i)
    tools.push_back(tool("t" + std::to_string(i), ToolEffect::kRead, {argument("x")}));
  std::string many = yett("");
  for (int i = 0; i < 5000; ++i) many += "tools { ask always; }\n";
  refused(many, "too-large", tools);
  std::string patterns = yett("");
  for (int i = 0; i < 5000; ++i)
    patterns += fmt::format("tool r\"^.*{}.*$\" {{ ask always; }}\n", i);
  refused(patterns, "too-large", tools);
}

TEST(Hostile, ManyPacksAreBounded) {
  Texts texts;
  for (int i = 0; i < 400; ++i)
    texts["p" + std::to_string(i)] = yett(fmt::format("use \"p{}\";", i + 1));
  texts["p400"] = "";
  refused(yett("use \"p0\";"), "too-large", sample_tools(), texts);
}

TEST(Load, EveryPackFitsTenThousandTools) {
  Tools tools;
  for (int i = 0; i < 10000; ++i) {
    tools.push_back(sample_tools()[static_cast<std::size_t>(i) % 8]);
    tools.back().name += std::to_string(i);
  }
  std::string uses = yett("");
  for (const std::string& pack : built_in_packs())
    if (pack != "control-plane") uses += "use \"" + pack + "\";\n";
  EXPECT_EQ(errors(load({{"f", uses}}, tools, {}, built_in_pack)), Names{});
}

TEST(Hostile, ASetOfTenThousandRulesAndToolsLoads) {
  Tools tools;
  std::string text = yett("let secret = {\"pii\", \"secret\"};\n");
  for (int i = 0; i < 10000; ++i) {
    tools.push_back(tool(fmt::format("tool_{}", i), ToolEffect::kSend,
                         {argument("to", ArgumentKind::kArray, Role::kRecipient),
                          argument("body", ArgumentKind::kString, Role::kContent)}));
    text += fmt::format("tool \"tool_{}\" {{ deny when body.tags overlaps secret; }}\n", i);
  }
  const auto begin = std::chrono::steady_clock::now();
  const Outcome out = load({{"f", text}}, tools, {}, {});
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  EXPECT_TRUE(out.loaded);
  RecordProperty("milliseconds", static_cast<int>(spent.count()));
  std::printf("10,000 rules, 10,000 tools: %lld ms\n", static_cast<long long>(spent.count()));
  EXPECT_LT(spent.count(), 10'000);  // the figure is bench's; this is a bound for slow builds
}

}  // namespace
}  // namespace policy
