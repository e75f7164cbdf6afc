// SPDX-License-Identifier: Apache-2.0
//
// Recorded runs of the 1Password CLI: what our broker makes of each. A failure is one of the listed
// kinds, whatever the command was, and only a read that gave its value is `ok`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "broker/op_errors.h"
#include "conformance/suites.h"
#include "schema/parse.h"

namespace conformance {
namespace {

using broker::OpError;
using schema::Value;

// Output of foreign programs: keys may differ in case alone.
const schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

// What a finished run may be called; the other kinds are for runs that did not finish, or values.
constexpr std::array kListed{OpError::kNotSignedIn,   OpError::kTokenInvalid,
                             OpError::kVaultNotFound, OpError::kItemNotFound,
                             OpError::kAmbiguousItem, OpError::kFieldNotFound,
                             OpError::kRateLimited,   OpError::kBadReference,
                             OpError::kCrash,         OpError::kOther};

struct Recorded {
  std::vector<std::string> argv;
  int exit_status = 0;
  std::string out;
  std::string err;
};

// A text, or an object with the text or the bytes in base64.
std::string bytes_of(const Value* v) {
  if (v == nullptr) return {};
  if (const std::string* text = v->as_string()) return *text;
  if (const auto text = v->find_string("text")) return std::string(*text);
  const auto coded = v->find_string("base64");
  return coded ? base::unbase64(*coded).value_or("") : "";
}

base::Result<Recorded> recorded_of(std::string_view text) {
  TRY_AS(const Value root, schema::parse(text, kLimits));
  const Value* argv = root.find("argv");
  const Value* status = root.find("exit_status");
  if (argv == nullptr || argv->as_array() == nullptr || status == nullptr || !status->as_i64())
    return base::invalid("not a recorded run");
  Recorded out;
  for (const Value& word : *argv->as_array())
    out.argv.push_back(word.as_string() != nullptr ? *word.as_string() : "");
  out.exit_status = static_cast<int>(*status->as_i64());
  out.out = bytes_of(root.find("stdout"));
  out.err = bytes_of(root.find("stderr"));
  return out;
}

// The verb is the first word that is no option and no value of a leading one.
bool is_read(const Recorded& r) {
  for (std::size_t i = 1; i < r.argv.size(); ++i) {
    if (r.argv[i] == "read") return true;
    const bool option = r.argv[i].starts_with("-");
    const bool value =
        i > 1 && r.argv[i - 1].starts_with("--") && r.argv[i - 1].find('=') == std::string::npos;
    if (!option && !value) return false;
  }
  return false;
}

bool listed(OpError error) {
  return std::find(kListed.begin(), kListed.end(), error) != kListed.end();
}

// What is wrong with our answer; empty if nothing is.
std::string wrong(const Recorded& r, OpError error, OpError as_read) {
  const bool value = is_read(r) && r.exit_status == 0 && !r.out.empty();
  if (value) return error == OpError::kOk ? "" : "the value was given, and it is not ok";
  if (error == OpError::kOk) return "ok, and no value was given";
  if (!listed(error)) return "not a kind that a finished run has";
  if (r.exit_status != 0 && as_read != error) return "the command changes what the failure is";
  return "";
}

class OpSuite final : public Suite {
 public:
  std::string_view name() const override { return "op"; }
  std::string_view default_folder() const override { return "vectors/op-cli-captures"; }

  base::Status run(const Run& run, Report& report) override {
    const auto files = files_of(run.folder, ".json");
    if (files.empty()) report.skipped({.id = "runs", .table = "op"}, Skip::kDataAbsent, "runs");
    std::map<std::string, int> kinds;
    for (const auto& file : files) {
      const Case c{.id = file.stem(), .table = "op"};
      if (!run.selects(c.table, c.id)) continue;
      TRY_AS(const std::string text, read_file(file));
      const auto recorded = recorded_of(text);
      if (recorded.ok()) ++kinds[judge(c, *recorded, report)];
      else report.failed(c, recorded.error().message);
    }
    for (const auto& [kind, count] : kinds) report.note(fmt::format("{:4} {}", count, kind));
    return base::ok();
  }

 private:
  static std::string judge(const Case& c, const Recorded& r, Report& report) {
    const broker::OpRun run{r.exit_status, r.out, r.err};
    const OpError as_read = broker::classify_read(run);
    const OpError error = is_read(r) ? as_read : broker::classify_other(run);
    const std::string why = wrong(r, error, as_read);
    why.empty() ? report.passed(c) : report.failed(c, fmt::format("{}: {}", slug(error), why));
    const bool failed = r.exit_status != 0;
    return failed ? std::string(slug(error)) : is_read(r) ? "value" : "no failure, no value";
  }
};

}  // namespace

std::unique_ptr<Suite> op_suite() { return std::make_unique<OpSuite>(); }

}  // namespace conformance
