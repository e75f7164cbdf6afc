// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <boost/json/src.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "broker/op_errors.h"
#include "broker/op_reference.h"

namespace broker {
namespace {

TEST(OpReference, WhatIsWrittenAsDocumentedIsRead) {
  const std::pair<const char*, OpReference> cases[] = {
      {"op://v/i/f", {"v", "i", "", "f", "", ""}},
      {"op://Test Data/Example Login 1/password",
       {"Test Data", "Example Login 1", "", "password", "", ""}},
      {"op://v/i/s.1/f-2_x", {"v", "i", "s.1", "f-2_x", "", ""}},
      {"op://v/i/one-time password?attribute=otp", {"v", "i", "", "one-time password", "otp", ""}},
      {"op://v/i/private key?ssh-format=openssh", {"v", "i", "", "private key", "", "openssh"}},
  };
  for (const auto& [written, wanted] : cases) {
    const auto parsed = parse_op_reference(written);
    ASSERT_TRUE(parsed.ok()) << written;
    EXPECT_EQ(*parsed, wanted);
    EXPECT_EQ(text(*parsed), written);
  }
}

TEST(OpReference, EverythingElseIsRefused) {
  const char* const bad[] = {"",
                             "op://",
                             "op://v",
                             "op://v/i",
                             "op://v/i/",
                             "op:///i/f",
                             "op://v//f",
                             "op://v/i/s/f/x",
                             "OP://v/i/f",
                             "http://v/i/f",
                             "op://v/i/$F",
                             "op://v/i/${F}",
                             "op://v/i/f\n",
                             "op://v/i/caf\xc3\xa9",
                             "op://v/ /f",
                             "op://v/../f",
                             "op://v/i/.",
                             "op://v/i/--help",
                             "op://v/i/f?",
                             "op://v/i/f?attribute=",
                             "op://v/i/f?attribute=OTP",
                             "op://v/i/f?x=y",
                             "op://v/i/f?attribute=otp&x=y",
                             "op://v/i/f?ssh-format=pem",
                             "op://v/i/f#x",
                             "op://v/i/f%2F",
                             " op://v/i/f",
                             "op://-v/i/f"};
  for (const char* written : bad) EXPECT_FALSE(parse_op_reference(written).ok()) << written;
  EXPECT_FALSE(parse_op_reference("op://v/i/" + std::string(200, 'f')).ok());
}

TEST(OpErrors, TheLastErrorLineDecides) {
  const std::string before = "Using service account, for supported commands see: https://x\n";
  const std::string old = "[ERROR] 2024/01/01 00:00:00 \"X\" isn't a vault in this account.\n";
  const std::string last = "[ERROR] 2024/01/01 00:00:01 \"Y\" isn't an item. Specify ...\n";
  EXPECT_EQ(classify_read({1, "", before + old + last}), OpError::kItemNotFound);
  EXPECT_EQ(classify_read({1, "", before + last + old}), OpError::kVaultNotFound);
  EXPECT_EQ(classify_read({1, "", before}), OpError::kOther);
  EXPECT_EQ(classify_read({1, "", ""}), OpError::kOther);
}

TEST(OpErrors, NamesInQuotesDoNotDecide) {
  EXPECT_EQ(classify_read({1, "", "[ERROR] 2024/01/01 00:00:00 \"rate limit\" isn't an item.\n"}),
            OpError::kItemNotFound);
  EXPECT_EQ(classify_read({1, "", "[ERROR] 2024/01/01 00:00:00 \"not signed in\" isn't a vault\n"}),
            OpError::kVaultNotFound);
}

TEST(OpErrors, KnownSentencesOfReads) {
  const std::pair<const char*, OpError> cases[] = {
      {"could not read secret op://v/i/f: error initializing client: rate limit exceeded",
       OpError::kRateLimited},
      {"(429) Too Many Requests", OpError::kRateLimited},
      {"item 'v/i' does not have a field 'f'", OpError::kFieldNotFound},
      {"invalid secret reference 'op://v': too few '/'", OpError::kBadReference},
      {"too many '/': secret references should match op://<vault>/<item>[/<section>]/<field>",
       OpError::kBadReference},
      {"error initializing client: Server: (403) (Forbidden (Service Account Deleted))",
       OpError::kTokenInvalid},
      {"something new", OpError::kOther},
  };
  for (const auto& [line, wanted] : cases)
    EXPECT_EQ(classify_read({1, "", std::string("[ERROR] 2024/01/01 00:00:00 ") + line}), wanted)
        << line;
}

TEST(OpErrors, OnlyAValueIsOk) {
  EXPECT_EQ(classify_read({0, "value", ""}), OpError::kOk);
  EXPECT_EQ(classify_read({0, "", ""}), OpError::kOther);
  EXPECT_EQ(classify_read({1, "half a val", "[ERROR] x"}), OpError::kOther);
  EXPECT_EQ(classify_other({0, "{\"ServiceAccountType\":\"SERVICE_ACCOUNT\"}", ""}),
            OpError::kOther);
}

TEST(OpErrors, EveryErrorHasANameOfItsOwn) {
  std::set<std::string_view> seen;
  for (int i = 0; i <= static_cast<int>(OpError::kOther); ++i)
    EXPECT_TRUE(seen.insert(slug(static_cast<OpError>(i))).second) << i;
}

struct Recorded {
  std::string file;
  int exit_status;
  std::string out;
  std::string err;
};

std::vector<Recorded> recorded_runs() {
  std::vector<Recorded> out;
  const std::filesystem::path folder(std::string(YETT_SHARED_DIR) + "/vectors/op-cli-captures");
  if (!std::filesystem::exists(folder)) return out;
  const auto text = [](const boost::json::value& v) {
    const auto* t = v.as_object().if_contains("text");
    return t == nullptr ? std::string("binary") : std::string(t->as_string());
  };
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    const auto parsed = boost::json::parse(bytes);
    out.push_back({entry.path().filename(), static_cast<int>(parsed.at("exit_status").as_int64()),
                   text(parsed.at("stdout")), text(parsed.at("stderr"))});
  }
  return out;
}

OpError wanted_of(const std::string& err) {
  const auto has = [&](const char* s) { return err.find(s) != std::string::npos; };
  if (has("panic:")) return OpError::kCrash;
  if (has("signed in") || has("no account found")) return OpError::kNotSignedIn;
  if (has("More than one item")) return OpError::kAmbiguousItem;
  if (has("isn't a vault")) return OpError::kVaultNotFound;
  if (has("isn't an item")) return OpError::kItemNotFound;
  if (has("(400)")) return OpError::kBadReference;
  return OpError::kOther;
}

TEST(OpErrors, EveryRecordedRunIsClassified) {
  const auto runs = recorded_runs();
  if (runs.empty()) GTEST_SKIP() << "vectors/op-cli-captures is absent";
  for (const Recorded& run : runs) {
    const OpError error = classify_other({run.exit_status, run.out, run.err});
    EXPECT_NE(error, OpError::kOk) << run.file << ": none of them reads a secret";
    EXPECT_EQ(error, run.exit_status == 0 ? OpError::kOther : wanted_of(run.err)) << run.file;
  }
}

}  // namespace
}  // namespace broker
