// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/path.h"

#include <gtest/gtest.h>

#include "runner/workspace/glob.h"
#include "runner/workspace/limits.h"
#include "runner/workspace/protect.h"
#include "runner/workspace/roots.h"
#include "runner/workspace/skeleton.h"

namespace workspace {
namespace {

// The path's text, or the slug of why it is none.
std::string parsed(std::string_view text) {
  const auto p = Path::parse(text);
  return p.ok() ? p->text() : std::string("!") + std::string(slug(p.error().cause));
}

TEST(WorkspacePath, IsWhatIsLeftOfATextWithoutTricks) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {"a.txt", "a.txt"},
      {"./a.txt", "a.txt"},
      {"dir/../a.txt", "a.txt"},
      {"a//b/./c/", "a/b/c"},
      {".", "."},
      {"./", "."},
      {"a/..", "."},
      {"....//....//etc/passwd", "!bad_path"},
      {"a...", "a..."},
      {"..%2f..%2fetc", "..%2f..%2fetc"},  // never decoded
      {"~/.ssh/id_rsa", "~/.ssh/id_rsa"},  // a name like others
      {"größe/名前", "größe/名前"},
      {"", "!bad_path"},
      {"/a", "!bad_path"},
      {"..", "!outside"},
      {"../a", "!outside"},
      {"a/../../b", "!outside"},
      {"a/b/../../../b", "!outside"},
      {std::string_view("a\0b", 3), "!bad_path"},
      {"a\nb", "!bad_path"},
      {"a\x7f", "!bad_path"},
      {"a\\b", "!bad_path"},
      {"..\\..\\etc", "!bad_path"},
      {"\xff", "!bad_path"},
      {"\xc0\xae\xc0\xae/etc", "!bad_path"},   // an overlong ".."
      {".g\u200cit/config", "!bad_path"},      // zero width
      {"a\u202etxt.exe", "!bad_path"},         // right to left
      {"a\U000e0041", "!bad_path"},            // a tag
      {"caf\u0065\u0301", "caf\u0065\u0301"},  // a mark is seen
  };
  for (const auto& [text, wanted] : table) EXPECT_EQ(parsed(text), wanted) << text;
}

TEST(WorkspacePath, IsBounded) {
  EXPECT_EQ(parsed(std::string(255, 'a')), std::string(255, 'a'));
  EXPECT_EQ(parsed(std::string(256, 'a')), "!name_too_long");
  std::string deep;
  for (std::size_t i = 0; i < kDepth; ++i) deep += "d/";
  EXPECT_EQ(Path::parse(deep)->components().size(), kDepth);
  EXPECT_EQ(parsed(deep + "e"), "!name_too_long");
  std::string longest(4096, '/');
  longest[0] = 'a';
  EXPECT_EQ(parsed(longest), "a");
  EXPECT_EQ(parsed(longest + "/"), "!name_too_long");
}

TEST(WorkspacePath, KnowsWhatIsBelowIt) {
  const Path a = *Path::parse("a");
  const Path ab = *Path::parse("a/b");
  const Path aab = *Path::parse("aa/b");
  EXPECT_TRUE(ab.is_under(a) && ab.is_under(ab) && ab.is_under(Path()));
  EXPECT_FALSE(a.is_under(ab));
  EXPECT_FALSE(aab.is_under(a));
  EXPECT_EQ(ab.moved(a, aab).text(), "aa/b/b");
  for (const char* name : {"", ".", "..", "a/b", "a\\b", "\x01"})
    EXPECT_FALSE(a.child(name).ok()) << name;
}

TEST(Roots, StripsAbsolutePathsByNames) {
  Roots roots;
  ASSERT_TRUE(roots.add("main", "/secure/workspace").ok());
  ASSERT_TRUE(roots.add("inner", "/secure/workspace/sub/").ok());
  ASSERT_TRUE(roots.add("hidden", "").ok());
  const auto at = [&](std::string_view root, std::string_view path) -> std::string {
    const auto found = roots.locate(root, path);
    if (!found.ok()) return "!" + std::string(slug(found.error().cause));
    return roots.name(found->root) + ":" + found->path.text();
  };
  EXPECT_EQ(at("", "a.txt"), "main:a.txt");
  EXPECT_EQ(at("", "/secure/workspace/a.txt"), "main:a.txt");
  EXPECT_EQ(at("", "/secure/workspace"), "main:.");
  EXPECT_EQ(at("", "//secure/./x/../workspace//a.txt"), "main:a.txt");
  EXPECT_EQ(at("", "/secure/workspace/sub/a"), "inner:a");
  EXPECT_EQ(at("main", "/secure/workspace/sub/a"), "!outside");
  EXPECT_EQ(at("hidden", "a"), "hidden:a");
  for (const char* outside :
       {"/secure/workspace2/a.txt", "/secure/workspac", "/secure", "/", "/etc/passwd",
        "/proc/self/root/etc/passwd", "/dev/mem", "/secure/workspace/../workspace2/a"})
    EXPECT_EQ(at("", outside), "!outside") << outside;
  EXPECT_EQ(at("", "../workspace2/a.txt"), "!outside");
  EXPECT_EQ(at("other", "a"), "!unknown_root");
  EXPECT_EQ(at("", "/../etc"), "!outside");
}

TEST(Roots, TakesNoRootThatHoldsEverything) {
  Roots roots;
  EXPECT_FALSE(roots.add("all", "/").ok());
  EXPECT_FALSE(roots.add("all", "/a/..").ok());
  EXPECT_FALSE(roots.add("relative", "a").ok());
  EXPECT_FALSE(roots.add("Upper", "/a").ok());
  EXPECT_FALSE(roots.add("", "/a").ok());
  EXPECT_TRUE(roots.add("one", "/a").ok());
  EXPECT_FALSE(roots.add("one", "/b").ok());
  EXPECT_EQ(cause_of(0), Cause::kIo);
  EXPECT_FALSE(Roots().locate("", "a").ok());
}

TEST(Skeleton, IsOneForAllThatLooksTheSame) {
  const std::pair<std::string_view, std::string_view> table[] = {
      {".git", ".git"},
      {".GIT", ".git"},
      {".GiT.", ".git"},
      {".git ", ".git"},
      {".git::$INDEX_ALLOCATION", ".git"},
      {".g\u200cit", ".git"},
      {".\u0261it", ".git"},                        // script g
      {".g\u0456t", ".git"},                        // Cyrillic i
      {".g\u0131t", ".git"},                        // dotless i
      {"\uff0e\uff47\uff49\uff54", ".git"},         // full width
      {"\u2024git", ".git"},                        // one dot leader
      {".\U0001d420\U0001d422\U0001d42d", ".git"},  // mathematical bold
      {".gi\u0301t", ".git"},                       // a mark
      {".g\u00edt", ".git"},
      {".\u0435nv", ".env"},  // Cyrillic e
      {".e\u03bdv",
       ".ev"
       "v"},  // Greek nu looks like v
      {"AGENTS.md", "agents.md"},
      {"\u0410G\u0415NTS.md", "agents.md"},
      {".m\u0441\u0440.json", ".mcp.json"},
      {"CLAUDE\u2024md", "claude.md"},
      {"\u212aeys", "keys"},  // Kelvin
      {"日本.md", "日本.md"},
  };
  for (const auto& [name, wanted] : table) EXPECT_EQ(skeleton(name), wanted) << name;
}

bool is_protected(std::string_view text, Access access) {
  return protection_of(*Path::parse(text), access).has_value();
}

TEST(Protection, HoldsForEverySpellingAndDepth) {
  for (const char* written : {".git/hooks/pre-commit",
                              "a/b/.git/config",
                              ".GIT/HOOKS/x",
                              ".git",
                              "git~1",
                              "sub/.git",
                              "x.git/hooks/post-update",
                              ".env",
                              ".env.local",
                              ".envrc",
                              "a/.ENV",
                              ".mcp.json",
                              ".cursor/mcp.json",
                              "AGENTS.md",
                              "docs/agents.MD",
                              "CLAUDE.md",
                              "CLAUDE.local.md",
                              ".cursorrules",
                              ".cursor/rules/x.mdc",
                              ".vscode/tasks.json",
                              ".idea/workspace.xml",
                              ".github/workflows/ci.yml",
                              ".github/copilot-instructions.md",
                              ".claude/settings.json",
                              ".bashrc",
                              ".git.",
                              ".git /hooks",
                              ".g\u0456t/hooks/x",
                              ".\u0435nv",
                              "yett.toml",
                              "policies/a.sqrt",
                              ".yett-0123.tmp",
                              ".husky/pre-commit",
                              ".gitmodules"})
    EXPECT_TRUE(is_protected(written, Access::kWrite)) << written;
  for (const char* open :
       {"git", "a.txt", ".github/ISSUE_TEMPLATE.md", "environment", "env", "src/.gitignore",
        "my.git.txt", "hooks/pre-commit", "config", "README.md", "agents/x.md", "日本.md", ".e"})
    EXPECT_FALSE(is_protected(open, Access::kWrite)) << open;
}

TEST(Protection, AgainstReadingIsForWhatHoldsKeys) {
  for (const char* secret : {".env", ".git/config", ".mcp.json", ".npmrc", "a/.ssh/id_ed25519"})
    EXPECT_TRUE(is_protected(secret, Access::kRead)) << secret;
  for (const char* open : {"AGENTS.md", ".git/HEAD", ".vscode/settings.json"})
    EXPECT_FALSE(is_protected(open, Access::kRead)) << open;
}

TEST(Protection, ASiteLiftsOnlyWhatItNames) {
  const Lifted lifted{"agents.md"};
  EXPECT_TRUE(check_lifted(lifted).ok());
  EXPECT_FALSE(check_lifted({"*"}).ok());
  EXPECT_FALSE(protection_of(*Path::parse("AGENTS.md"), Access::kWrite, lifted));
  EXPECT_TRUE(protection_of(*Path::parse(".git/AGENTS.md"), Access::kWrite, lifted));
}

TEST(Protection, EveryLineOfTheTableHasAReasonAndCanBeMet) {
  for (const Protection& p : protections()) {
    EXPECT_FALSE(p.reason.empty()) << p.pattern;
    std::string name(p.pattern);
    std::erase(name, '*');
    EXPECT_TRUE(is_protected(name, Access::kWrite)) << name;
  }
}

TEST(NameFits, FollowsItsSigns) {
  const std::tuple<std::string_view, std::string_view, bool> table[] = {
      {"*.py", "a.py", true},     {"*.py", "a.pyc", false}, {"*", "", true},
      {"?", "ü", true},           {"?", "", false},         {"a*b*c", "axxbyyc", true},
      {"a*b*c", "axxbyy", false}, {"[a-c]x", "bx", true},   {"[!a-c]x", "bx", false},
      {"[]]", "]", true},         {"\\*", "*", true},       {"\\*", "a", false},
      {"[à-ü]", "é", true},       {"a", "A", false},        {"**", "x", true},
  };
  for (const auto& [pattern, name, fits] : table)
    EXPECT_EQ(name_fits(pattern, name), fits) << pattern << " " << name;
}

TEST(NameFits, IsNotSlowOnManyStars) {
  std::string pattern;
  for (int i = 0; i < 100; ++i) pattern += "a*";
  EXPECT_FALSE(name_fits(pattern + "b", std::string(250, 'a')));
}

TEST(Glob, FitsWholePaths) {
  const std::tuple<std::string_view, std::string_view, bool> table[] = {
      {"*.py", "a.py", true},
      {"*.py", "d/a.py", false},
      {"**/*.md", "a.md", true},
      {"**/*.md", "x/y/a.md", true},
      {"src/**", "src/a/b", true},
      {"src/**", "other/a", false},
      {"src/**/test/*", "src/test/a", true},
      {"src/**/test/*", "src/x/y/test/a", true},
      {"src/**/test/*", "src/x/test", false},
      {"*.{cc,h}", "a.h", true},
      {"{a,b/{c,d}}/x", "b/d/x", true},
      {"{a,b/{c,d}}/x", "b/x", false},
      {"./a", "a", true},
  };
  for (const auto& [pattern, p, fits] : table) {
    const auto glob = Glob::parse(pattern);
    ASSERT_TRUE(glob.ok()) << pattern;
    EXPECT_EQ(glob->fits(*Path::parse(p)), fits) << pattern << " " << p;
  }
}

TEST(Glob, KnowsWhereItNeedNotLook) {
  const Glob glob = *Glob::parse("src/*/a.cc");
  EXPECT_TRUE(glob.may_fit_below(Path()));
  EXPECT_TRUE(glob.may_fit_below(*Path::parse("src")));
  EXPECT_TRUE(glob.may_fit_below(*Path::parse("src/x")));
  EXPECT_FALSE(glob.may_fit_below(*Path::parse("src/x/y")));
  EXPECT_FALSE(glob.may_fit_below(*Path::parse("docs")));
}

TEST(Glob, RefusesWhatLeadsOutOrCannotBeRead) {
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "a,";
  std::string product;
  for (int i = 0; i < 12; ++i) product += "{a,b}";
  for (const std::string& bad :
       {std::string(), std::string("/a"), std::string("../../../../etc/pass*"),
        std::string("a/../b"), std::string("{..,a}/b"), std::string("{/etc,a}"), std::string("[a"),
        std::string("{a"), std::string("\xff"), std::string(2000, 'a'), std::string("."),
        std::string("a\n"), many + "}", product})
    EXPECT_FALSE(Glob::parse(bad).ok()) << bad;
}

}  // namespace
}  // namespace workspace
