// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one door to the person: what is printed, in colour only on a terminal, and lines that are
// typed. Everything that came from a model, a tool or a file goes through safe_text() first.
// Trust zone: command line.
#pragma once

#include <termios.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "cli/line_editor.h"

namespace cli {

// `text` fit for a terminal: line feeds and tabs stay, "\r\n" becomes a line feed, everything else
// as base::printable has it, so that no text can move the cursor, hide or forge other lines.
std::string safe_text(std::string_view text);

enum class Style : unsigned char { kPlain, kBold, kDim, kGood, kWarning, kBad };

class Terminal {
 public:
  struct Setting {
    int in = 0, out = 1, err = 2;
    bool in_is_terminal = false, out_is_terminal = false, err_is_terminal = false;
    bool colour = false;  // allowed at all: NO_COLOR is not set, TERM is not "dumb"
  };
  explicit Terminal(const Setting& setting) : setting_(setting) {}
  // Descriptors 0, 1, 2 and the variables NO_COLOR (https://no-color.org) and TERM.
  static Terminal of_process();

  // Written at once and whole; a reader that is gone is not an error.
  void out(std::string_view text) const;
  void err(std::string_view text) const;
  // "yett: MESSAGE" on standard error, made safe.
  void complain(std::string_view message) const;

  std::string styled_out(Style style, std::string_view text) const;
  std::string styled_err(Style style, std::string_view text) const;

  bool interactive() const { return setting_.in_is_terminal && setting_.out_is_terminal; }
  bool shows_progress() const { return setting_.err_is_terminal; }
  int in() const { return setting_.in; }
  std::size_t width() const;  // columns; 80 where the kernel does not know

 private:
  Setting setting_;
};

// While it lives, keys arrive one by one and Ctrl-C is a key; the mode before comes back at the
// end. Does nothing where the descriptor is no terminal.
class RawMode {
 public:
  explicit RawMode(int fd);
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

 private:
  int fd_;
  std::optional<termios> before_;
};

// While it lives, SIGINT is not delivered but can be read from fd(). Programs started meanwhile
// inherit the block, so that a Ctrl-C reaches only the command, which then cancels in order.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  int fd() const { return fd_.get(); }
  // Takes what is waiting; true if there was one.
  bool taken() const;

 private:
  base::Fd fd_;
  bool blocked_before_ = false;
};

// What a prompt came to.
struct Typed {
  enum class How : unsigned char { kLine, kInterrupt, kEnd } how = How::kEnd;
  std::string line;  // kInterrupt: what was given up
};

// Lines from a person or from a pipe. On a terminal with editing and history; `typed_ahead` are
// bytes that were read while something else ran.
class LineReader {
 public:
  explicit LineReader(const Terminal& terminal) : terminal_(terminal) {}
  // Shows `prompt` (on a terminal only) and waits for one line. INVARIANT: on a terminal, raw mode.
  Typed read(std::string_view prompt);
  // Reads what keys there are; true if Ctrl-C was among them. The others wait for the next read().
  bool interrupted();

 private:
  Typed edit(std::string_view prompt);
  Typed next_of_pipe();
  std::optional<Typed> feed(std::string_view prompt);

  const Terminal& terminal_;
  LineEditor editor_;
  std::string pending_;  // bytes read and not used yet
};

}  // namespace cli
