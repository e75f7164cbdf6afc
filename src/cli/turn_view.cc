// SPDX-License-Identifier: Apache-2.0
#include "cli/turn_view.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace cli {
namespace {

using base::Reason;

Style style_of(const DoorEvent& event) {
  if (event.state == DoorEvent::State::kDenied) return Style::kBad;
  if (event.scrubbed > 0) return Style::kWarning;
  const bool bad = event.state == DoorEvent::State::kEnded && event.reason != Reason::kOk;
  return bad ? Style::kWarning : Style::kDim;
}

std::string ended_line(const std::string& tool, const DoorEvent& event) {
  if (event.reason != Reason::kOk)
    return fmt::format("\u2190 {}: {} ({})", tool, base::sentence(event.reason),
                       base::slug(event.reason));
  std::string line =
      fmt::format("\u2190 {} ok, {} byte{}", tool, event.bytes, event.bytes == 1 ? "" : "s");
  if (event.scrubbed > 0)
    line += fmt::format(", {} secret{} scrubbed", event.scrubbed, event.scrubbed == 1 ? "" : "s");
  return line;
}

}  // namespace

std::string notice_line(const DoorEvent& event) {
  const std::string tool = base::printable(event.tool);
  switch (event.state) {
    case DoorEvent::State::kAllowed: return fmt::format("\u2192 {}(\u2026) allowed", tool);
    case DoorEvent::State::kDenied:
      return fmt::format("\u2192 {}(\u2026) denied: {} ({}{}{})", tool,
                         base::sentence(event.reason), base::slug(event.reason),
                         event.call.empty() ? "" : "; yett explain ", base::printable(event.call));
    case DoorEvent::State::kEnded: return ended_line(tool, event);
  }
  return "";
}

void TurnView::show(const DoorEvent& event) {
  switch (event.kind) {
    case DoorEvent::Kind::kText: return text(event.text);
    case DoorEvent::Kind::kThinking: return thinking(event.text);
    case DoorEvent::Kind::kCall: return call(event);
    case DoorEvent::Kind::kDone: return done(event);
    case DoorEvent::Kind::kOpened:
    case DoorEvent::Kind::kRefused:
    case DoorEvent::Kind::kResult:
    case DoorEvent::Kind::kError: return;
  }
}

void TurnView::break_line() {
  if (mid_thought_) terminal_.err("\n");
  if (mid_line_) terminal_.out("\n");
  mid_thought_ = mid_line_ = false;
}

void TurnView::text(std::string_view piece) {
  if (piece.empty()) return;
  if (mid_thought_) break_line();
  terminal_.out(safe_text(piece));
  spoke_ = true;
  mid_line_ = !piece.ends_with('\n');
}

// Reasoning is shown where somebody watches, and is never part of the reply.
void TurnView::thinking(std::string_view piece) {
  if (piece.empty() || !terminal_.shows_progress()) return;
  if (mid_line_) break_line();
  terminal_.err(terminal_.styled_err(Style::kDim, safe_text(piece)));
  mid_thought_ = !piece.ends_with('\n');
}

void TurnView::call(const DoorEvent& event) {
  break_line();
  terminal_.err(terminal_.styled_err(style_of(event), notice_line(event)) + "\n");
}

void TurnView::done(const DoorEvent& event) {
  if (!spoke_) text(event.text);
  break_line();
  if (event.reason == Reason::kOk) return;
  std::string why = event.detail.empty() ? std::string(base::sentence(event.reason)) : event.detail;
  why += fmt::format(" ({})", base::slug(event.reason));
  terminal_.err(terminal_.styled_err(event.reason == Reason::kCancelled ? Style::kDim : Style::kBad,
                                     safe_text(why)) +
                "\n");
}

}  // namespace cli
