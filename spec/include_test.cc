// SPDX-License-Identifier: Apache-2.0
// A reference that shared code with what it judges would share its mistakes.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

namespace spec {
namespace {

TEST(Model, SharesOnlyPlainDataWithWhatItJudges) {
  const std::set<std::string> data{"policy/tree.h",  "policy/words.h",  "policy/options.h",
                                   "policy/tools.h", "policy/loaded.h", "policy/question.h",
                                   "label/sets.h"};
  std::set<std::string> read;
  for (const auto& entry : std::filesystem::directory_iterator(YETT_SOURCE_DIR "/spec")) {
    const std::string name = entry.path().filename();
    if (name.find("test") != std::string::npos || name == "CMakeLists.txt") continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      const bool is_ours = line.starts_with("#include \"") && !line.starts_with("#include \"spec/");
      if (is_ours) read.insert(line.substr(10, line.size() - 11));
    }
  }
  EXPECT_GE(read.size(), 3U);
  for (const std::string& header : read) EXPECT_TRUE(data.contains(header)) << header;
}

}  // namespace
}  // namespace spec
