// SPDX-License-Identifier: Apache-2.0
#include "cli/turn_view.h"

#include <fmt/format.h>

#include <algorithm>

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

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
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
    case DoorEvent::Kind::kPlan: return plan(event);
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
  if (event.state == DoorEvent::State::kDenied) mark(event.line, 0);
}

// A plan on standard error with its lines counted; a trace on standard output.
void TurnView::plan(const DoorEvent& event) {
  break_line();
  if (event.plan == wire::PlanState::kTraced) return terminal_.out(safe_text(event.program));
  if (event.plan != wire::PlanState::kFailed) program_ = lines_of(event.program);
  if (event.plan == wire::PlanState::kRunning && programs_) {
    for (std::size_t i = 0; i < program_.size(); ++i)
      terminal_.err(terminal_.styled_err(
          Style::kDim, fmt::format("{:>4} | {}\n", i + 1, base::printable(program_[i]))));
    return;
  }
  if (event.plan == wire::PlanState::kRunning) return;
  const bool rejected = event.plan == wire::PlanState::kRejected;
  terminal_.err(
      terminal_.styled_err(Style::kWarning,
                           fmt::format("plan {} {}: {}", event.attempt,
                                       rejected ? "cannot run" : "failed and is written again",
                                       base::printable(event.text))) +
      "\n");
  mark(event.line, event.column);
}

void TurnView::mark(std::uint64_t line, std::uint64_t column) {
  if (line == 0 || line > program_.size()) return;
  const std::string& text = program_[line - 1];
  const std::size_t from = column == 0 ? std::min(text.find_first_not_of(" \t"), text.size())
                                       : static_cast<std::size_t>(column) - 1;
  const std::size_t wide = column == 0 ? std::max<std::size_t>(text.size() - from, 1) : 1;
  terminal_.err(fmt::format("{:>4} | {}\n     | {}{}\n", line, base::printable(text),
                            std::string(std::min(from, text.size()), ' '),
                            terminal_.styled_err(Style::kBad, std::string(wide, '^'))));
}

void TurnView::done(const DoorEvent& event) {
  if (!event.output.empty()) text(event.output);
  if (!event.output.empty()) break_line();
  if (!spoke_ || !event.output.empty()) text(event.text);
  break_line();
  if (event.reason == Reason::kOk) return;
  std::string why = event.detail.empty() ? std::string(base::sentence(event.reason)) : event.detail;
  why += fmt::format(" ({}{})", base::slug(event.reason),
                     event.line == 0 ? "" : fmt::format(", line {}", event.line));
  terminal_.err(terminal_.styled_err(event.reason == Reason::kCancelled ? Style::kDim : Style::kBad,
                                     safe_text(why)) +
                "\n");
}

}  // namespace cli
