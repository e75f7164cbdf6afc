// SPDX-License-Identifier: Apache-2.0
//
// Table str_scrub: secrets and a text that comes back, whole or in chunks, through the scrubber.
#include <algorithm>

#include <fmt/format.h>

#include "broker/scrub_set.h"
#include "conformance/scenarios.h"
#include "conformance/scenarios_limits.h"
#include "conformance/scenarios_reader.h"

namespace conformance {
namespace {

using schema::Value;

struct Texts {
  std::vector<std::string> secrets;
  std::vector<std::string> chunks;
  std::string form;
};

std::vector<std::string> strings_of(const Value& value) {
  std::vector<std::string> out;
  if (const std::string* one = value.as_string()) out.push_back(*one);
  if (const schema::Array* many = value.as_array())
    for (const Value& item : *many)
      if (const std::string* text = item.as_string()) out.push_back(*text);
  return out;
}

// Null: the case is not of the form that this adapter maps.
std::optional<Texts> texts_of(const Value& given) {
  const Value* secrets = given.find("secrets");
  const Value* output = given.find("tool_output");
  if (secrets == nullptr || secrets->as_object() == nullptr || output == nullptr) return {};
  Texts out;
  for (const schema::Member& m : *secrets->as_object())
    if (const std::string* value = m.value.as_string()) out.secrets.push_back(*value);
  out.chunks = strings_of(*output);
  out.form = given.find_string("tool_output_form").value_or("");
  if (out.secrets.size() != secrets->as_object()->size() || out.chunks.empty()) return {};
  return out;
}

base::Result<std::string> scrubbed(const Texts& texts) {
  std::vector<broker::Secret> secrets;
  for (std::string value : texts.secrets) secrets.push_back(broker::Secret::take(value));
  std::vector<broker::ScrubSet::Named> named;
  for (const broker::Secret& secret : secrets) named.push_back({"secret", &secret});
  TRY_AS(auto set, broker::ScrubSet::compile(named));
  broker::StreamScrubber stream(std::move(set));
  std::string out;
  for (const std::string& chunk : texts.chunks) stream.feed(chunk, out);
  stream.finish(out);
  return out;
}

std::string joined(const std::vector<std::string>& chunks) {
  std::string out;
  for (const std::string& chunk : chunks) out += chunk;
  return out;
}

bool passes_on(const Texts& texts, const std::string& returned) {
  return returned == joined(texts.chunks) || std::ranges::any_of(texts.secrets, [&](const auto& s) {
           return recoverable(returned, s);
         });
}

// A limit is allowed where the page for users names it; the level does not matter.
void judge_limit(const Scenario& s, const Texts& texts, const std::string& returned,
                 const KnownLimits& limits, Report& report) {
  if (!passes_on(texts, returned)) return report.passed(s.c, "stricter: found all the same");
  const std::string_view row = limits.row_for(texts.form);
  if (row.empty()) return report.failed(s.c, "not named as a limit: " + texts.form);
  report.passed(s.c, fmt::format("a documented limit: {}", row));
}

void judge_reader(const Scenario& s, const Texts& texts, const std::string& returned,
                  Report& report) {
  for (const std::string& secret : texts.secrets)
    if (recoverable(returned, secret)) return report.failed(s.c, "a reader finds the secret");
  const std::string wrong = damage(joined(texts.chunks), returned, texts.secrets);
  wrong.empty() ? report.passed(s.c) : report.failed(s.c, wrong);
}

void judge(const Scenario& s, const KnownLimits& limits, Report& report) {
  const auto texts = texts_of(s.given);
  const Value* wanted = s.expect.find("returned");
  const Value* reader = s.expect.find("secret_recoverable_by_reader");
  const bool is_limit = reader != nullptr && reader->as_string() != nullptr &&
                        *reader->as_string() == "documented limit";
  const bool is_hidden = reader != nullptr && reader->as_bool() == false;
  if (!texts || (!is_limit && !is_hidden && (wanted == nullptr || wanted->as_string() == nullptr)))
    return report.skipped(s.c, Skip::kProse, "given or expect is not of the known form");
  const auto returned = scrubbed(*texts);
  if (!returned.ok()) return report.failed(s.c, returned.error().message);
  const std::string* exact = wanted == nullptr ? nullptr : wanted->as_string();
  if (exact != nullptr && *exact != *returned)
    return report.failed(s.c, fmt::format("expected '{}', got '{}'", *exact, *returned));
  if (is_limit) return judge_limit(s, *texts, *returned, limits, report);
  if (is_hidden) return judge_reader(s, *texts, *returned, report);
  report.passed(s.c);
}

}  // namespace

base::Status run_scrub(const ScenarioRun& run, const std::filesystem::path& page) {
  TRY_AS(const KnownLimits limits, KnownLimits::load(page));
  for (const Scenario& s : run.table.cases)
    if (run.selects(s.c)) judge(s, limits, run.report);
  return base::ok();
}

}  // namespace conformance
