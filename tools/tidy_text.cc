// SPDX-License-Identifier: Apache-2.0
// What can be seen in single lines, and the heads of files.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tidy.h"

namespace tidy {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::string_view kSpdx = "SPDX-License-Identifier: Apache-2.0";

constexpr std::array kOpenEnds{"TODO", "FIXME", "XXX"};
constexpr std::string_view kMachine = "/work/";
constexpr std::array kRegistries{"registry.npmjs", "pypi.org",       "crates.io", "docker.io",
                                 "proxy.golang",   "deb.debian.org", "ghcr.io"};

bool makefile(const File& f) { return f.path == "Makefile" || f.is("/Makefile"); }

// Columns as a reader counts them: continuation bytes of UTF-8 take none.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool ascii(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) { return (c & 0x80) == 0; });
}

// Zero-width characters and bidirectional controls (U+200B-F, U+202A-E, U+2060-F, U+FEFF): they
// make a reader see other code than the compiler does.
bool deceptive(std::string_view line) {
  for (std::size_t i = 0; i + 2 < line.size(); ++i) {
    const std::string_view c = line.substr(i, 3);
    const auto last = static_cast<unsigned char>(c[2]);
    if (c == "\xef\xbb\xbf") return true;
    if (c.starts_with("\xe2\x80") && ((last >= 0x8B && last <= 0x8F) || last >= 0xAA) &&
        last <= 0xAE)
      return true;
    if (c.starts_with("\xe2\x81") && last >= 0xA0 && last <= 0xAF) return true;
  }
  return false;
}

// An open end is fine where it names its issue: the mark, then "(#12)".
bool names_issue(std::string_view after) {
  if (!after.starts_with("(#")) return false;
  const std::size_t end = after.find_first_not_of("0123456789", 2);
  return end != std::string_view::npos && end > 2 && after[end] == ')';
}

bool word_at(std::string_view line, std::size_t at, std::size_t size) {
  const auto letter = [&](std::size_t i) {
    return i < line.size() && (std::isalnum(static_cast<unsigned char>(line[i])) || line[i] == '_');
  };
  return (at == 0 || !letter(at - 1)) && !letter(at + size);
}

void check_marks(const File& f, std::size_t n, std::string_view line, Findings& out) {
  if (f.under("tools/tidy_te")) return;  // this file and its test spell the marks out
  for (const std::string_view mark : kOpenEnds) {
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos || !word_at(line, at, mark.size())) continue;
    if (names_issue(line.substr(at + mark.size()))) continue;
    out.push_back({f.path, n, "open-end",
                   fmt::format("{}; finish it or name its issue: {}(#12)", mark, mark)});
  }
  if (line.find(kMachine) != std::string_view::npos) {
    out.push_back({f.path, n, "machine-path",
                   "a path of one machine; take it from the build or an argument"});
  }
  for (const std::string_view host : kRegistries) {
    if (line.find(host) == std::string_view::npos) continue;
    out.push_back({f.path, n, "registry",
                   fmt::format("{} is a package registry; its client knows it (npm: "
                               "omit-lockfile-registry-resolved)",
                               host)});
  }
}

void check_line(const File& f, std::size_t n, std::string_view line, Findings& out) {
  if (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r')) {
    out.push_back({f.path, n, "space", "space at the end of the line; delete it"});
  }
  if (line.find('\t') != std::string_view::npos && !makefile(f)) {
    out.push_back({f.path, n, "tab", "a tab; indent by two spaces, write \\t in literals"});
  }
  if (f.cpp() && columns(line) > kColumns) {
    out.push_back({f.path, n, "line-length",
                   fmt::format("{} columns; break it at {}", columns(line), kColumns)});
  }
  if (deceptive(line)) {
    out.push_back({f.path, n, "ascii", "an invisible character; delete it"});
  }
  check_marks(f, n, line, out);
}

// Comments may hold a section sign; code and literals are ASCII, so that what is compared is seen.
void check_ascii(const File& f, Findings& out) {
  if (!f.cpp() || f.test()) return;
  std::size_t n = 1;
  for (std::string_view rest = f.bare; !rest.empty(); ++n) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    if (!ascii(rest.substr(0, end))) {
      out.push_back({f.path, n, "ascii", "not ASCII; write an escape, or spell it out"});
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

bool wants_spdx(const File& f) {
  return f.cpp() || f.is(".c") || f.is(".cmake") || f.is("CMakeLists.txt") || f.is(".sh") ||
         f.is(".ts") || makefile(f) || f.text.starts_with("#!");
}

}  // namespace

void check_text(const File& f, Findings& out) {
  for (std::size_t i = 0; i < f.lines.size(); ++i) check_line(f, i + 1, f.lines[i], out);
  check_ascii(f, out);
  if (!f.text.empty() && !f.text.ends_with('\n')) {
    out.push_back({f.path, f.lines.size(), "space", "no line end at the end of the file; add it"});
  }
  if (!wants_spdx(f)) return;
  const std::size_t at = f.text.starts_with("#!") ? 1 : 0;
  if (f.lines.size() <= at || f.lines[at].find(kSpdx) == std::string::npos) {
    out.push_back({f.path, at + 1, "spdx", fmt::format("begin the file with `{}`", kSpdx)});
  }
}

void check_head(const File& f, Findings& out) {
  if (!f.is(".h")) return;
  const auto pragma = std::find(f.lines.begin(), f.lines.end(), "#pragma once");
  if (pragma == f.lines.end()) {
    out.push_back({f.path, 1, "pragma-once", "no `#pragma once`; write it below the head"});
  }
  std::string head;
  for (auto line = f.lines.begin(); line != pragma && line->starts_with("//"); ++line) {
    head += *line + " ";
  }
  if (f.lines.size() < 3 || f.lines[1] != "// Copyright the Yett authors" || f.lines[2] != "//") {
    out.push_back({f.path, 2, "head", "line 2 is `// Copyright the Yett authors`, line 3 is `//`"});
  }
  if (head.find("Trust zone:") == std::string::npos) {
    out.push_back({f.path, 4, "head",
                   "no paragraph that says what the file is for and ends with its `Trust zone:`"});
  }
}

}  // namespace tidy
