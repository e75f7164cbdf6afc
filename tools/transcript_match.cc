// SPDX-License-Identifier: Apache-2.0
// Reading transcripts and comparing output with them.
#include <charconv>

#include "transcript.h"

namespace transcript {
namespace {

constexpr std::string_view kAny = "[..]";
constexpr std::string_view kFence = "```";
constexpr std::string_view kFileWord = " file ";

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool file_line(std::string_view line) {
  return line.size() > 6 && line.starts_with("-- ") && line.ends_with(" --");
}

base::Error at(std::size_t line, const std::string& what) {
  return base::invalid("line " + std::to_string(line) + ": " + what);
}

base::Status add_line(Script& script, std::size_t n, std::string_view line) {
  if (line.starts_with("$ ")) {
    script.steps.push_back({n, std::string(line.substr(2)), {}, 0});
  } else if (line.starts_with("# ") || line == "#") {
    return base::ok();
  } else if (script.steps.empty()) {
    if (!line.empty()) return at(n, "output before the first command");
  } else if (line.starts_with("? ")) {
    const char* const end = line.data() + line.size();
    const auto parsed = std::from_chars(line.data() + 2, end, script.steps.back().status);
    if (parsed.ptr != end) return at(n, "an exit status is a number");
  } else {
    script.steps.back().expected.emplace_back(line);
  }
  return base::ok();
}

base::Result<std::string> file_name(std::size_t n, std::string_view line) {
  const std::string name(line.substr(3, line.size() - 6));
  if (name.starts_with('/') || name.find("..") != std::string::npos) {
    return at(n, "a file stays in the folder of the run");
  }
  return name;
}

// The rest of `lines` from `l` against the rest of `patterns` from `p`.
bool matches_from(const std::vector<std::string>& patterns, std::size_t p,
                  const std::vector<std::string>& lines, std::size_t l) {
  for (; p < patterns.size(); ++p, ++l) {
    if (patterns[p] == "...") {
      for (std::size_t skip = l; skip <= lines.size(); ++skip) {
        if (matches_from(patterns, p + 1, lines, skip)) return true;
      }
      return false;
    }
    if (l >= lines.size() || !matches_line(patterns[p], lines[l])) return false;
  }
  return l == lines.size();
}

}  // namespace

base::Result<Script> parse(std::string_view text) {
  Script script;
  std::string* file = nullptr;
  for (std::size_t n = 1; !text.empty(); ++n) {
    const std::string_view line = take_line(text);
    if (file_line(line)) {
      TRY_AS(std::string name, file_name(n, line));
      file = &script.files.emplace_back(std::move(name), "").second;
    } else if (file != nullptr) {
      file->append(line).append("\n");
    } else {
      TRY(add_line(script, n, line));
    }
  }
  if (script.steps.empty()) return base::invalid("no line begins with `$ `");
  // Empty lines between steps are for the reader.
  for (Step& step : script.steps) {
    while (!step.expected.empty() && step.expected.back().empty()) step.expected.pop_back();
  }
  return script;
}

base::Result<Script> parse_markdown(std::string_view text) {
  std::string kept;  // the same lines, with all that is not a transcript emptied
  std::string files;
  bool inside = false;
  bool in_file = false;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const bool fence = line.starts_with(kFence);
    if (inside && !fence) kept += line;
    if (in_file && !fence) files.append(line).append("\n");
    if (fence) {
      inside = line == "```console transcript";
      const std::size_t at = line.find(kFileWord);
      in_file = at != std::string_view::npos;
      if (in_file) files.append("-- ").append(line.substr(at + kFileWord.size())).append(" --\n");
    }
    kept += '\n';
  }
  return parse(kept + files);
}

bool matches_line(std::string_view pattern, std::string_view line) {
  const std::size_t any = pattern.find(kAny);
  if (any == std::string_view::npos) return pattern == line;
  if (!line.starts_with(pattern.substr(0, any))) return false;
  pattern.remove_prefix(any + kAny.size());
  for (std::size_t from = any; from <= line.size(); ++from) {
    if (matches_line(pattern, line.substr(from))) return true;
  }
  return false;
}

bool matches(const std::vector<std::string>& patterns, const std::vector<std::string>& lines) {
  return matches_from(patterns, 0, lines, 0);
}

}  // namespace transcript
