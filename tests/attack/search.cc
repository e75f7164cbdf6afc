// SPDX-License-Identifier: Apache-2.0
#include "search.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/bytes.h"
#include "base/fd.h"
#include "processes.h"

namespace attack {
namespace {

constexpr off_t kFileBytes = 64 << 20;  // larger files of others in /tmp are not looked at

std::string mapped(std::string_view text, const char* format) {
  std::string out;
  for (const char c : text) out += fmt::format(fmt::runtime(format), static_cast<unsigned char>(c));
  return out;
}

std::string utf16(std::string_view text) {
  std::string out;
  for (const char c : text) (out += c) += '\0';
  return out;
}

std::string reversed(std::string_view text) { return {text.rbegin(), text.rend()}; }

// The characters of base64 that depend on `text` alone when it begins at byte `shift` of a triple.
std::string base64_at(std::string_view text, std::size_t shift, base::Base64 alphabet) {
  const std::string padded = std::string(shift, 'x') + std::string(text);
  const std::string whole = base::base64(padded, alphabet);
  const std::size_t first = (shift * 8 + 5) / 6;
  const std::size_t last = padded.size() * 8 / 6;
  return whole.substr(first, last - first);
}

// The rest of a line of /proc/PID/maps after its address: whether it can be read, and its name.
struct Area {
  unsigned long from = 0;
  unsigned long to = 0;
  std::string name;
};
std::vector<Area> areas_of(pid_t pid) {
  std::vector<Area> areas;
  std::istringstream maps(whole_file(fmt::format("/proc/{}/maps", pid)));
  for (std::string line; std::getline(maps, line);) {
    Area area;
    std::istringstream fields(line);
    std::string rights;
    char dash = 0;
    if (!(fields >> std::hex >> area.from >> dash >> area.to >> rights)) continue;
    area.name = line.size() > 73 ? line.substr(73) : "";
    if (rights[0] == 'r' && area.name != "[vvar]" && area.name != "[vsyscall]")
      areas.push_back(area);
  }
  return areas;
}

std::string where_in_memory(pid_t pid, const Needles& needles) {
  const base::Fd memory(::open(fmt::format("/proc/{}/mem", pid).c_str(), O_RDONLY | O_CLOEXEC));
  if (!memory) return "unreadable";
  std::size_t read = 0;
  for (const Area& area : areas_of(pid)) {
    std::string bytes(area.to - area.from, '\0');
    const ssize_t n =
        ::pread(memory.get(), bytes.data(), bytes.size(), static_cast<off_t>(area.from));
    if (n <= 0) continue;
    read += static_cast<std::size_t>(n);
    const auto form = needles.in(std::string_view(bytes).substr(0, static_cast<std::size_t>(n)));
    if (!form.empty()) return fmt::format("memory {:x} {} ({})", area.from, area.name, form);
  }
  return read == 0 ? "unreadable" : "";
}

}  // namespace

Needles::Needles(std::string_view canary) {
  const std::string_view text =
      canary.substr(canary.size() - std::min<std::size_t>(20, canary.size()));
  forms_.push_back({"plain", std::string(text)});
  for (const auto alphabet : {base::Base64::kStandard, base::Base64::kUrl})
    for (const std::size_t shift : {0u, 1u, 2u})
      forms_.push_back({"base64", base64_at(text, shift, alphabet)});
  forms_.push_back({"hex", mapped(text, "{:02x}")});
  forms_.push_back({"HEX", mapped(text, "{:02X}")});
  forms_.push_back({"percent", mapped(text, "%{:02x}")});
  forms_.push_back({"percent", mapped(text, "%{:02X}")});
  forms_.push_back({"json", mapped(text, "\\u{:04x}")});
  forms_.push_back({"reversed", reversed(text)});
  forms_.push_back({"utf16", utf16(text)});
}

std::string_view Needles::in(std::string_view bytes) const {
  for (const Form& form : forms_)
    if (bytes.find(form.bytes) != std::string_view::npos) return form.name;
  return "";
}

std::string echo_of(std::string_view canary, std::string_view form) {
  if (form == "base64") return base::base64(canary);
  if (form == "base64url") return base::base64(canary, base::Base64::kUrl);
  if (form == "hex") return mapped(canary, "{:02x}");
  if (form == "HEX") return mapped(canary, "{:02X}");
  if (form == "percent") return mapped(canary, "%{:02X}");
  if (form == "json") return mapped(canary, "\\u{:04x}");
  if (form == "reversed") return reversed(canary);
  if (form == "utf16") return utf16(canary);
  return std::string(canary);
}

std::string where_in_process(pid_t pid, const Needles& needles) {
  for (const char* file : {"environ", "cmdline"})
    if (!needles.in(whole_file(fmt::format("/proc/{}/{}", pid, file))).empty()) return file;
  return where_in_memory(pid, needles);
}

std::vector<std::string> where_in_memory_files(pid_t pid, const Needles& needles) {
  std::vector<std::string> found;
  for (const OpenFile& file : open_files_of(pid)) {
    if (!file.target.starts_with("/memfd:") || needles.in(whole_file(file.path)).empty()) continue;
    found.push_back(file.target.substr(7, file.target.find(' ') - 7));
  }
  return found;
}

std::vector<std::string> where_in_files(const std::string& directory, const Needles& needles,
                                        long since) {
  std::vector<std::string> found;
  struct stat here {};
  if (::lstat(directory.c_str(), &here) != 0) return found;
  for (const std::string& name : names_in(directory)) {
    const std::string path = directory + "/" + name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) continue;
    // What others have mounted there, such as the /proc of a changed root, is no file of ours.
    if (status.st_dev != here.st_dev) continue;
    if (S_ISDIR(status.st_mode))
      for (std::string& below : where_in_files(path, needles, since))
        found.push_back(std::move(below));
    const bool looked_at =
        S_ISREG(status.st_mode) && status.st_mtime >= since && status.st_size <= kFileBytes;
    if (looked_at && !needles.in(whole_file(path)).empty()) found.push_back(path);
  }
  return found;
}

}  // namespace attack
