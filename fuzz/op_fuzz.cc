// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a 1Password reference, and as the output of a run of its program: no crash; an
// accepted reference written out again is the same one, and is no option and no path; a run has
// exactly one outcome, kOk only with a value, and quoted names of the vault decide nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "broker/op_errors.h"
#include "broker/op_reference.h"

namespace {

using broker::OpError;

void look_at_reference(std::string_view text) {
  const auto reference = broker::parse_op_reference(text);
  if (!reference.ok()) {
    CHECK(reference.error().message.starts_with("secret reference"));
    return;
  }
  const auto again = broker::parse_op_reference(broker::text(*reference));
  CHECK(again.ok() && *again == *reference);
  for (const auto* part : {&reference->vault, &reference->item, &reference->field}) {
    CHECK(!part->empty() && (*part)[0] != '-' && *part != "." && *part != "..");
    CHECK(part->find_first_of("/?%\\\n") == std::string::npos && base::is_utf8(*part));
  }
}

void look_at_outcome(const broker::OpRun& run) {
  const OpError read = broker::classify_read(run);
  const OpError other = broker::classify_other(run);
  CHECK((read == OpError::kOk) == (run.exit_status == 0 && !run.out.empty()));
  CHECK(other != OpError::kOk && (run.exit_status == 0 || other == read));
  CHECK(!broker::slug(read).empty() && (read == OpError::kOk) == broker::advice(read).empty());
  const std::string_view line = broker::last_error_line(run.err);
  CHECK(line.empty() || (line.starts_with("[ERROR]") && line.find('\n') == line.npos));
}

// The name of a vault's item, put in quotes, changes nothing.
void look_at_quoted(std::string_view name) {
  if (name.find_first_of("\"\n") != name.npos || name.find("[ERROR]") != name.npos) return;
  if (name.find("panic:") != name.npos || name.find("goroutine ") != name.npos) return;
  const std::string err = "[ERROR] 2026/01/01 \"" + std::string(name) + "\" isn't an item";
  CHECK(broker::classify_read({1, "", err}) == OpError::kItemNotFound);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  look_at_reference(text);
  look_at_quoted(text);
  if (text.empty()) return 0;
  const std::string_view rest = text.substr(1);
  const std::size_t cut = std::min(rest.find('\0'), rest.size());
  look_at_outcome({data[0], rest.substr(0, cut), rest.substr(std::min(cut + 1, rest.size()))});
  return 0;
}
