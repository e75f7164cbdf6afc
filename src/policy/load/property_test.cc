// SPDX-License-Identifier: Apache-2.0
//
// What load() lets through is plain, prints, compiles and links; what it refuses, it refuses with a
// position.
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "policy/compile/compile.h"
#include "policy/decide.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/walk.h"
#include "policy/syntax/parse.h"
#include "policy/syntax/print.h"
#include "policy/syntax/testing/random_tree.h"

namespace policy {
namespace {

class Roles : public Walk {
 public:
  bool found = false;

 private:
  void on_path(const Path& path) override { found = found || path.role.has_value(); }
};

bool plain(const Tree& tree) {
  Roles roles;
  for (const auto& declaration : tree.declarations) {
    if (std::holds_alternative<Use>(declaration)) return false;
    if (const auto* let = std::get_if<Let>(&declaration)) roles.let(*let);
    const auto* block = std::get_if<ToolPolicy>(&declaration);
    if (block == nullptr) continue;
    if (block->id.kind == ToolId::Kind::kEffects) return false;
    for (const auto& member : block->members) roles.member(member);
  }
  return !roles.found;
}

void hold(const Loaded& loaded) {
  for (const Tree& tree : loaded.trees) {
    EXPECT_TRUE(plain(tree)) << print(tree);
    const std::string text = print(tree);
    const auto again = parse({tree.name, text});
    ASSERT_TRUE(std::holds_alternative<Tree>(again)) << text;
    EXPECT_EQ(print(std::get<Tree>(again)), text);
  }
  auto program = compile(loaded);
  ASSERT_TRUE(program.ok()) << program.error().message;
  EXPECT_TRUE(PolicySet::link(std::move(program).value()).ok());
}

// How many of `rounds` random sets load.
int try_many(RandomShape shape, std::uint64_t seed, int rounds) {
  int passed = 0;
  for (int round = 0; round < rounds; ++round) {
    RandomTree random(seed + static_cast<std::uint64_t>(round), shape);
    const std::string text = print(random.tree());
    const Outcome out = load({{"random", text}}, random_tools(), {}, built_in_pack);
    EXPECT_EQ(out.loaded.has_value(), !has_errors(out.diagnostics));
    for (const Diagnostic& d : out.diagnostics) {
      EXPECT_LT(d.span.file, out.sources.size());
      EXPECT_GT(d.span.line, 0U);
      // The random trees also set tags to everybody, which §4 leaves to the evaluators.
      if (shape.loadable && d.severity == Diagnostic::Severity::kError &&
          d.name != "universal-misuse")
        ADD_FAILURE() << render(d, out.sources);
    }
    if (!out.loaded) continue;
    ++passed;
    hold(*out.loaded);
  }
  return passed;
}

TEST(Property, WhatIsRightLoadsAndCompiles) {
  EXPECT_GT(try_many({}, 1, 2000), 1900);
  EXPECT_GT(try_many({.yett = false}, 100'000, 1000), 900);
}

TEST(Property, WhatIsWildIsRefusedOrCompiles) {
  (void)try_many({.loadable = false, .lets = 1, .tools = 1, .members = 1, .depth = 1}, 200'000,
                 5000);
  (void)try_many({.loadable = false}, 300'000, 2000);
  (void)try_many({.yett = false, .loadable = false, .lets = 1, .tools = 1}, 400'000, 2000);
}

// Texts with a few words exchanged for others of their sort: most parse, few are right. Messages
// are texts that can be shown.
TEST(Property, ATextThatWasTamperedWithIsRefusedWithWords) {
  const std::vector<std::vector<std::string>> sorts = {
      {" to.", " body.", " amount.", " flag.", " list[*].", " nobody.", " @role.content."},
      {"@result.", "@session.", "@args.", "@", "@control."},
      {"send_mail", "read_file", "sent_mail", "\xc3\xa9"},
      {"{}", "{\"*\"}", "{5}", "{w\"a*\"}", "{path under \"a\"}"},
      {"any ", "all ", ""},
  };
  int judged = 0;  // by the load checks, not by the parser
  for (std::uint64_t seed = 1; seed < 6000; ++seed) {
    RandomTree random(seed, {.lets = 2, .tools = 2, .members = 2, .depth = 2});
    std::string text = print(random.tree());
    for (int change = 0; change < 4; ++change) {
      const auto& sort = sorts[random.below(sorts.size())];
      const std::string& old = sort[random.below(sort.size())];
      const std::size_t at = old.empty() ? std::string::npos : text.find(old);
      if (at != std::string::npos) text.replace(at, old.size(), sort[random.below(sort.size())]);
    }
    const Outcome out = load({{"random", text}}, random_tools(), {}, built_in_pack);
    EXPECT_EQ(out.loaded.has_value(), !has_errors(out.diagnostics));
    for (const Diagnostic& d : out.diagnostics) {
      EXPECT_FALSE(d.message.empty());
      EXPECT_TRUE(base::is_utf8(render(d, out.sources))) << text;
    }
    if (out.loaded) hold(*out.loaded);
    judged += has_errors(out.diagnostics) && out.diagnostics[0].name != "syntax" ? 1 : 0;
  }
  EXPECT_GT(judged, 500);
}

// `policy show --expanded` may be fed back.
TEST(Property, ExpandingTwiceIsExpandingOnce) {
  for (std::uint64_t seed = 1; seed < 500; ++seed) {
    RandomTree random(seed, {});
    const std::string text = print(random.tree());
    const Options options{.check_consumers = false};
    const Outcome once = load({{"random", text}}, random_tools(), options, built_in_pack);
    if (!once.loaded) continue;
    std::vector<Source> files;
    for (const Tree& tree : once.loaded->trees) files.push_back({tree.name, print(tree)});
    const Outcome twice = load(files, random_tools(), options, built_in_pack);
    ASSERT_TRUE(twice.loaded) << files[0].text << render(twice.diagnostics[0], twice.sources);
    EXPECT_EQ(twice.loaded->trees.size(), once.loaded->trees.size());
    for (std::size_t i = 0; i < files.size(); ++i)
      EXPECT_EQ(print(twice.loaded->trees[i]), files[i].text);
  }
}

}  // namespace
}  // namespace policy
