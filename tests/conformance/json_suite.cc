// SPDX-License-Identifier: Apache-2.0
//
// JSONTestSuite (RFC 8259): y_ is accepted, n_ refused, i_ and test_transform do no harm.
#include "conformance/suites.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace conformance {
namespace {

namespace fs = std::filesystem;

// Accepted texts must also come back from our own form as the same value.
bool survives(const schema::Value& value) {
  const auto again = schema::parse(schema::write(value));
  return again.ok() && *again == value;
}

class JsonSuite final : public Suite {
 public:
  std::string_view name() const override { return "json"; }
  std::string_view default_folder() const override { return "vectors/json-parsing"; }

  base::Status run(const Run& run, Report& report) override {
    for (const char* table : {"test_parsing", "test_transform"}) {
      const auto files = files_of(run.folder / table, ".json");
      if (files.empty()) report.skipped({.id = table, .table = table}, Skip::kDataAbsent, table);
      for (const fs::path& file : files) {
        const Case c{.id = file.stem(), .table = table};
        if (!run.selects(c.table, c.id)) continue;
        TRY_AS(std::string text, read_file(file));
        judge(c, text, report);
      }
    }
    return base::ok();
  }

 private:
  static void judge(const Case& c, std::string_view text, Report& report) {
    schema::Fault fault{};
    const auto value = schema::parse(text, {}, &fault);
    const char kind = c.table == "test_parsing" ? c.id.front() : 'i';
    if (value.ok()) {
      if (kind == 'n') return report.failed(c, "expected refused, was accepted");
      if (!survives(*value)) return report.failed(c, "does not survive being written and read");
      return report.passed(c);
    }
    if (kind != 'y') return report.passed(c);
    const bool stricter =
        fault == schema::Fault::kDuplicateKey || fault == schema::Fault::kCaseVariant;
    if (stricter) return report.passed(c, "stricter: " + value.error().message);
    report.failed(c, "expected accepted, was refused: " + value.error().message);
  }
};

}  // namespace

std::unique_ptr<Suite> json_suite() { return std::make_unique<JsonSuite>(); }

}  // namespace conformance
