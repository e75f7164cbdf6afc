// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/bytes.h"
#include "runner/workspace/json.h"

namespace workspace {
namespace {

using Leaves = std::span<const wire::Leaf>;

Failure bad_argument(std::string what) { return fail(Cause::kBadArguments, std::move(what)); }

// The arguments of one call, checked against the tool's parameters.
class Given {
 public:
  static Outcome<Given> create(const ToolDescription& tool, Leaves arguments) {
    Given out;
    for (const wire::Leaf& leaf : arguments) {
      const auto kind = kind_of(tool, leaf.path);
      if (!kind)
        return bad_argument(fmt::format("unknown argument `{}`", base::printable(leaf.path)));
      if (*kind != leaf.kind) return bad_argument(fmt::format("`{}` has another type", leaf.path));
      if (!out.values_.emplace(leaf.path, leaf.text).second)
        return bad_argument(fmt::format("`{}` stands twice", leaf.path));
    }
    for (const Parameter& p : tool.parameters)
      if (p.required && !out.values_.contains(p.name))
        return bad_argument(fmt::format("missing argument `{}`", p.name));
    return out;
  }

  bool has(std::string_view name) const { return values_.contains(name); }
  std::string_view text(std::string_view name, std::string_view otherwise = {}) const {
    const auto at = values_.find(name);
    return at == values_.end() ? otherwise : std::string_view(at->second);
  }
  bool flag(std::string_view name) const { return text(name) == "true"; }
  // Nothing if it is not given. kBadArguments: not a whole number from 0 on.
  Outcome<std::optional<std::uint64_t>> number(std::string_view name) const {
    if (!has(name)) return std::optional<std::uint64_t>();
    const std::string_view digits = text(name);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
      return bad_argument(fmt::format("`{}` is not a whole number from 0 on", name));
    return std::optional(value);
  }

 private:
  static std::optional<wire::LeafKind> kind_of(const ToolDescription& tool, std::string_view name) {
    if (name == "root") return wire::LeafKind::kString;
    for (const Parameter& p : tool.parameters)
      if (p.name == name) return p.kind;
    return std::nullopt;
  }
  std::map<std::string, std::string, std::less<>> values_;
};

// One call under way.
class Call {
 public:
  Call(const Roots& roots, const std::vector<Workspace*>& workspaces, const Given& given)
      : roots_(roots), workspaces_(workspaces), given_(given) {}

  Done run(std::string_view tool) {
    if (tool == "read_file") return read();
    if (tool == "write_file") return write();
    if (tool == "create_new_file") return create();
    if (tool == "edit_existing_file") return edit_whole();
    if (tool == "edit_file") return edit_text();
    if (tool == "create_directory") return make_directory();
    if (tool == "delete_file") return remove();
    if (tool == "move_file") return move();
    if (tool == "grep_search" || tool == "search_files") return search(tool == "search_files");
    if (tool == "file_glob_search") return glob();
    if (tool == "ls") return list("dirPath");
    if (tool == "list_files") return list("directory");
    if (tool == "stat_file") return stat();
    if (tool == "view_diff") return diff();
    return fail(Cause::kBadArguments, "the tool has no body");
  }
  ToolAnswer take() { return std::move(answer_); }
  std::string_view asked_for() const { return asked_for_; }

 private:
  // The root and the path of the argument `name`.
  Outcome<Path> locate(std::string_view name, std::string_view otherwise = {}) {
    asked_for_ = given_.text(name, otherwise);
    TRY_AS(Located found, roots_.locate(given_.text("root"), asked_for_));
    if (located_ && found.root != answer_.root)
      return fail(Cause::kCrossesRoots, "both paths are in one root");
    located_ = true;
    answer_.root = found.root;
    return std::move(found.path);
  }
  Outcome<Path> directory(std::string_view name) {
    // OAP's `ls` says "/" for the root.
    const bool whole = !given_.has(name) || given_.text(name) == "/" || given_.text(name).empty();
    if (!whole) return locate(name);
    asked_for_ = ".";
    TRY_AS(const Located found, roots_.locate(given_.text("root"), "."));
    answer_.root = found.root;
    return found.path;
  }
  Workspace& files() { return *workspaces_[answer_.root]; }

  template <class Answer> Done done_with(Answer& answer) {
    answer_.touched = std::move(answer.touched);
    answer_.json = json_of(answer);
    return done();
  }
  Done changed(ChangeAnswer& answer, const Path& path, std::string_view verb) {
    if (answer.after) answer_.written.emplace_back(path, *answer.after);
    answer_.touched = std::move(answer.touched);
    answer_.json = json_of(answer, fmt::format("{} {}", path.text(), verb));
    return done();
  }

  Done read() {
    TRY_AS(const Path path, locate("filepath"));
    ReadWanted wanted;
    TRY_AS(wanted.first_line, given_.number("first_line"));
    TRY_AS(wanted.last_line, given_.number("last_line"));
    TRY_AS(wanted.offset, given_.number("offset"));
    TRY_AS(wanted.length, given_.number("length"));
    const std::string_view encoding = given_.text("encoding", "text");
    if (encoding != "text" && encoding != "base64") return bad_argument("an unknown encoding");
    if (encoding == "base64") wanted.encoding = Encoding::kBase64;
    TRY_AS(ReadAnswer answer, files().read(path, wanted));
    return done_with(answer);
  }
  Done write() {
    TRY_AS(const Path path, locate("filepath"));
    WriteWanted wanted{.content = given_.text("content")};
    if (given_.flag("sync")) wanted.durability = Durability::kSynced;
    if (given_.has("expected_sha256")) {
      const auto bytes = base::unhex(given_.text("expected_sha256"));
      base::Digest digest{};
      if (!bytes || bytes->size() != digest.size()) return bad_argument("not a SHA-256");
      std::copy(bytes->begin(), bytes->end(), digest.begin());
      wanted.expected = digest;
    }
    TRY_AS(ChangeAnswer answer, files().write(path, wanted));
    return changed(answer, path, answer.created ? "created" : "written");
  }
  Done create() {
    TRY_AS(const Path path, locate("filepath"));
    TRY_AS(ChangeAnswer answer,
           files().create(path, {.content = given_.text("contents"), .parents = Parents::kMake}));
    return changed(answer, path, "created");
  }
  // A diff shows what it is by its first line; anything else is the whole file, as OAP has it.
  Done edit_whole() {
    TRY_AS(const Path path, locate("filepath"));
    const std::string_view changes = given_.text("changes");
    const bool diff = changes.starts_with("--- ") || changes.starts_with("@@ -") ||
                      changes.starts_with("diff --git ");
    TRY_AS(const ReadAnswer old, files().read(path, {.encoding = Encoding::kBase64}));
    WriteWanted whole{.content = changes};
    whole.expected = old.digest;
    TRY_AS(ChangeAnswer answer,
           diff ? files().edit(path, {.diff = changes}) : files().write(path, whole));
    return changed(answer, path, "updated");
  }
  Done edit_text() {
    TRY_AS(const Path path, locate("filepath"));
    const auto occurrence =
        given_.flag("replace_all") ? Occurrence::kEach : Occurrence::kTheOnlyOne;
    TRY_AS(ChangeAnswer answer, files().edit(path, {.old_text = given_.text("old_text"),
                                                    .new_text = given_.text("new_text"),
                                                    .occurrence = occurrence}));
    return changed(answer, path, "updated");
  }
  Done make_directory() {
    TRY_AS(const Path path, locate("path"));
    TRY_AS(ChangeAnswer answer, files().make_directory(path, Parents::kMake));
    return changed(answer, path, "created");
  }
  Done remove() {
    TRY_AS(const Path path, locate("filepath"));
    TRY_AS(ChangeAnswer answer, files().remove(path));
    return changed(answer, path, "deleted");
  }
  Done move() {
    TRY_AS(const Path from, locate("from"));
    TRY_AS(const Path to, locate("to"));
    asked_for_ = given_.text("from");
    TRY_AS(ChangeAnswer answer, files().move(from, to));
    answer_.moved.emplace_back(from, to);
    return changed(answer, from, "moved to " + to.text());
  }
  Done search(bool literal) {
    TRY_AS(const Path path, directory("directory"));
    using Wanted = SearchWanted;
    Wanted wanted{.query = given_.text("query"), .glob = given_.text("glob")};
    if (literal || given_.flag("literal")) wanted.form = Wanted::Form::kLiteral;
    if (given_.flag("ignore_case")) wanted.letters = Wanted::Case::kInsensitive;
    TRY_AS(SearchAnswer answer, files().search(path, wanted));
    return done_with(answer);
  }
  Done glob() {
    TRY_AS(const Path path, directory("directory"));
    TRY_AS(ListAnswer answer, files().glob(path, given_.text("pattern")));
    return done_with(answer);
  }
  Done list(std::string_view name) {
    TRY_AS(const Path path, directory(name));
    TRY_AS(ListAnswer answer, files().list(path, {.recursive = given_.flag("recursive")}));
    return done_with(answer);
  }
  Done stat() {
    TRY_AS(const Path path, directory("filepath"));
    TRY_AS(StatAnswer answer, files().stat(path));
    answer_.touched = std::move(answer.touched);
    answer_.json = json_of(answer, path);
    return done();
  }
  Done diff() {
    TRY_AS(const Path root, directory("none"));
    TRY_AS(const auto since, given_.number("since"));
    TRY_AS(DiffAnswer answer, files().diff(since.value_or(0)));
    return done_with(answer);
  }

  const Roots& roots_;
  const std::vector<Workspace*>& workspaces_;
  const Given& given_;
  ToolAnswer answer_;
  std::string asked_for_;
  bool located_ = false;
};

bool is_about_directory(std::string_view tool) {
  return tool == "ls" || tool == "list_files" || tool == "search_files" || tool == "grep_search" ||
         tool == "file_glob_search";
}

ToolAnswer refusal(const Failure& failure) {
  ToolAnswer out;
  out.json = json_of(failure);
  out.violation = is_violation(failure.cause);
  return out;
}

}  // namespace

Tools::Tools(Roots roots, std::vector<Workspace*> workspaces)
    : roots_(std::move(roots)), workspaces_(std::move(workspaces)) {
  CHECK(roots_.size() == workspaces_.size());
}

ToolAnswer Tools::call(std::string_view name, Leaves arguments) {
  const ToolDescription* tool = find_tool(name);
  if (tool == nullptr)
    return refusal(fail(Cause::kBadArguments,
                        fmt::format("Unknown tool: {}", base::printable(name.substr(0, 128)))));
  const auto given = Given::create(*tool, arguments);
  if (!given.ok()) return refusal(given.error());
  Call call(roots_, workspaces_, *given);
  const Done ended = call.run(tool->name);
  if (ended.ok()) {
    ToolAnswer out = call.take();
    out.succeeded = true;
    return out;
  }
  Failure failure = ended.error();
  // In the words of OAP-031, with the path as it was asked for.
  if (failure.cause == Cause::kNotFound)
    failure.message =
        fmt::format("{} not found: {}", is_about_directory(tool->name) ? "Directory" : "File",
                    base::printable(call.asked_for()));
  return refusal(failure);
}

}  // namespace workspace
