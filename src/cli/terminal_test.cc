// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "cli/turn_view.h"

namespace cli {
namespace {

TEST(SafeText, KeepsLinesAndTabsAndNothingElseThatMoves) {
  EXPECT_EQ(safe_text("a\tb\nc"), "a\tb\nc");
  EXPECT_EQ(safe_text("a\r\nb"), "a\nb");
  EXPECT_EQ(safe_text("\x1b[2Jx").find('\x1b'), std::string::npos);
  EXPECT_EQ(safe_text("a\rb").find('\r'), std::string::npos);
  EXPECT_EQ(safe_text("a\xe2\x80\xae"
                      "b")
                .find("\xe2\x80\xae"),
            std::string::npos);
  EXPECT_EQ(safe_text(""), "");
  EXPECT_EQ(safe_text("\n\n"), "\n\n");
}

// Standard output and error of a Terminal, read back.
class Screen {
 public:
  explicit Screen(bool terminal) {
    EXPECT_EQ(::pipe2(out_.data(), O_CLOEXEC | O_NONBLOCK), 0);
    EXPECT_EQ(::pipe2(err_.data(), O_CLOEXEC | O_NONBLOCK), 0);
    setting_ = {-1, out_[1], err_[1], false, terminal, terminal, true};
  }
  Terminal terminal() const { return Terminal(setting_); }
  std::string out() const { return text_of(out_[0]); }
  std::string err() const { return text_of(err_[0]); }

 private:
  static std::string text_of(int fd) {
    std::string text(8192, '\0');
    const ssize_t n = ::read(fd, text.data(), text.size());
    text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return text;
  }
  std::array<int, 2> out_{}, err_{};
  Terminal::Setting setting_;
};

DoorEvent event(DoorEvent::Kind kind, std::string text) {
  DoorEvent made;
  made.kind = kind;
  made.text = std::move(text);
  made.reason = base::Reason::kOk;
  return made;
}

DoorEvent notice(DoorEvent::State state, base::Reason reason, std::uint64_t scrubbed = 0) {
  DoorEvent made;
  made.kind = DoorEvent::Kind::kCall;
  made.call = "c12";
  made.tool = "mail";
  made.state = state;
  made.reason = reason;
  made.bytes = 20;
  made.scrubbed = scrubbed;
  return made;
}

TEST(Terminal, ColourIsForTerminalsOnly) {
  EXPECT_EQ(Screen(false).terminal().styled_out(Style::kBad, "x"), "x");
  EXPECT_EQ(Screen(true).terminal().styled_out(Style::kBad, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(Screen(true).terminal().styled_err(Style::kPlain, "x"), "x");
}

TEST(TurnView, AStreamedReplyIsPrintedOnceAsItComes) {
  const Screen screen(false);
  const Terminal terminal = screen.terminal();
  TurnView view(terminal);
  view.show(event(DoorEvent::Kind::kText, "It is "));
  EXPECT_EQ(screen.out(), "It is ");
  view.show(event(DoorEvent::Kind::kText, "\x1b[1mfine"));
  view.show(event(DoorEvent::Kind::kDone, "It is \x1b[1mfine"));
  EXPECT_EQ(screen.out(), "\\u{1b}[1mfine\n");
  EXPECT_EQ(screen.err(), "");
}

TEST(TurnView, AReplyThatWasNotStreamedIsPrintedAtItsEnd) {
  const Screen screen(false);
  const Terminal terminal = screen.terminal();
  TurnView view(terminal);
  view.show(event(DoorEvent::Kind::kThinking, "hm"));
  view.show(event(DoorEvent::Kind::kDone, "whole\n"));
  EXPECT_EQ(screen.out(), "whole\n");
  EXPECT_EQ(screen.err(), "");  // nobody watches: no reasoning
}

TEST(TurnView, CallsAreToldBesideTheReply) {
  const Screen screen(false);
  const Terminal terminal = screen.terminal();
  TurnView view(terminal);
  view.show(event(DoorEvent::Kind::kText, "Let me see"));
  view.show(notice(DoorEvent::State::kAllowed, base::Reason::kAllowedByRule));
  view.show(notice(DoorEvent::State::kEnded, base::Reason::kOk, 1));
  EXPECT_EQ(screen.out(), "Let me see\n");
  EXPECT_EQ(screen.err(), "→ mail(…) allowed\n← mail ok, 20 bytes, 1 secret scrubbed\n");
}

TEST(TurnView, ADenialAndAFailureSayWhy) {
  EXPECT_EQ(notice_line(notice(DoorEvent::State::kDenied, base::Reason::kNoRule)),
            "→ mail(…) denied: The call is denied: no rule allows it. (no_rule; yett explain c12)");
  EXPECT_EQ(notice_line(notice(DoorEvent::State::kEnded, base::Reason::kTimeout)),
            "← mail: The tool did not answer in time. (timeout)");
  DoorEvent hostile = notice(DoorEvent::State::kAllowed, base::Reason::kOk);
  hostile.tool = "a\x1b[2J\nb";
  EXPECT_EQ(notice_line(hostile).find_first_of("\x1b\n"), std::string::npos);
}

TEST(TurnView, AFailedTurnTellsItsDetail) {
  const Screen screen(false);
  const Terminal terminal = screen.terminal();
  TurnView view(terminal);
  DoorEvent failed = event(DoorEvent::Kind::kDone, "");
  failed.reason = base::Reason::kConnectFailed;
  failed.detail = "Cannot connect to the model 'local'";
  view.show(failed);
  EXPECT_EQ(screen.err(), "Cannot connect to the model 'local' (connect_failed)\n");
}

// A real terminal: the keys go in at one side, the screen comes out of it.
class Pty {
 public:
  Pty() : ours_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    EXPECT_EQ(::grantpt(ours_.get()), 0);
    EXPECT_EQ(::unlockpt(ours_.get()), 0);
    theirs_ = base::Fd(::open(::ptsname(ours_.get()), O_RDWR | O_NOCTTY));
    winsize size{24, 60, 0, 0};
    EXPECT_EQ(::ioctl(theirs_.get(), TIOCSWINSZ, &size), 0);
  }
  Terminal terminal() const {
    const int fd = theirs_.get();
    return Terminal({fd, fd, fd, true, true, true, false});
  }
  int fd() const { return theirs_.get(); }
  void type(std::string_view keys) const {
    EXPECT_EQ(::write(ours_.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

 private:
  base::Fd ours_, theirs_;
};

TEST(LineReader, EditsOnATerminalAndKeepsWhatWasTypedAhead) {
  const Pty pty;
  const RawMode raw(pty.fd());
  const Terminal terminal = pty.terminal();
  EXPECT_EQ(terminal.width(), 60u);
  LineReader lines(terminal);
  pty.type("helo\x1b[Dl\nsecond\n\x1b[A\x1b[A\n");
  EXPECT_EQ(lines.read("> ").line, "hello");
  EXPECT_EQ(lines.read("> ").line, "second");
  EXPECT_EQ(lines.read("> ").line, "hello");  // from the history
  pty.type("x\x03\x03");
  EXPECT_EQ(lines.read("> ").line, "x");  // given up
  const Typed again = lines.read("> ");
  EXPECT_EQ(again.how, Typed::How::kInterrupt);
  EXPECT_EQ(again.line, "");
  pty.type("\x04");
  EXPECT_EQ(lines.read("> ").how, Typed::How::kEnd);
}

TEST(LineReader, CtrlCWhileSomethingRunsIsSeenAndDropsWhatWasTyped) {
  const Pty pty;
  const RawMode raw(pty.fd());
  const Terminal terminal = pty.terminal();
  LineReader lines(terminal);
  pty.type("ahead ");
  EXPECT_FALSE(lines.interrupted());
  pty.type("more\x03");
  EXPECT_TRUE(lines.interrupted());
  pty.type("next\n");
  EXPECT_EQ(lines.read("> ").line, "next");
}

TEST(LineReader, ReadsLinesOfAPipeUntilItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::write(ends[1], "one\n\ntwo", 8), 8);
  ::close(ends[1]);
  const Terminal terminal({ends[0], 1, 2, false, false, false, false});
  LineReader lines(terminal);
  EXPECT_EQ(lines.read("> ").line, "one");
  EXPECT_EQ(lines.read("> ").line, "");
  EXPECT_EQ(lines.read("> ").line, "two");
  EXPECT_EQ(lines.read("> ").how, Typed::How::kEnd);
  ::close(ends[0]);
}

TEST(RawMode, ComesToAnEnd) {
  const Pty pty;
  termios before{}, during{}, after{};
  ASSERT_EQ(::tcgetattr(pty.fd(), &before), 0);
  {
    const RawMode raw(pty.fd());
    ASSERT_EQ(::tcgetattr(pty.fd(), &during), 0);
  }
  ASSERT_EQ(::tcgetattr(pty.fd(), &after), 0);
  EXPECT_NE(before.c_lflag, during.c_lflag);
  EXPECT_EQ(before.c_lflag, after.c_lflag);
}

}  // namespace
}  // namespace cli
