// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_workspace.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "runner/workspace/rig.h"
#include "runner/workspace/tools.h"
#include "schema/parse.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;
using schema::Value;
using Leaves = std::vector<wire::Leaf>;

wire::Leaf leaf(std::string name, std::string_view value,
                wire::LeafKind kind = wire::LeafKind::kString) {
  return {std::move(name), kind, std::string(value)};
}

// The folder of a case: its root, known to the tools by the root's path of the case, and outside of
// it the canary, which stands for every place out there.
class Folder {
 public:
  explicit Folder(std::string_view root) {
    rig_.put("a.txt", "inside\n");
    rig_.put("dir/b.py", "inside\n");
    rig_.put("top.py", "inside\n");
    rig_.put("readme.md", "foo\n");
    rig_.put("dir/deep/notes.md", "inside\n");
    workspace::Roots roots;
    CHECK(roots.add("main", root).ok());
    tools_.emplace(roots, std::vector<workspace::Workspace*>{&rig_.tools()});
  }

  // A link of that name to the canary folder, or to a name in it.
  void link_out(const std::string& name, const std::string& to = {}) {
    std::error_code ignored;
    fs::create_symlink(rig_.top() / "canary" / to, rig_.root() / name, ignored);
  }
  workspace::ToolAnswer call(std::string_view tool, const Leaves& arguments) {
    return tools_->call(tool, arguments);
  }
  // Nothing outside was changed, and `answer` holds nothing of it.
  bool kept_inside(const workspace::ToolAnswer& answer) const {
    return rig_.canary_lives() && answer.json.find("canary-") == std::string::npos &&
           answer.json.find("root:") == std::string::npos;
  }
  workspace::Rig& rig() { return rig_; }

 private:
  workspace::Rig rig_;
  std::optional<workspace::Tools> tools_;
};

// "allowed", "refused" (by confinement), or "ordinary": what any file tool says of such a name.
std::string_view kind_of(const workspace::ToolAnswer& answer) {
  if (answer.succeeded) return "allowed";
  const auto json = schema::parse(answer.json);
  const auto cause = json.ok() ? json->find_string("cause") : std::nullopt;
  if (!cause) return "unreadable";
  if (cause == "not_found") return "not found";
  if (cause == "exists" || cause == "not_a_directory" || cause == "is_a_directory")
    return "ordinary";
  return answer.violation || cause == "name_too_long" ? "refused" : "unreadable";
}

workspace::ToolAnswer operate(Folder& folder, std::string_view operation, std::string_view path) {
  if (operation == "read") return folder.call("read_file", {leaf("filepath", path)});
  if (operation == "write")
    return folder.call("write_file", {leaf("filepath", path), leaf("content", "written\n")});
  if (operation == "create")
    return folder.call("create_new_file", {leaf("filepath", path), leaf("contents", "made\n")});
  if (operation == "edit")
    return folder.call("edit_file", {leaf("filepath", path), leaf("old_text", "inside"),
                                     leaf("new_text", "changed")});
  if (operation == "delete") return folder.call("delete_file", {leaf("filepath", path)});
  return folder.call("ls",
                     {leaf("dirPath", path), leaf("recursive", "false", wire::LeafKind::kBoolean)});
}

std::vector<std::string> operations_of(const Value& given) {
  std::vector<std::string> out;
  if (const Value* list = given.find("operations"); list != nullptr && list->as_array() != nullptr)
    for (const Value& one : *list->as_array())
      if (one.as_string() != nullptr) out.push_back(*one.as_string());
  return out;
}

bool says(std::string_view verdict, std::string_view words) {
  return verdict.find(words) != verdict.npos;
}

// Which of the operations a verdict is about. A name that is only not found says nothing about
// making it.
bool is_about(std::string_view verdict, std::string_view operation) {
  if (says(verdict, "for list")) return operation == "list";
  if (says(verdict, "for write and create")) return operation == "write" || operation == "create";
  if (says(verdict, "for file operations")) return operation != "list";
  if (!says(verdict, "deny") && says(verdict, "not found"))
    return operation == "read" || operation == "list";
  return true;
}

bool fits(std::string_view verdict, std::string_view kind) {
  if (kind == "allowed") return says(verdict, "allow");
  if (kind == "refused") return says(verdict, "deny");
  // Nothing was done, but for no reason of confinement: other operations tell.
  if (kind == "ordinary") return says(verdict, "allow") || says(verdict, "deny");
  return kind == "not found" && (says(verdict, "not found") || says(verdict, "literal name"));
}

// A path in the words of the table, with what they say of it.
struct Told {
  std::string path;
  std::string_view link = "none";  // "outside", "inside"
  std::string_view kind = "plain";
};

// "NAME (symlink to TARGET)", "NAME (hard link to ...)", "NAME (fifo)" and "NAME/... where NAME
// leaves the workspace" say what stands there; `link_...` and `..._link` say it by their name.
Told told_of(std::string_view words, std::string_view root) {
  const std::size_t note = words.find(" (");
  const std::size_t where = words.find(" where ");
  Told out{std::string(words.substr(0, std::min(note, where)))};
  const std::string_view first = words.substr(0, words.find_first_of("/ "));
  const std::string_view said = note == words.npos ? std::string_view() : words.substr(note);
  if (const std::size_t at = said.find("symlink to "); at != said.npos) {
    const std::string_view target = said.substr(at + 11);
    const bool inside =
        target.starts_with(root) || (!target.starts_with("/") && !target.starts_with(".."));
    out.link = inside ? "inside" : "outside";
  } else if (says(said, "hard link") || says(said, "hardlink")) {
    out.kind = "hard link";
  } else if (says(said, "fifo") || says(said, "pipe")) {
    out.kind = "fifo";
  } else if (where != words.npos || first.starts_with("link_") || first.ends_with("_link")) {
    out.link = first.starts_with("link_in") || says(words, "inside") ? "inside" : "outside";
  }
  return out;
}

// A path of ordinary names that stays below the root: its file can be put there.
bool is_ordinary(const fs::path& path) {
  if (path.empty() || path.is_absolute() || path == "." || *path.begin() == "..") return false;
  const std::string text = path.string();
  const auto short_enough = [](const fs::path& name) { return name.string().size() <= 255; };
  if (!std::all_of(path.begin(), path.end(), short_enough)) return false;
  return !text.ends_with('/') &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) {
                       return c >= 0x80 || std::isalnum(c) != 0 ||
                              std::string_view("/._- ").find(char(c)) != std::string_view::npos;
                     }) &&
         text.find_first_not_of("./") != text.npos && !says(text, "....");
}

// What the words say, in the folder; for an operation on a file its file too.
void prepare(Folder& folder, const Told& told, std::string_view root, std::string_view operation) {
  const std::string first = told.path.substr(0, told.path.find('/'));
  const fs::path in_root = folder.rig().root() / first;
  if (told.link == "outside")
    return folder.link_out(first, told.path == first && says(first, "dangling") ? "new" : "");
  if (told.link == "inside") return fs::create_directory_symlink("dir", in_root);
  if (told.kind == "hard link")
    return fs::create_hard_link(folder.rig().top() / "canary/secret", in_root);
  if (told.kind == "fifo") {
    CHECK(::mkfifo(in_root.c_str(), 0600) == 0);
    return;
  }
  fs::path path = fs::path(told.path).lexically_normal();
  if (path.is_absolute()) path = path.lexically_relative(root);
  if (!is_ordinary(path)) return;
  if (operation == "create") fs::remove(folder.rig().root() / path);
  else folder.rig().put(path.string(), "inside\n");
}

void judge_path(const ScenarioRun& run, const Scenario& s, std::string_view root,
                std::string_view words, std::string_view verdict) {
  const Told told = told_of(words, root);
  std::string got;
  bool right = true;
  std::size_t allowed = 0;
  std::set<std::string> kinds;
  for (const std::string& operation : operations_of(s.given)) {
    Folder folder(root);
    prepare(folder, told, root, operation);
    const auto answer = operate(folder, operation, told.path);
    const std::string_view kind = kind_of(answer);
    kinds.emplace(kind);
    got += fmt::format("{}{} {}", got.empty() ? "" : ", ", operation, kind);
    if (!folder.kept_inside(answer)) right = false, got += " and reached outside";
    if (!is_about(verdict, operation)) continue;
    allowed += kind == "allowed" ? 1 : 0;
    right = right && fits(verdict, kind);
  }
  if (verdict == "allow") right = right && allowed > 0;
  if (verdict == "deny") right = right && kinds.contains("refused");
  Case c = s.c;
  c.facts = {{"answer", kinds.size() == 1 ? *kinds.begin() : "mixed"},
             {"link", std::string(told.link)}};
  if (right && !got.empty()) run.report.passed(c);
  else run.report.failed(c, fmt::format("expected '{}', got {}", verdict, got));
}

// The directory becomes a link out between any two system calls of each operation.
void judge_race(const ScenarioRun& run, const Scenario& s, std::string_view root) {
  std::size_t swaps = 0;
  for (const std::string& operation : operations_of(s.given)) {
    for (std::uint64_t n = 1; n < 60; ++n) {
      Folder folder(root);
      folder.rig().put("race/secret", "inside\n");
      std::uint64_t left = n;
      folder.rig().disk().before_each([&] {
        if (--left != 0) return;
        ++swaps;
        fs::rename(folder.rig().root() / "race", folder.rig().root() / "aside");
        folder.link_out("race");
      });
      const auto answer = operate(folder, operation, operation == "list" ? "race" : "race/secret");
      folder.rig().disk().before_each({});
      if (!folder.kept_inside(answer))
        return run.report.failed(
            s.c, fmt::format("{} reached outside, swapped at call {}", operation, n));
      if (left > 0 && left < n) break;  // there are fewer calls
    }
  }
  swaps > 0 ? run.report.passed(s.c) : run.report.failed(s.c, "nothing was raced");
}

std::set<std::string> files_in(const workspace::ToolAnswer& answer, std::string_view list,
                               std::string_view name) {
  std::set<std::string> out;
  const auto json = schema::parse(answer.json);
  const Value* items = json.ok() ? json->find(list) : nullptr;
  if (items == nullptr || items->as_array() == nullptr) return out;
  for (const Value& one : *items->as_array()) {
    const Value* file = name.empty() ? &one : one.find(name);
    if (file != nullptr && file->as_string() != nullptr) out.insert(*file->as_string());
  }
  return out;
}

void judge_glob(const ScenarioRun& run, const Scenario& s, std::string_view root,
                std::string_view glob, std::string_view verdict) {
  Folder folder(root);
  folder.link_out("out");
  // Something that fits, whatever the pattern ends in.
  if (const std::size_t dot = glob.rfind('.'); dot != glob.npos && dot + 1 < glob.size()) {
    const std::string end(glob.substr(dot));
    if (is_ordinary("x" + end)) {
      for (const char* name : {"sample", "dir/sample", "dir/deep/sample"})
        folder.rig().put(name + end, "inside\n");
    }
  }
  const auto answer = folder.call("file_glob_search", {leaf("pattern", glob)});
  const auto files = files_in(answer, "files", "");
  Case c = s.c;
  c.facts = {{"answer", answer.succeeded ? fmt::format("{} files", files.size()) : "refused"}};
  bool right = folder.kept_inside(answer);
  for (const std::string& file : files)
    right = right && fs::is_regular_file(fs::symlink_status(folder.rig().root() / file)) &&
            !says(file, "..");
  if (says(verdict, "deny") || says(verdict, "empty")) right = right && files.empty();
  else right = right && answer.succeeded && !files.empty();
  if (right) run.report.passed(c);
  else run.report.failed(c, fmt::format("expected '{}', got {}", verdict, answer.json));
}

// No child was started: none is there, and none that ended has used anything.
bool no_process_ran() {
  rusage used{};
  return ::waitpid(-1, nullptr, WNOHANG) < 0 && ::getrusage(RUSAGE_CHILDREN, &used) == 0 &&
         used.ru_maxrss == 0;
}

void judge_query(const ScenarioRun& run, const Scenario& s, std::string_view root,
                 std::string_view query, std::string_view verdict) {
  Folder folder(root);
  folder.link_out("out");
  folder.rig().put("queries.txt", fmt::format("before\n{}\n", query));
  const bool none_before = no_process_ran();
  std::string told;
  bool right = says(verdict, "literal argument");
  for (const char* tool : {"grep_search", "search_files"}) {
    Leaves arguments{leaf("query", query)};
    if (std::string_view(tool) == "search_files") arguments.push_back(leaf("directory", "."));
    const auto answer = folder.call(tool, arguments);
    const auto files = files_in(answer, "results", "file");
    told += fmt::format("{}: {}; ", tool, fmt::join(files, " "));
    // As a regular expression it may mean something else, or nothing; as it stands it is found.
    const bool stands = std::string_view(tool) == "search_files";
    right = right && folder.kept_inside(answer) && (!stands || files.contains("queries.txt"));
    for (const std::string& file : files)
      right = right && fs::is_regular_file(fs::symlink_status(folder.rig().root() / file));
  }
  // Other tables of this run may have started programs; then the second part cannot be told.
  if (none_before) right = right && no_process_ran();
  if (right) run.report.passed(s.c);
  else run.report.failed(s.c, fmt::format("expected '{}', got {}", verdict, told));
}

void judge(const ScenarioRun& run, const Scenario& s) {
  const std::string_view root = s.given.find_string("workspace_root").value_or("");
  const std::string_view verdict = s.expect.find_string("verdict").value_or("");
  if (const auto glob = s.given.find_string("glob"))
    return judge_glob(run, s, root, *glob, verdict);
  if (const auto query = s.given.find_string("grep_query"))
    return judge_query(run, s, root, *query, verdict);
  const auto path = s.given.find_string("path");
  if (!path) return run.report.skipped(s.c, Skip::kProse, "neither path nor glob nor query");
  if (says(*path, "(race)")) return judge_race(run, s, root);
  judge_path(run, s, root, *path, verdict);
}

}  // namespace

void run_oap_workspace(const ScenarioRun& run) {
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge(run, s);
}

}  // namespace conformance
