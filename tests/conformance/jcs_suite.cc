// SPDX-License-Identifier: Apache-2.0
//
// RFC 8785: the canonical form of input/X is output/X, and its bytes are those of outhex/X.
#include "base/bytes.h"
#include "conformance/suites.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

// The vectors are about form, not about who may be asked what: keys may differ in case alone.
const schema::ParseLimits kLimits{.case_variants = schema::CaseVariants::kAllow};

base::Result<std::string> canonical_of(std::string_view text) {
  TRY_AS(schema::Value value, schema::parse(text, kLimits));
  return schema::canonical(value);
}

// The bytes that a file of hexadecimal pairs and white space stands for.
base::Result<std::string> bytes_of(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; });
  auto bytes = base::unhex(text);
  if (!bytes) return base::invalid("a file of outhex is not hexadecimal");
  return std::move(*bytes);
}

class JcsSuite final : public Suite {
 public:
  std::string_view name() const override { return "jcs"; }
  std::string_view default_folder() const override { return "vectors/jcs"; }

  base::Status run(const Run& run, Report& report) override {
    const auto inputs = files_of(run.folder / "input", ".json");
    if (inputs.empty()) report.skipped({.id = "input", .table = "jcs"}, Skip::kDataAbsent, "input");
    for (const fs::path& input : inputs) {
      if (run.selects("jcs", input.stem().string())) TRY(judge(run.folder, input, report));
    }
    return base::ok();
  }

 private:
  static base::Status judge(const fs::path& folder, const fs::path& input, Report& report) {
    const Case c{.id = input.stem(), .table = "jcs"};
    const fs::path output = folder / "output" / input.filename();
    const fs::path outhex = folder / "outhex" / (c.id + ".txt");
    if (!fs::exists(output) && !fs::exists(outhex)) {
      report.skipped(c, Skip::kDataAbsent, "output and outhex");
      return base::ok();
    }
    TRY_AS(std::string text, read_file(input));
    const auto form = canonical_of(text);
    std::string why = form.ok() ? "" : "refused: " + form.error().message;
    if (fs::exists(output) && why.empty()) {
      TRY_AS(std::string want, read_file(output));
      if (want != *form) why = "expected " + want + ", got " + *form;
    }
    if (fs::exists(outhex) && why.empty()) {
      TRY_AS(std::string hex, read_file(outhex));
      TRY_AS(std::string want, bytes_of(std::move(hex)));
      if (want != *form) why = "expected bytes " + base::hex(want) + ", got " + base::hex(*form);
    }
    why.empty() ? report.passed(c) : report.failed(c, why);
    return base::ok();
  }
};

}  // namespace

std::unique_ptr<Suite> jcs_suite() { return std::make_unique<JcsSuite>(); }

}  // namespace conformance
