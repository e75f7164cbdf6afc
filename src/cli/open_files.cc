// SPDX-License-Identifier: Apache-2.0
#include "cli/open_files.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace cli {
namespace {

base::Result<std::string> xdg(const char* variable, const char* in_home) {
  if (const char* value = ::getenv(variable); value != nullptr && value[0] == '/')
    return std::string(value);
  const char* home = ::getenv("HOME");
  if (home == nullptr || home[0] != '/')
    return base::invalid(fmt::format("neither {} nor HOME is set; use --config", variable));
  return std::string(home) + "/" + in_home;
}

base::Status check(const std::string& path, const base::Fd& fd, Privacy privacy) {
  struct stat st {};
  if (::fstat(fd.get(), &st) != 0) return base::io_error(path.c_str(), errno);
  const auto denied = [&](std::string what) {
    return base::Error{base::Errc::kDenied, path + " " + std::move(what)};
  };
  if (!S_ISREG(st.st_mode)) return denied("is not a regular file");
  if (st.st_uid != ::geteuid() && st.st_uid != 0) return denied("belongs to somebody else");
  if ((st.st_mode & 022) != 0)
    return denied(fmt::format("may be written by others; chmod go-w {}", path));
  if (privacy == Privacy::kPrivate && (st.st_mode & 077) != 0)
    return denied(fmt::format("may be read by others; chmod 600 {}", path));
  return base::ok();
}

}  // namespace

std::string beside(const std::string& directory, const std::string& name) {
  return name.starts_with('/') ? name : directory + "/" + name;
}

base::Result<std::string> locate_config(const std::string& asked) {
  if (!asked.empty()) {
    std::error_code failed;
    const auto absolute = std::filesystem::absolute(asked, failed);
    return failed ? asked : absolute.lexically_normal().string();
  }
  TRY_AS(const std::string base_dir, xdg("XDG_CONFIG_HOME", ".config"));
  return base_dir + "/yett/yett.toml";
}

base::Result<Paths> locate(const std::string& config_path, const Config& config) {
  Paths paths;
  paths.config = config_path;
  paths.config_dir = config_path.substr(0, config_path.rfind('/'));
  if (config.state.empty()) {
    TRY_AS(const std::string state, xdg("XDG_STATE_HOME", ".local/state"));
    paths.state_dir = state + "/yett";
  } else {
    paths.state_dir = beside(paths.config_dir, config.state);
  }
  paths.log = paths.state_dir + "/log";
  paths.values = paths.state_dir + "/values";
  paths.door = paths.state_dir + "/door";
  if (config.vault_file.empty()) {
    TRY_AS(const std::string data, xdg("XDG_DATA_HOME", ".local/share"));
    paths.vault = data + "/yett/vault";
  } else {
    paths.vault = beside(paths.config_dir, config.vault_file);
  }
  return paths;
}

base::Result<base::Fd> open_file(const std::string& path, Access access, Privacy privacy) {
  const int flags = (access == Access::kRead ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_CLOEXEC |
                    O_NONBLOCK | O_NOCTTY;
  base::Fd fd(::open(path.c_str(), flags));
  if (!fd && errno == ENOENT) return base::not_found(path + " does not exist");
  if (!fd && errno == ELOOP)
    return base::Error{base::Errc::kDenied, path + " is a symbolic link; name the file itself"};
  if (!fd) return base::io_error(path.c_str(), errno);
  TRY(check(path, fd, privacy));
  return fd;
}

base::Result<base::Fd> open_or_make(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/'));
  std::error_code failed;
  if (!std::filesystem::exists(directory, failed)) {
    std::filesystem::create_directories(std::filesystem::path(directory).parent_path(), failed);
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
      return base::io_error(directory.c_str(), errno);
  }
  const base::Fd made(
      ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!made && errno != EEXIST) return base::io_error(path.c_str(), errno);
  return open_file(path, Access::kReadWrite, Privacy::kPrivate);
}

base::Result<std::string> read_all(const base::Fd& fd, std::size_t most) {
  std::string out;
  char buffer[16384];
  for (ssize_t n = 0; (n = ::read(fd.get(), buffer, sizeof buffer)) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::io_error("read", errno);
    out.append(buffer, static_cast<std::size_t>(n));
    if (out.size() > most)
      return base::Error{base::Errc::kExhausted,
                         fmt::format("the file is larger than {} bytes", most)};
  }
  return out;
}

base::Result<std::string> ConfigFiles::read(const std::string& name) const {
  TRY_AS(const base::Fd fd, open_file(beside(directory_, name), Access::kRead, Privacy::kPublic));
  return read_all(fd, std::size_t{1} << 20);
}

}  // namespace cli
