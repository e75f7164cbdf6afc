// SPDX-License-Identifier: Apache-2.0
#include "conformance/report.h"

#include <fmt/format.h>

namespace conformance {
namespace {

// The exit code by which ctest knows that a test could not run (SKIP_RETURN_CODE).
constexpr int kExitAbsent = 77;

const char* name_of(Skip reason) {
  switch (reason) {
    case Skip::kDataAbsent: return "data absent";
    case Skip::kLater: return "later";
    case Skip::kProse: return "prose";
    case Skip::kRefused: return "refused";
  }
  return "";
}

Facts with_names(const Case& c) {
  Facts facts = c.facts;
  facts["id"] = c.id;
  facts["table"] = c.table;
  return facts;
}

}  // namespace

Report::Report(std::string suite, const Differences& differences,
               std::function<void(std::string_view)> print)
    : suite_(std::move(suite)), differences_(differences), print_(std::move(print)) {}

void Report::print(std::string_view outcome, const Case& c, std::string_view what) {
  print_(fmt::format("{} {}{}{}", outcome, c.id, what.empty() ? "" : ": ", what));
}

void Report::passed(const Case& c, std::string_view mark) {
  if (c.ambiguous) {
    ++skipped_;
    ++agrees_;
    return print("agrees", c, mark);
  }
  ++passed_;
  if (!mark.empty()) print("passed", c, mark);
}

void Report::failed(const Case& c, std::string_view why) {
  if (c.ambiguous) {
    ++skipped_;
    ++disagrees_;
    return print("disagrees", c, why);
  }
  const std::string_view meant = differences_.reason_for(suite_, with_names(c));
  if (!meant.empty()) {
    ++skipped_;
    return print("differs", c, meant);
  }
  ++failed_;
  print("failed", c, why);
}

void Report::skipped(const Case& c, Skip reason, std::string_view what) {
  ++skipped_;
  if (reason == Skip::kDataAbsent) ++absent_;
  print("skipped", c, fmt::format("{}: {}", name_of(reason), what));
}

void Report::note(std::string_view line) { print_(line); }

void Report::finish() {
  if (agrees_ + disagrees_ > 0) {
    print_(fmt::format("ambiguous: {} agrees, {} disagrees", agrees_, disagrees_));
  }
  print_(fmt::format("{} passed, {} failed, {} skipped", passed_, failed_, skipped_));
}

int Report::exit_code() const {
  if (failed_ == 0 && passed_ > 0) return 0;
  return failed_ == 0 && absent_ > 0 ? kExitAbsent : 1;
}

}  // namespace conformance
