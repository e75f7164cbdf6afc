// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/protect.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runner/workspace/glob.h"
#include "runner/workspace/skeleton.h"

namespace workspace {
namespace {

constexpr std::string_view kGit = "git runs what its folder says";
constexpr std::string_view kKeys = "it holds credentials";
constexpr std::string_view kEditor = "editors run what it says when the folder is opened";
constexpr std::string_view kAgent = "agents follow what it says";
constexpr std::string_view kMcp = "it says which programs an agent starts, and holds their keys";
constexpr std::string_view kShell = "shells run it";
constexpr std::string_view kBuild = "it runs with others' rights when the work is pushed";
constexpr std::string_view kOwn = "it is Yett's own configuration";

// Patterns are in the form that skeleton() gives: lower case, no accents.
constexpr std::array kTable{
    Protection{".git", false, kGit},   // hooks, config, attributes, worktrees; a file `.git`, too
    Protection{"git~*", false, kGit},  // its short name on Windows' file systems
    Protection{".git/config", true, kKeys},
    Protection{"*.git/hooks", false, kGit},  // a bare repository
    Protection{"*.git/config", true, kKeys},
    Protection{".gitmodules", false, kGit},
    Protection{".gitconfig", true, kGit},
    Protection{".git-credentials", true, kKeys},
    Protection{".hg", false, "mercurial runs what its folder says"},
    Protection{".svn", false, "subversion keeps hooks and passwords there"},
    Protection{".jj", false, "jujutsu runs what its folder says"},
    Protection{".husky", false, kGit},
    Protection{".githooks", false, kGit},
    Protection{".pre-commit-config.yaml", false, kGit},
    Protection{"lefthook.y*ml", false, kGit},
    Protection{".env*", true, kKeys},  // .envrc is run by direnv as well
    Protection{".netrc", true, kKeys},
    Protection{".npmrc", true, kKeys},
    Protection{".pypirc", true, kKeys},
    Protection{".ssh", true, kKeys},
    Protection{".gnupg", true, kKeys},
    Protection{".aws", true, kKeys},
    Protection{".kube", true, kKeys},
    Protection{".docker/config.json", true, kKeys},
    Protection{".mcp.json", true, kMcp},
    Protection{"mcp.json", true, kMcp},
    Protection{"mcp_config.json", true, kMcp},
    Protection{"claude_desktop_config.json", true, kMcp},
    Protection{".vscode", false, kEditor},
    Protection{"*.code-workspace", false, kEditor},
    Protection{".idea", false, kEditor},
    Protection{".zed", false, kEditor},
    Protection{".fleet", false, kEditor},
    Protection{".devcontainer", false, kEditor},
    Protection{".devcontainer.json", false, kEditor},
    Protection{".vimrc", false, kEditor},
    Protection{".exrc", false, kEditor},
    Protection{".nvimrc", false, kEditor},
    Protection{".nvim.lua", false, kEditor},
    Protection{".dir-locals*.el", false, kEditor},
    Protection{"agents.md", false, kAgent},
    Protection{"agents.*.md", false, kAgent},
    Protection{"agent.md", false, kAgent},
    Protection{"claude.md", false, kAgent},
    Protection{"claude.*.md", false, kAgent},
    Protection{"gemini.md", false, kAgent},
    Protection{".claude", false, kAgent},
    Protection{".claude.json", true, kMcp},
    Protection{".cursor", false, kAgent},
    Protection{".cursorrules", false, kAgent},
    Protection{".cursorignore", false, kAgent},
    Protection{".windsurf*", false, kAgent},
    Protection{".clinerules*", false, kAgent},
    Protection{".roo*", false, kAgent},
    Protection{".kilocode*", false, kAgent},
    Protection{".continue*", false, kAgent},
    Protection{".aider*", false, kAgent},
    Protection{".codex", false, kAgent},
    Protection{".gemini", false, kAgent},
    Protection{".goosehints", false, kAgent},
    Protection{".agents", false, kAgent},
    Protection{".rules", false, kAgent},
    Protection{".rules.json", false, kAgent},
    Protection{".github/copilot-instructions.md", false, kAgent},
    Protection{".github/instructions", false, kAgent},
    Protection{".github/agents", false, kAgent},
    Protection{".github/prompts", false, kAgent},
    Protection{".github/workflows", false, kBuild},
    Protection{".github/actions", false, kBuild},
    Protection{".gitlab-ci.y*ml", false, kBuild},
    Protection{".circleci", false, kBuild},
    Protection{".bashrc", false, kShell},
    Protection{".bash_*", false, kShell},
    Protection{".profile", false, kShell},
    Protection{".zshrc", false, kShell},
    Protection{".zshenv", false, kShell},
    Protection{".zprofile", false, kShell},
    Protection{".zlog*", false, kShell},
    Protection{".cshrc", false, kShell},
    Protection{".config/fish", false, kShell},
    Protection{"yett.toml", false, kOwn},
    Protection{"yett.lock", false, kOwn},
    Protection{"*.sqrt", false, kOwn},
};

using Names = std::vector<std::string>;

// Whether the names of `pattern` fit skeletons[from...].
bool stands_at(std::string_view pattern, const Names& skeletons, std::size_t from) {
  while (!pattern.empty()) {
    const std::string_view name = pattern.substr(0, pattern.find('/'));
    pattern.remove_prefix(std::min(name.size() + 1, pattern.size()));
    if (from == skeletons.size() || !name_fits(name, skeletons[from])) return false;
    ++from;
  }
  return true;
}

bool stands_in(std::string_view pattern, const Names& skeletons) {
  for (std::size_t from = 0; from < skeletons.size(); ++from)
    if (stands_at(pattern, skeletons, from)) return true;
  return false;
}

}  // namespace

std::span<const Protection> protections() { return kTable; }

bool is_reserved(std::string_view name) {
  const std::string look = skeleton(name);
  return look.starts_with(".yett-") && look.ends_with(".tmp");
}

Done check_lifted(const Lifted& lifted) {
  for (const std::string& pattern : lifted) {
    const bool known = std::any_of(kTable.begin(), kTable.end(),
                                   [&](const Protection& p) { return p.pattern == pattern; });
    if (!known)
      return fail(Cause::kBadArguments, fmt::format("`{}` is not a protected pattern", pattern));
  }
  return done();
}

std::optional<Protection> protection_of(const Path& path, Access access, const Lifted& lifted) {
  Names skeletons;
  for (const std::string& name : path.components()) {
    if (is_reserved(name)) return Protection{".yett-*.tmp", true, kOwn};
    skeletons.push_back(skeleton(name));
  }
  for (const Protection& p : kTable) {
    if (access == Access::kRead && !p.reading) continue;
    if (!stands_in(p.pattern, skeletons)) continue;
    if (std::find(lifted.begin(), lifted.end(), p.pattern) == lifted.end()) return p;
  }
  return std::nullopt;
}

Done check_protection(const Path& path, Access access, const Lifted& lifted) {
  const auto found = protection_of(path, access, lifted);
  if (!found) return done();
  return fail(Cause::kProtected,
              fmt::format("`{}` is protected: {}", found->pattern, found->reason));
}

}  // namespace workspace
