// SPDX-License-Identifier: Apache-2.0
//
// Policy judges a path by its text (domain `path`), the file tools open what they make of the same
// text. Where both take it, they mean the same place.
#include <gtest/gtest.h>

#include <random>

#include "policy/canonical.h"
#include "runner/workspace/path.h"

namespace conformance {
namespace {

std::string random_text(std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {"/",   "/",  "..", ".",   "a",    "b",
                                                 "...", "\\", "ü",  "%2e", "\x01", "\u200b"};
  std::string out = "/";
  for (auto left = random() % 12; left > 0; --left) out += kPieces[random() % std::size(kPieces)];
  return out;
}

TEST(WorkspacePaths, MeanWhatPolicyJudges) {
  std::mt19937 random(11);
  std::size_t both = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = random_text(random);
    const auto path = workspace::Path::parse_absolute(text);
    if (!path.ok()) continue;
    policy::CanonicalText judged;
    ASSERT_TRUE(policy::canonical_path(text, judged)) << text;
    ASSERT_EQ(judged.view(), path->is_root() ? "/" : "/" + path->text()) << text;
    both += path->is_root() ? 0 : 1;
  }
  EXPECT_GT(both, 1000u);
}

}  // namespace
}  // namespace conformance
