// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_place.h"

#include <gtest/gtest.h>

#include "cli/compile.h"
#include "policy/load/load.h"

namespace cli {
namespace {

class OnePolicy final : public Files {
 public:
  base::Result<std::string> read(const std::string&) const override {
    return std::string("tool \"model:m\" { must allow always; }");
  }
};

// The digest of a policy covers the tools: the commands must know them as the monitor's start does.
TEST(Place, KnowsTheToolsThatTheManifestHas) {
  Problems problems;
  const Config config = read_config(R"(
[model.m]
kind = "ollama"
url = "http://127.0.0.1:1"
model = "x"
[tool.mail]
description = "d"
method = "POST"
effect = "send"
url = "http://127.0.0.1:2/mail"
json = { to = "{to}", n = "{n}" }
keep = { id = "/id", at = "/at" }
[tool.mail.args.to]
type = "array"
items = "string"
role = "recipient"
[tool.mail.args.n]
type = "integer"
required = false
enum = [1, 2]
[tool.get]
description = "d"
url = "http://127.0.0.1:2/get"
query = { q = "{q}" }
[tool.get.args.q]
type = "string"
role = "query"
)",
                                    problems);
  const Compiled compiled = compile(config, OnePolicy(), problems);
  ASSERT_TRUE(problems.empty()) << problems.text("c");
  const policy::Outcome mine =
      policy::load({{"policy.sqrt", *OnePolicy().read("")}}, tools_of(config), options_of(config),
                   [](std::string_view) { return std::nullopt; });
  ASSERT_TRUE(mine.loaded.has_value());
  EXPECT_EQ(mine.loaded->digest, compiled.rules.digest());
  const policy::Tools all = tools_of(config);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0].model);
  EXPECT_EQ(all[1].kept, (std::vector<std::string>{"at", "id"}));
}

}  // namespace
}  // namespace cli
