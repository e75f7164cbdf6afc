// SPDX-License-Identifier: Apache-2.0
#include "cli/op_quota.h"

namespace cli {
namespace {

constexpr std::string_view kTable =
    "TYPE       ACTION        LIMIT    USED    REMAINING    RESET\n"
    "token      write         100      0       100          N/A\n"
    "token      read          1000     810     190          12 minutes from now\n"
    "account    read_write    1000     930     70           3 hours from now\n";

TEST(OpQuota, TheTableIsReadRowByRow) {
  const auto rows = op_quotas(kTable);
  ASSERT_TRUE(rows.ok()) << rows.error().message;
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[1].type, "token");
  EXPECT_EQ((*rows)[1].action, "read");
  EXPECT_EQ((*rows)[1].limit, 1000u);
  EXPECT_EQ((*rows)[1].used, 810u);
  EXPECT_EQ((*rows)[1].reset, "12 minutes from now");
}

TEST(OpQuota, WhatIsUsedIsSaidAndTheFullestIsNamed) {
  const auto rows = op_quotas(kTable);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(text_of(*rows), "quota used: token read 810 of 1000, account read_write 930 of 1000");
  ASSERT_TRUE(nearly_used(*rows));
  EXPECT_EQ(nearly_used(*rows)->type, "account");
}

TEST(OpQuota, AFreshQuotaIsFarFromUsed) {
  const auto rows = op_quotas("TYPE ACTION LIMIT USED REMAINING RESET\r\ntoken read 5 0 5 N/A\r\n");
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(text_of(*rows), "nothing of its quota used");
  EXPECT_FALSE(nearly_used(*rows));
}

TEST(OpQuota, AnythingElseIsNoTable) {
  for (const std::string_view text :
       {"", "\n", "TYPE ACTION LIMIT USED REMAINING RESET\n", "[ERROR] no\n",
        "TYPE ACTION\ntoken read many 1 2 N/A\n", "TYPE ACTION\ntoken read 1 -1 2 N/A\n",
        "TYPE ACTION\ntoken\n", "{\"type\":\"token\"}"})
    EXPECT_FALSE(op_quotas(text).ok()) << text;
  std::string many("TYPE ACTION\n");
  for (int i = 0; i < 17; ++i) many += "token read 1 0 1 N/A\n";
  EXPECT_FALSE(op_quotas(many).ok());
}

TEST(OpQuota, ALimitOfNothingIsUsedUp) {
  const auto rows = op_quotas("TYPE ACTION LIMIT USED REMAINING RESET\ntoken read 0 0 0 N/A\n");
  ASSERT_TRUE(rows.ok());
  EXPECT_TRUE(nearly_used(*rows));
}

}  // namespace
}  // namespace cli
