// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "base/bytes.h"
#include "base/limits.h"

namespace cli {
namespace {

constexpr char kCtrlC = 3;

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      pollfd wait{fd, POLLOUT, 0};
      (void)::poll(&wait, 1, -1);
      continue;
    }
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

// Appends what can be read now, waiting for at least one byte. False: the end.
bool read_some(int fd, std::string& to) {
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to.append(buffer.data(), static_cast<std::size_t>(n));
    return true;
  }
}

// ECMA-48 SGR.
std::string_view code_of(Style style) {
  switch (style) {
    case Style::kPlain: return "";
    case Style::kBold: return "1";
    case Style::kDim: return "2";
    case Style::kGood: return "32";
    case Style::kWarning: return "33";
    case Style::kBad: return "31";
  }
  return "";
}

std::string styled(Style style, std::string_view text, bool colour) {
  if (!colour || style == Style::kPlain) return std::string(text);
  std::string out = "\x1b[";
  out += code_of(style);
  out += 'm';
  out += text;
  return out + "\x1b[0m";
}

}  // namespace

std::string safe_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    std::string_view piece = text.substr(0, end);
    const bool line_end = end < text.size() && text[end] == '\n';
    if (line_end && piece.ends_with('\r')) piece.remove_suffix(1);
    out += base::printable(piece);
    if (end < text.size()) out += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

Terminal Terminal::of_process() {
  const char* no_colour = ::getenv("NO_COLOR");
  const char* term = ::getenv("TERM");
  Setting setting;
  setting.in_is_terminal = ::isatty(setting.in) == 1;
  setting.out_is_terminal = ::isatty(setting.out) == 1;
  setting.err_is_terminal = ::isatty(setting.err) == 1;
  setting.colour = (no_colour == nullptr || *no_colour == '\0') && term != nullptr &&
                   std::string_view(term) != "dumb";
  return Terminal(setting);
}

void Terminal::out(std::string_view text) const { write_all(setting_.out, text); }
void Terminal::err(std::string_view text) const { write_all(setting_.err, text); }

void Terminal::complain(std::string_view message) const {
  while (message.ends_with('\n')) message.remove_suffix(1);
  err(styled_err(Style::kBad, "yett:") + " " + safe_text(message) + "\n");
}

std::string Terminal::styled_out(Style style, std::string_view text) const {
  return styled(style, text, setting_.colour && setting_.out_is_terminal);
}
std::string Terminal::styled_err(Style style, std::string_view text) const {
  return styled(style, text, setting_.colour && setting_.err_is_terminal);
}

std::size_t Terminal::width() const {
  winsize size{};
  if (::ioctl(setting_.out, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

RawMode::RawMode(int fd) : fd_(fd) {
  termios mode{};
  if (::tcgetattr(fd_, &mode) != 0) return;
  before_ = mode;
  mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
  mode.c_iflag &= ~static_cast<tcflag_t>(IXON);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  (void)::tcsetattr(fd_, TCSADRAIN, &mode);
}

RawMode::~RawMode() {
  if (before_) (void)::tcsetattr(fd_, TCSADRAIN, &*before_);
}

Interrupts::Interrupts() {
  sigset_t set, before;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  (void)::sigprocmask(SIG_BLOCK, &set, &before);
  blocked_before_ = ::sigismember(&before, SIGINT) == 1;
  fd_ = base::Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Interrupts::~Interrupts() {
  (void)taken();
  if (blocked_before_) return;
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  (void)::sigprocmask(SIG_UNBLOCK, &set, nullptr);
}

bool Interrupts::taken() const {
  signalfd_siginfo info;
  return ::read(fd_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info);
}

Typed LineReader::read(std::string_view prompt) {
  return terminal_.interactive() ? edit(prompt) : next_of_pipe();
}

Typed LineReader::edit(std::string_view prompt) {
  while (true) {
    if (auto typed = feed(prompt)) {
      terminal_.out("\n");
      return std::move(*typed);
    }
    terminal_.out(editor_.render(prompt, terminal_.width()));
    if (!read_some(terminal_.in(), pending_)) return {Typed::How::kEnd, ""};
  }
}

// Gives the pending bytes to the editor until they end the prompt; the rest stays for the next.
std::optional<Typed> LineReader::feed(std::string_view prompt) {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const LineEditor::Outcome outcome = editor_.feed(pending_[i]);
    if (outcome == LineEditor::Outcome::kMore) continue;
    pending_.erase(0, i + 1);
    terminal_.out(editor_.render(prompt, terminal_.width()));
    if (outcome == LineEditor::Outcome::kSubmit) return Typed{Typed::How::kLine, editor_.take()};
    const bool end = outcome == LineEditor::Outcome::kEnd;
    Typed typed{end ? Typed::How::kEnd : Typed::How::kInterrupt, editor_.text()};
    editor_.clear();
    return typed;
  }
  pending_.clear();
  return std::nullopt;
}

Typed LineReader::next_of_pipe() {
  while (true) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      Typed typed{Typed::How::kLine, pending_.substr(0, end)};
      pending_.erase(0, end + 1);
      return typed;
    }
    if (pending_.size() > base::limits::kBodyBytes) return {Typed::How::kEnd, ""};
    if (read_some(terminal_.in(), pending_)) continue;
    if (pending_.empty()) return {Typed::How::kEnd, ""};
    return {Typed::How::kLine, std::exchange(pending_, {})};
  }
}

bool LineReader::interrupted() {
  std::string keys;
  if (!read_some(terminal_.in(), keys)) return false;
  const std::size_t at = keys.rfind(kCtrlC);
  if (at == std::string::npos) {
    pending_ += keys;
    return false;
  }
  pending_.clear();  // what was typed before it was meant to be given up as well
  return true;
}

}  // namespace cli
