// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The trace of a plan as text: which line bound which name and called which tool, under which
// labels. Never a value. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <string>
#include <string_view>

#include "lang/trace.h"
#include "session/labels.h"

namespace session {

// A label in one line: "tags={a} producers={} consumers=* origins={tool:x}", with the sets that are
// as at first left out; "clean" if all are.
std::string label_text(const label::Sets& sets);

class PlanTrace final : public lang::Tracer {
 public:
  // LIMIT: bytes; then the trace ends with "...".
  static constexpr std::size_t kBytes = 60u * 1024;

  explicit PlanTrace(Labels& labels) : labels_(labels) {}
  void bound(std::uint32_t line, std::string_view name, label::LabelId label) override;
  void called(std::uint32_t line, std::string_view tool, label::LabelId control) override;
  std::string take() { return std::move(text_); }

 private:
  void add(std::uint32_t line, std::string_view what, std::string_view name, label::LabelId label);
  Labels& labels_;
  std::string text_;
  bool full_ = false;
};

}  // namespace session
