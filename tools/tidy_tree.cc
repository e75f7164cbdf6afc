// SPDX-License-Identifier: Apache-2.0
// What needs more than one file: layers, doors, dead files, and the ratchet of sizes.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "tidy.h"

namespace tidy {
namespace {

constexpr std::size_t kFunctionLines = 70;
constexpr std::size_t kHeaderLines = 200;
constexpr std::size_t kAskLines = 500;
constexpr std::size_t kFileLines = 1000;

std::vector<std::string> split(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::string folder_of(std::string_view path) { return std::string(path.substr(0, path.find('/'))); }

// "audit" holds "audit/x.h" and "audit/y/z.h"; "audit/proof" holds "audit/proof.h",
// "audit/proof_x.h".
bool holds(const std::string& layer, std::string_view path) {
  return path.starts_with(layer.find('/') == std::string::npos ? layer + "/" : layer);
}

// The most particular layer of a file below src/; a test may include what its whole folder may.
std::string layer_of(const File& f, const Layers& layers) {
  const std::string_view below = std::string_view(f.path).substr(4);
  std::string best;
  for (const auto& [name, may] : layers.may) {
    if (f.test() && name.find('/') != std::string::npos) continue;
    if (holds(name, below) && name.size() > best.size()) best = name;
  }
  return best;
}

bool may_include(const std::string& layer, const std::string& header, const Layers& layers) {
  const std::string target = folder_of(header);
  if (target == "base" || holds(layer, header)) return true;
  const auto& may = layers.may.at(layer);
  if (may.contains(target)) return true;  // named, though it may be a program
  if (may.contains("*") && !layers.programs.contains(target)) return true;
  return std::any_of(may.begin(), may.end(), [&](const auto& m) { return holds(m, header); });
}

std::string allowed_text(const std::string& layer, const Layers& layers) {
  std::string out = "base";
  for (const auto& m : layers.may.at(layer)) out += " " + m;
  return out;
}

void check_door(const File& f, const Include& i, const Layers& layers, Findings& out) {
  const auto door = layers.doors.find(i.header);
  if (door == layers.doors.end() || door->second.contains(f.path)) return;
  const std::string own = "src/" + i.header.substr(0, i.header.size() - 2);
  if (f.path == own + ".cc" || f.path == own + "_test.cc") return;
  out.push_back({f.path, i.line, "door",
                 fmt::format("`{}` weakens a wall; only files listed under it in layers.txt may "
                             "include it",
                             i.header)});
}

void check_order(const File& f, const std::vector<Include>& includes,
                 const std::set<std::string>& paths, Findings& out) {
  if (!f.is(".cc") || !f.under("src/")) return;
  const std::string own = f.path.substr(0, f.path.size() - 2) + "h";
  if (!paths.contains(own)) return;
  const auto first = std::find_if(f.lines.begin(), f.lines.end(), [](const std::string& line) {
    return line.starts_with("#include ");
  });
  const std::string wanted = "#include \"" + own.substr(4) + "\"";
  if (first != f.lines.end() && *first == wanted) return;
  const std::size_t line = includes.empty() ? 1 : includes.front().line;
  out.push_back(
      {f.path, line, "include-order", fmt::format("the own header comes first: `{}`", wanted)});
}

void check_includes(const File& f, const Layers& layers, Findings& out) {
  const std::string layer = layer_of(f, layers);
  if (layer.empty()) {
    out.push_back(
        {f.path, 0, "layer",
         fmt::format("layers.txt does not know folder `{}`; add it", folder_of(f.path.substr(4)))});
    return;
  }
  for (const Include& i : includes_of(f)) {
    if (i.header.find('/') == std::string::npos) {
      out.push_back({f.path, i.line, "layer", fmt::format("`{}`: write the folder too", i.header)});
    } else if (!may_include(layer, i.header, layers)) {
      out.push_back({f.path, i.line, "layer",
                     fmt::format("`{}` may not include `{}`; it may: {}", layer, i.header,
                                 allowed_text(layer, layers))});
    }
  }
}

// The text of every CMakeLists.txt at or above the folder of `path`, and of all modules.
std::string build_text(const std::vector<File>& files, const std::string& path) {
  std::string out;
  for (const File& f : files) {
    constexpr std::string_view kName = "CMakeLists.txt";
    if (f.is(".cmake")) out += f.text;
    if (!f.is(kName)) continue;
    const std::string folder = f.path.substr(0, f.path.size() - kName.size());
    if (path.starts_with(folder)) out += f.text;
  }
  return out;
}

bool built(const std::string& text, const File& f) {
  const std::string name = f.path.substr(f.path.rfind('/') + 1);
  const bool named = text.find(" " + name) != std::string::npos ||
                     text.find("/" + name) != std::string::npos ||
                     text.find("\n" + name) != std::string::npos;
  return named ||
         (text.find("GLOB") != std::string::npos && text.find("*.cc") != std::string::npos);
}

void size_finding(const File& f, std::size_t line, const std::string& rule, std::size_t actual,
                  std::size_t limit, std::string_view advice, Findings& out) {
  out.push_back({f.path, line, rule, fmt::format("{} lines, limit {}; {}", actual, limit, advice)});
}

}  // namespace

Layers parse_layers(const File& file, Findings& out) {
  Layers layers;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    std::vector<std::string> words = split(file.lines[i]);
    if (words.empty() || words[0].starts_with('#')) continue;
    const std::string kind = words[0];
    words.erase(words.begin());
    const bool keyed = kind == "layer" || kind == "door";
    if (keyed && (words.empty() || !words[0].ends_with(':'))) {
      out.push_back({file.path, i + 1, "layers.txt", "wants `" + kind + " NAME: ...`"});
      continue;
    }
    if (keyed) {
      const std::string key = words[0].substr(0, words[0].size() - 1);
      (kind == "layer" ? layers.may : layers.doors)[key] = {words.begin() + 1, words.end()};
    } else if (kind == "program" || kind == "throws") {
      (kind == "program" ? layers.programs : layers.throws).insert(words.begin(), words.end());
    } else {
      out.push_back({file.path, i + 1, "layers.txt", "unknown word `" + kind + "`"});
    }
  }
  return layers;
}

Exceptions Exceptions::parse(const File& file, Findings& out) {
  Exceptions result;
  result.path_ = file.path;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::vector<std::string> words = split(file.lines[i]);
    if (words.empty() || words[0].starts_with('#')) continue;
    Entry entry{0, i + 1, false};
    const char* end = words.size() == 3 ? words[2].data() + words[2].size() : nullptr;
    if (end == nullptr || std::from_chars(words[2].data(), end, entry.limit).ptr != end) {
      out.push_back({file.path, i + 1, "exceptions", "wants `RULE KEY LIMIT`"});
      continue;
    }
    result.entries_[words[0] + " " + words[1]] = entry;
  }
  return result;
}

bool Exceptions::covers(const std::string& rule, const std::string& key, std::size_t actual,
                        Findings& out) {
  const auto found = entries_.find(rule + " " + key);
  if (found == entries_.end()) return false;
  Entry& entry = found->second;
  entry.used = true;
  if (actual < entry.limit) {
    out.push_back(
        {path_, entry.line, "exceptions",
         fmt::format("`{}` shrank to {}; write that, so that it cannot grow again", key, actual)});
  }
  return actual <= entry.limit;
}

void Exceptions::report_unused(Findings& out) const {
  for (const auto& [key, entry] : entries_) {
    if (entry.used) continue;
    out.push_back({path_, entry.line, "exceptions",
                   fmt::format("`{}` is within its limit now; delete the line", key)});
  }
}

void check_sizes(const File& f, Exceptions& exceptions, Findings& out) {
  if (!f.cpp()) return;
  const std::size_t n = f.lines.size();
  if (f.is(".h") && n > kHeaderLines && !exceptions.covers("header-length", f.path, n, out)) {
    size_finding(f, 0, "header-length", n, kHeaderLines, "one idea a header: split it", out);
  } else if (n > kFileLines && !exceptions.covers("file-length", f.path, n, out)) {
    size_finding(f, 0, "file-length", n, kFileLines, "split it by subject", out);
  } else if (n > kAskLines && n <= kFileLines) {
    size_finding(f, 0, "file-length", n, kAskLines, "is this one subject?", out);
    out.back().warning = true;
  }
  for (const Function& function : functions_of(f)) {
    if (function.lines <= kFunctionLines) continue;
    const std::string key = f.path + ":" + function.name;
    if (exceptions.covers("function-length", key, function.lines, out)) continue;
    size_finding(f, function.line, "function-length", function.lines, kFunctionLines,
                 "`" + function.name + "` does more than one thing: split it", out);
  }
}

void check_layers(const std::vector<File>& files, const Layers& layers, Findings& out) {
  std::set<std::string> paths;
  for (const File& f : files) paths.insert(f.path);
  for (const File& f : files) {
    if (!f.cpp()) continue;
    const std::vector<Include> includes = includes_of(f);
    for (const Include& i : includes) check_door(f, i, layers, out);
    check_order(f, includes, paths, out);
    if (f.under("src/")) check_includes(f, layers, out);
  }
  for (const auto& [header, includers] : layers.doors) {
    for (const std::string& path : includers) {
      if (paths.contains(path)) continue;
      out.push_back({"layers.txt", 0, "door",
                     fmt::format("`{}` is listed for `{}` but does not exist", path, header)});
    }
  }
}

void check_dead(const std::vector<File>& files, Findings& out) {
  std::set<std::string> included;
  for (const File& f : files) {
    for (const Include& i : includes_of(f)) included.insert(i.header);
  }
  for (const File& f : files) {
    if (f.is(".cc") && !built(build_text(files, f.path), f)) {
      out.push_back({f.path, 0, "dead", "no CMakeLists.txt builds it; add it there or delete it"});
    }
    if (!f.is(".h")) continue;
    const std::string name =
        f.under("src/") ? f.path.substr(4) : f.path.substr(f.path.rfind('/') + 1);
    const bool beside = f.path.starts_with("tests/") &&
                        included.contains(f.path.substr(6));  // "conformance/suite.h"
    if (!included.contains(name) && !included.contains(f.path) && !beside) {
      out.push_back({f.path, 0, "dead", "nobody includes it; use it or delete it"});
    }
  }
}

Findings check_all(const std::vector<File>& files) {
  Findings out;
  Layers layers;
  Exceptions exceptions;
  for (const File& f : files) {
    if (f.path == "layers.txt") layers = parse_layers(f, out);
    if (f.path == "tools/tidy.exceptions") exceptions = Exceptions::parse(f, out);
  }
  for (const File& f : files) {
    check_text(f, out);
    check_head(f, out);
    check_names(f, out);
    check_calls(f, layers, out);
    check_sizes(f, exceptions, out);
  }
  exceptions.report_unused(out);
  check_layers(files, layers, out);
  check_dead(files, out);
  return out;
}

}  // namespace tidy
