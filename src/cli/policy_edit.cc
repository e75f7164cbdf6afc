// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_edit.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "cli/config.h"
#include "cli/first_files.h"
#include "cli/policy_lines.h"
#include "policy/syntax/parse.h"

namespace cli {
namespace {

// Where white space and comments that begin at `at` end.
std::size_t after_space(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (std::string_view(" \t\r\n").find(text[at]) != std::string_view::npos) {
      ++at;
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else if (text.substr(at, 2) == "//" && text.substr(at, 3) != "///") {
      at = std::min(text.find('\n', at), text.size());
    } else {
      return at;
    }
  }
  return at;
}

// Where the sentence `language yett 1;` ends; nothing if the text does not begin with it.
std::optional<std::size_t> language_end(std::string_view text) {
  std::size_t at = after_space(text, 0);
  for (const std::string_view word : {"language", "yett", "1", ";"}) {
    at = after_space(text, at);
    if (text.substr(at, word.size()) != word) return std::nullopt;
    at += word.size();
  }
  return at;
}

// Where the line that holds `at` ends, its line end included if there is one.
std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::size_t start_of_line(std::string_view text, std::uint32_t line) {
  std::size_t at = 0;
  for (std::uint32_t n = 1; n < line && at < text.size(); ++n) at = line_end(text, at);
  return at;
}

// After the comment that a file begins with, if an empty line parts it from the rest.
std::size_t after_head_comment(std::string_view text) {
  std::size_t at = 0;
  while (text.substr(at, 2) == "//" && text.substr(at, 3) != "///") at = line_end(text, at);
  return at > 0 && (at == text.size() || text[at] == '\n') ? at : 0;
}

}  // namespace

bool speaks_yett(std::string_view text) { return language_end(text).has_value(); }

base::Result<std::string> with_pack(const policy::Source& policy, std::string_view pack) {
  const auto parsed = policy::parse(policy);
  if (const auto* wrong = std::get_if<policy::Diagnostic>(&parsed))
    return base::invalid(policy::render(*wrong, {policy}));
  const policy::Use* last = nullptr;
  for (const auto& declaration : std::get<policy::Tree>(parsed).declarations)
    if (const auto* use = std::get_if<policy::Use>(&declaration)) {
      if (use->pack == pack)
        return base::invalid(
            fmt::format("{}:{} uses {} already", policy.name, use->span.line, pack));
      last = use;
    }
  std::string out = policy.text;
  const std::string line = fmt::format("use \"{}\";\n", pack);
  if (last != nullptr) {
    std::size_t at = line_end(out, start_of_line(out, last->span.end_line));
    if (!out.substr(0, at).ends_with('\n')) out.insert(at++, "\n");
    return out.insert(at, line);
  }
  const auto language = language_end(out);
  if (!language) return out.insert(after_head_comment(out), "language yett 1;\n" + line);
  std::size_t at = line_end(out, *language);
  // More may stand in the line of the language: then right behind the sentence.
  if (after_space(out, *language) < at) return out.insert(*language, "\n" + line);
  if (!out.substr(0, at).ends_with('\n')) out.insert(at++, "\n");
  return out.insert(at, line);
}

base::Result<std::string> with_shadow(std::string_view configuration, std::string_view file,
                                      std::string_view until) {
  const std::string entry =
      file.empty() ? ""
                   : fmt::format("shadow = {{ file = \"{}\", until = \"{}\" }}\n", file, until);
  std::string out;
  bool inside = false;
  bool put = entry.empty();
  for (const std::string& line : lines_of(configuration)) {
    const std::size_t first = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string_view words = std::string_view(line).substr(first);
    if (words.starts_with('[')) inside = words.starts_with("[yett]");
    if (inside && words.starts_with("shadow") &&
        words.substr(6).find_first_not_of(" \t") != std::string_view::npos &&
        words[6 + words.substr(6).find_first_not_of(" \t")] == '=')
      continue;
    out += line + "\n";
    if (words.starts_with("[yett]") && !put) {
      out += entry;
      put = true;
    }
  }
  if (!put) out = "[yett]\n" + entry + "\n" + out;
  Problems problems;
  const Config read = read_config(out, problems);
  Problems old_problems;
  const bool same_words =
      read_config(configuration, old_problems).system_prompt == read.system_prompt;
  const bool wanted = file.empty() ? !read.shadow
                                   : read.shadow && read.shadow->file == file &&
                                         read.shadow->until == policy::instant_of(until);
  if (problems.empty() && wanted && same_words) return out;
  return base::invalid(
      fmt::format("the configuration cannot be changed safely; {}",
                  file.empty() ? "take `shadow` out of [yett]" : "write into [yett]: " + entry));
}

base::Result<std::string> pinned_digest(std::string_view text) {
  for (std::string line : lines_of(text)) {
    line.erase(0, std::min(line.find_first_not_of(" \t\r"), line.size()));
    while (line.ends_with(' ') || line.ends_with('\t') || line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    std::ranges::transform(line, line.begin(), [](char c) {
      return c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    });
    const bool hex =
        line.size() == 64 && line.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!hex) return base::invalid("invalid hash");
    return line;
  }
  return base::invalid("no hash found");
}

std::string pin_text(std::string_view digest) {
  return fmt::format("# digest of the policy; `yett policy check --pin` holds it to this\n{}\n",
                     digest);
}

base::Status replace_file(const std::string& path, std::string_view text) {
  struct stat st {};
  const bool there = ::stat(path.c_str(), &st) == 0;
  std::error_code failed;
  // What a link leads to is replaced, not the link.
  const auto real = std::filesystem::canonical(path, failed);
  return write_new(failed ? path : real.string(), text, there ? st.st_mode & 0777 : 0644,
                   Existing::kReplace);
}

}  // namespace cli
