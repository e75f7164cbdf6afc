// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

namespace workspace {

namespace fs = std::filesystem;

bool FaultDisk::fails() {
  ++calls_;
  if (act_) act_();
  return calls_ == at_;
}

int FaultDisk::open(int directory, const char* path, int flags, mode_t mode) {
  if (fails()) return -error_;
  if (!follow_links_) return kernel_.open(directory, path, flags, mode);
  const int fd = ::openat(directory, path, flags | O_CLOEXEC, mode);
  return fd < 0 ? -errno : fd;
}
int FaultDisk::stat(int fd, struct stat& out) { return fails() ? -error_ : kernel_.stat(fd, out); }
int FaultDisk::stat_at(int directory, const char* name, struct stat& out) {
  return fails() ? -error_ : kernel_.stat_at(directory, name, out);
}
std::int64_t FaultDisk::read(int fd, std::span<char> out) {
  return fails() ? -error_ : kernel_.read(fd, out);
}
std::int64_t FaultDisk::write(int fd, std::string_view bytes) {
  if (fails()) {
    // A failing write may have written a part.
    kernel_.write(fd, bytes.substr(0, bytes.size() / 2));
    return -error_;
  }
  if (capacity_ != UINT64_MAX) {
    const std::string_view part = bytes.substr(0, capacity_);
    if (part.empty()) return -ENOSPC;
    capacity_ -= part.size();
    return kernel_.write(fd, part);
  }
  return kernel_.write(fd, bytes);
}
int FaultDisk::sync(int fd) { return fails() ? -error_ : kernel_.sync(fd); }
int FaultDisk::change_mode(int fd, mode_t mode) {
  return fails() ? -error_ : kernel_.change_mode(fd, mode);
}
int FaultDisk::make_directory(int directory, const char* name, mode_t mode) {
  return fails() ? -error_ : kernel_.make_directory(directory, name, mode);
}
int FaultDisk::rename(int from, const char* name, int to, const char* new_name, unsigned flags) {
  return fails() ? -error_ : kernel_.rename(from, name, to, new_name, flags);
}
int FaultDisk::unlink(int directory, const char* name, int flags) {
  return fails() ? -error_ : kernel_.unlink(directory, name, flags);
}
std::int64_t FaultDisk::entries(int fd, std::span<char> out) {
  return fails() ? -error_ : kernel_.entries(fd, out);
}

fs::path memory_folder() {
  const fs::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::temp_directory_path();
}

Rig::Rig(Settings settings, const fs::path& parent) {
  std::string name = (parent.empty() ? fs::temp_directory_path() : parent) / "yett-files-XXXXXX";
  CHECK(::mkdtemp(name.data()) != nullptr);
  top_ = name;
  for (const char* folder : {"root", "state", "canary"}) fs::create_directory(top_ / folder);
  std::ofstream(top_ / "canary" / "secret", std::ios::binary) << kSecret;
  CHECK(reopen(std::move(settings)).ok());
}

Rig::~Rig() {
  std::error_code ignored;
  fs::remove_all(top_, ignored);
}

Done Rig::reopen(Settings settings) {
  workspace_.reset();
  const auto open = [&](const char* name) {
    return base::Fd(::open((top_ / name).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  };
  auto opened =
      Workspace::open(disk_, clock_, random_, open("root"), open("state"), std::move(settings));
  if (!opened.ok()) return opened.error();
  workspace_.emplace(std::move(*opened));
  return done();
}

void Rig::put(const std::string& name, std::string_view content) {
  fs::create_directories((root() / name).parent_path());
  std::ofstream(root() / name, std::ios::binary) << content;
}

std::string Rig::get(const std::string& name) const {
  std::ifstream in(root() / name, std::ios::binary);
  if (!in || fs::is_directory(root() / name)) return "<none>";
  return {std::istreambuf_iterator<char>(in), {}};
}

bool Rig::canary_lives() const {
  std::size_t names = 0;
  for (const auto& entry : fs::directory_iterator(top_ / "canary")) {
    ++names;
    std::ifstream in(entry.path(), std::ios::binary);
    if (std::string(std::istreambuf_iterator<char>(in), {}) != kSecret) return false;
  }
  return names == 1;
}

std::size_t Rig::leftovers() const {
  std::size_t out = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root()))
    out += entry.path().filename().string().starts_with(".yett-") ? 1 : 0;
  for (const auto& entry : fs::recursive_directory_iterator(top_ / "state"))
    out += entry.path().extension() == ".new" ? 1 : 0;
  return out;
}

Path path(std::string_view text) {
  auto parsed = Path::parse(text);
  CHECK(parsed.ok());
  return std::move(*parsed);
}

}  // namespace workspace
