// SPDX-License-Identifier: Apache-2.0
// What each tool takes.
#include <algorithm>
#include <array>

#include "runner/workspace/tools.h"

namespace workspace {
namespace {

using enum wire::LeafKind;
constexpr bool kMust = true;
constexpr bool kMay = false;

constexpr Parameter kFile{"filepath", kString, "path", kMust,
                          "path of the file, relative to the root"};

constexpr Parameter kPathOnly[] = {kFile};
constexpr Parameter kReadFile[] = {kFile,
                                   {"first_line", kInteger, "", kMay, "the first line, from 1"},
                                   {"last_line", kInteger, "", kMay, "the last line, included"},
                                   {"offset", kInteger, "", kMay, "the first byte, from 0"},
                                   {"length", kInteger, "", kMay, "how many bytes"},
                                   {"encoding", kString, "", kMay, "`text` (default) or `base64`"}};
constexpr Parameter kWriteFile[] = {
    kFile,
    {"content", kString, "content", kMust, "the whole new contents"},
    {"expected_sha256", kString, "", kMay, "refuse unless the file still has this digest"},
    {"sync", kBoolean, "", kMay, "return only when it is on the disk"}};
constexpr Parameter kCreateNew[] = {
    kFile, {"contents", kString, "content", kMust, "the contents of the new file"}};
constexpr Parameter kEditExisting[] = {kFile,
                                       {"changes", kString, "content", kMust,
                                        "a unified diff of this file, or its whole new contents"}};
constexpr Parameter kEditFile[] = {
    kFile,
    {"old_text", kString, "content", kMust, "the text to replace; stands there exactly once"},
    {"new_text", kString, "content", kMust, "what to put in its place"},
    {"replace_all", kBoolean, "", kMay, "replace every occurrence"}};
constexpr Parameter kMove[] = {
    {"from", kString, "path", kMust, "what to move"},
    {"to", kString, "path", kMust, "its new path; nothing stands there"}};
constexpr Parameter kMakeDirectory[] = {
    {"path", kString, "path", kMust, "path of the new directory"}};
constexpr Parameter kGrep[] = {{"query", kString, "query", kMust, "a regular expression (RE2)"},
                               {"directory", kString, "path", kMay, "where to search"},
                               {"glob", kString, "", kMay, "only files whose path fits"},
                               {"literal", kBoolean, "", kMay, "take the query as it stands"},
                               {"ignore_case", kBoolean, "", kMay, "letters of either case"}};
constexpr Parameter kSearchFiles[] = {
    {"directory", kString, "path", kMust, "where to search"},
    {"query", kString, "query", kMust, "the text to find, as it stands"}};
constexpr Parameter kGlob[] = {
    {"pattern", kString, "query", kMust, "`*`, `**`, `?`, `[a-z]`, `{a,b}`"},
    {"directory", kString, "path", kMay, "where to look"}};
constexpr Parameter kLs[] = {
    {"dirPath", kString, "path", kMust, "the directory; `/` or `.` is the root"},
    {"recursive", kBoolean, "", kMay, "directories in it, too"}};
constexpr Parameter kListFiles[] = {{"directory", kString, "path", kMust, "the directory"}};
constexpr Parameter kViewDiff[] = {
    {"since", kInteger, "", kMay, "the step to compare with; 0 (default) is the oldest kept"}};

constexpr std::array kTools{
    ToolDescription{"create_directory", Effect::kWrite, "Make a directory and its parents.",
                    kMakeDirectory},
    ToolDescription{"create_new_file", Effect::kWrite,
                    "Make a file that does not exist, and its parents.", kCreateNew},
    ToolDescription{"delete_file", Effect::kDestroy, "Move a file or a directory to the trash.",
                    kPathOnly},
    ToolDescription{"edit_existing_file", Effect::kWrite, "Change a file that exists.",
                    kEditExisting},
    ToolDescription{"edit_file", Effect::kWrite, "Replace a text in a file.", kEditFile},
    ToolDescription{"file_glob_search", Effect::kRead, "Find files by their paths.", kGlob},
    ToolDescription{"grep_search", Effect::kRead, "Find lines in files.", kGrep},
    ToolDescription{"list_files", Effect::kRead, "List a directory.", kListFiles},
    ToolDescription{"ls", Effect::kRead, "List a directory.", kLs},
    ToolDescription{"move_file", Effect::kWrite, "Move or rename a file or a directory.", kMove},
    ToolDescription{"read_file", Effect::kRead, "Read a file, or some of its lines or bytes.",
                    kReadFile},
    ToolDescription{"search_files", Effect::kRead, "Find a text in files.", kSearchFiles},
    ToolDescription{"stat_file", Effect::kRead, "Say what stands under a path.", kPathOnly},
    ToolDescription{"view_diff", Effect::kRead, "Show what the tools have changed.", kViewDiff},
    ToolDescription{"write_file", Effect::kWrite, "Write a file as a whole.", kWriteFile},
};

}  // namespace

std::span<const ToolDescription> tool_descriptions() { return kTools; }

const ToolDescription* find_tool(std::string_view name) {
  if (name.starts_with("builtin_")) name.remove_prefix(8);
  const auto* at = std::find_if(kTools.begin(), kTools.end(),
                                [name](const ToolDescription& t) { return t.name == name; });
  return at == kTools.end() ? nullptr : at;
}

}  // namespace workspace
