// SPDX-License-Identifier: Apache-2.0
#include "broker/vault_file.h"

#include <errno.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.h"

namespace broker {
namespace {

base::Status write_all(int fd, const VaultWrite& write) {
  std::size_t done = 0;
  while (done < write.bytes.size()) {
    const ssize_t n = ::pwrite(fd, write.bytes.data() + done, write.bytes.size() - done,
                               static_cast<off_t>(write.offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return base::io_error("write the vault", errno);
    done += static_cast<std::size_t>(n);
  }
  return base::ok();
}

// Echo and signals off while it lives: an interrupted program would leave the terminal mute, so ^C
// comes as a byte.
class Mute {
 public:
  explicit Mute(int fd) : fd_(fd) {
    on_ = ::tcgetattr(fd, &before_) == 0;
    if (!on_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    on_ = ::tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
  }
  Mute(const Mute&) = delete;
  Mute& operator=(const Mute&) = delete;
  ~Mute() {
    if (on_) (void)::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  bool on() const { return on_; }

 private:
  int fd_;
  bool on_ = false;
  termios before_{};
};

void say(const char* text) { (void)!::write(STDERR_FILENO, text, std::strlen(text)); }

// Up to the end or, of a terminal, up to the newline.
base::Result<std::string> read_up_to(int fd, std::size_t most, bool line) {
  std::string out;
  out.reserve(most + 2);  // no second copy is left behind
  while (out.size() < most + 2) {
    char c = 0;
    const ssize_t n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      base::wipe(out);
      return base::io_error("read", errno);
    }
    if (n == 0) break;
    if (line && c == '\x03') {
      base::wipe(out);
      return base::invalid("given up");
    }
    out += c;
    if (line && c == '\n') break;
  }
  if (out.ends_with('\n')) out.pop_back();
  if (out.size() <= most) return out;
  base::wipe(out);
  return base::Error{base::Errc::kExhausted, "the text is too long"};
}

}  // namespace

base::Result<std::string> read_vault_file(int fd) {
  struct stat st {};
  if (::fstat(fd, &st) != 0) return base::io_error("the vault's descriptor", errno);
  if (!S_ISREG(st.st_mode)) return base::invalid("the vault is not a regular file");
  if (st.st_size > static_cast<off_t>(kVaultBytes))
    return base::Error{base::Errc::kExhausted, "the vault is too large"};
  std::string out(static_cast<std::size_t>(st.st_size), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::pread(fd, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return base::io_error("read the vault", errno);
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  out.resize(done);
  return out;
}

base::Status apply_writes(int fd, const std::vector<VaultWrite>& writes) {
  for (const VaultWrite& write : writes) {
    TRY(write_all(fd, write));
    // INVARIANT: a failed sync is never tried again: the pages may be marked clean though lost.
    if (write.sync && ::fdatasync(fd) != 0) return base::io_error("sync the vault", errno);
  }
  return base::ok();
}

base::Result<VaultKey> key_of(std::string_view file, std::string& text) {
  auto header = read_vault_header(file);
  if (!header.ok()) {
    base::wipe(text);
    return std::move(header).error();
  }
  if (header->mode == KeyMode::kKeyFile) return VaultKey::from_key_file(text);
  return VaultKey::from_passphrase(text, header->argon2, header->salt);
}

base::Result<std::string> read_hidden(int fd, const char* prompt, std::size_t most) {
  if (::isatty(fd) == 0) return read_up_to(fd, most, false);
  const Mute mute(fd);
  if (!mute.on()) return base::invalid("the terminal's echo cannot be switched off");
  say(prompt);
  auto out = read_up_to(fd, most, true);
  say("\n");
  return out;
}

}  // namespace broker
