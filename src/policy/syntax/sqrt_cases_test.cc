// SPDX-License-Identifier: Apache-2.0
// The published syntax cases of SQRT: verdict and position of each. And every policy of the other
// cases parses.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/syntax/parse.h"

namespace policy {
namespace {

namespace json = boost::json;

json::array cases_of(const std::string& category) {
  const std::string path = std::string(YETT_SHARED_DIR) + "/sqrt-cases/" + category + ".json";
  std::ifstream in(path);
  if (!in) return {};
  std::stringstream text;
  text << in.rdbuf();
  return json::parse(text.str()).as_object()["cases"].as_array();
}

std::string text_of(const json::object& object, const char* key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

void check(const json::object& one) {
  const json::object& expect = one.at("expect").as_object();
  const std::vector<Source> sources{{text_of(one, "name"), text_of(one, "policy")}};
  const auto outcome = parse(sources[0]);
  const Diagnostic* error = std::get_if<Diagnostic>(&outcome);
  const std::string said =
      error != nullptr ? render(*error, sources) : "accepted\n" + sources[0].text;
  ASSERT_EQ(error == nullptr, expect.at("valid").as_bool()) << said;
  if (error == nullptr || !expect.contains("error_line")) return;
  EXPECT_EQ(error->span.line, expect.at("error_line").as_int64()) << said;
  EXPECT_EQ(error->span.column, expect.at("error_column").as_int64()) << said;
}

TEST(SqrtCases, EverySyntaxCaseHasItsVerdictAndPosition) {
  const json::array cases = cases_of("syntax");
  if (cases.empty()) GTEST_SKIP() << "sqrt-cases/syntax.json is not there";
  for (const json::value& one : cases) {
    if (text_of(one.as_object(), "evidence") == "ambiguous") continue;
    SCOPED_TRACE(text_of(one.as_object(), "name"));
    check(one.as_object());
  }
}

TEST(SqrtCases, EveryPolicyOfTheOtherCasesParses) {
  std::size_t seen = 0;
  for (const char* category : {"conflict", "metadata", "predicate", "propagation", "scenario",
                               "set-algebra", "value-domain", "preset", "branch"}) {
    for (const json::value& one : cases_of(category)) {
      const std::vector<Source> sources{
          {text_of(one.as_object(), "name"), text_of(one.as_object(), "policy")}};
      const auto outcome = parse(sources[0]);
      const Diagnostic* error = std::get_if<Diagnostic>(&outcome);
      EXPECT_EQ(error, nullptr) << render(*error, sources);
      ++seen;
    }
  }
  if (seen == 0) GTEST_SKIP() << "sqrt-cases is not there";
}

}  // namespace
}  // namespace policy
