// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>

#include "conformance/command.h"
#include "conformance/suites.h"

int main(int argc, char** argv) {
  const std::unique_ptr<conformance::Suite> suites[] = {
      conformance::agentdojo_suite(), conformance::jcs_suite(),  conformance::jose_suite(),
      conformance::json_suite(),      conformance::op_suite(),   conformance::payloads_suite(),
      conformance::scenarios_suite(), conformance::sqrt_suite(),
  };
  std::vector<conformance::Suite*> table;
  for (const auto& suite : suites) table.push_back(suite.get());
  const char* shared = std::getenv("YETT_SHARED");
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  return conformance::run_command(
      table, arguments, {shared != nullptr ? shared : YETT_SHARED_DIR, YETT_TABLES_DIR},
      [](std::string_view line) {
        std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
      },
      [](std::string_view line) {
        std::fprintf(stderr, "yett-conformance: %.*s\n", static_cast<int>(line.size()),
                     line.data());
      });
}
