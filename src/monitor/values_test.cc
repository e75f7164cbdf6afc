// SPDX-License-Identifier: Apache-2.0
#include "monitor/values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <set>

#include "audit/fault_file.h"
#include "wire/codec.h"
#include "wire/value.h"

namespace monitor {
namespace {

const std::string kKey(32, 'k');

class ValuesTest : public ::testing::Test {
 protected:
  // One life of a writer that puts `texts`, one flush each.
  base::Status write(const std::vector<std::string>& texts, std::string_view key = kKey,
                     std::uint64_t limit = kValueStoreBytes) {
    ValueStore store(file_, seal_, random_, limit);
    TRY(store.begin(key));
    for (const std::string& text : texts) {
      store.put({++call_}, ValueKind::kObservation, text);
      TRY(store.flush());
    }
    return base::ok();
  }

  std::vector<std::string> read(audit::File& file, std::string_view key = kKey) {
    std::vector<std::string> out;
    ValueReader reader(file, seal_, key);
    while (true) {
      auto value = reader.next();
      EXPECT_TRUE(value.ok());
      if (!value.ok() || !*value) break;
      out.push_back((*value)->text);
    }
    skipped_ = reader.skipped();
    return out;
  }

  using Texts = std::vector<std::string>;
  audit::FaultFile file_;
  ValueSeal seal_;
  base::SystemRandom random_;
  std::uint64_t call_ = 0;
  std::uint64_t skipped_ = 0;
};

TEST_F(ValuesTest, WhatIsPutIsReadBackInOrderOverSeveralLives) {
  ASSERT_TRUE(write({"one", "", std::string(10'000, 'x')}).ok());
  ASSERT_TRUE(write({}).ok());
  ASSERT_TRUE(write({"four"}).ok());
  EXPECT_EQ(read(file_), (Texts{"one", "", std::string(10'000, 'x'), "four"}));
  EXPECT_EQ(skipped_, 0u);
}

TEST_F(ValuesTest, CallAndKindComeWithTheValue) {
  ValueStore store(file_, seal_, random_);
  ASSERT_TRUE(store.begin(kKey).ok());
  const std::vector<wire::Leaf> leaves = {{"project", wire::LeafKind::kString, "apollo", 0}};
  store.put({7}, ValueKind::kArguments, wire::encode(leaves));
  ASSERT_TRUE(store.flush().ok());
  ValueReader reader(file_, seal_, kKey);
  const auto value = reader.next();
  ASSERT_TRUE(value.ok() && *value);
  EXPECT_EQ((*value)->call.value, 7u);
  EXPECT_EQ((*value)->kind, ValueKind::kArguments);
  EXPECT_EQ(wire::decode<std::vector<wire::Leaf>>((*value)->text)->at(0).text, "apollo");
}

TEST_F(ValuesTest, NothingStandsInTheClearAndNoNonceComesTwice) {
  const Texts same(200, "a value that nobody may read");
  ASSERT_TRUE(write(same).ok());
  ASSERT_TRUE(write(same).ok());
  const std::string bytes(file_.cached());
  EXPECT_EQ(bytes.find("nobody"), std::string::npos);
  std::set<std::string> nonces;
  for (std::size_t at = bytes.find("yva1"); at != std::string::npos;
       at = bytes.find("yva1", at + 1))
    nonces.insert(bytes.substr(at + 20, ValueSeal::kNonceBytes));
  EXPECT_EQ(nonces.size(), 400u);
}

TEST_F(ValuesTest, AnotherKeyReadsNothing) {
  ASSERT_TRUE(write({"one", "two"}).ok());
  EXPECT_EQ(read(file_, std::string(32, 'q')), Texts{});
  EXPECT_GT(skipped_, 0u);
}

TEST_F(ValuesTest, AFlippedBitCostsItsValueAndNoOther) {
  ASSERT_TRUE(write({"first", "second", "third"}).ok());
  ASSERT_TRUE(write({"fourth"}).ok());
  const std::string good(file_.cached());
  constexpr std::size_t kFirstRun = 3 * (32 + ValueSeal::kTagBytes) + 5 + 6 + 5;
  for (std::size_t byte = 0; byte < good.size(); ++byte) {
    if (byte >= kFirstRun && byte < 4096) continue;  // zeros between the runs
    std::string bad = good;
    bad[byte] = static_cast<char>(bad[byte] ^ (1 << (byte % 8)));
    audit::FaultFile file(bad);
    const Texts got = read(file);
    ASSERT_LT(got.size(), 4u) << byte;
    ASSERT_GE(skipped_, 1u) << byte;
    for (const std::string& text : got)
      ASSERT_TRUE(text == "first" || text == "second" || text == "third" || text == "fourth");
    ASSERT_TRUE(byte >= 4096 || got.back() == "fourth") << byte;
  }
}

TEST_F(ValuesTest, ARecordUnderAnotherCallOrKindDoesNotVerify) {
  ASSERT_TRUE(write({"one"}).ok());
  for (const std::size_t at : {std::size_t{8}, std::size_t{16}}) {
    std::string moved(file_.cached());
    moved[at] = static_cast<char>(moved[at] ^ 3);
    audit::FaultFile file(moved);
    EXPECT_EQ(read(file), Texts{});
  }
}

TEST_F(ValuesTest, ATornTailIsIgnoredAndTheNextLifeIsReadWhole) {
  ASSERT_TRUE(write({"one", "two", std::string(300, 'y')}).ok());
  const std::string whole(file_.cached());
  for (std::size_t cut = 0; cut <= whole.size(); cut += 7) {
    file_ = audit::FaultFile(whole.substr(0, cut));
    const Texts before = read(file_);
    ASSERT_LE(before.size(), 3u);
    ASSERT_TRUE(write({"after"}).ok());
    Texts wanted = before;
    wanted.push_back("after");
    ASSERT_EQ(read(file_), wanted) << cut;
  }
}

TEST_F(ValuesTest, AfterAPowerLossWhatIsLeftIsStillTrue) {
  std::mt19937_64 random(3);
  const Texts texts = {std::string(5000, 'a'), std::string(5000, 'b'), std::string(5000, 'c')};
  ASSERT_TRUE(write(texts).ok());
  for (int i = 0; i < 200; ++i) {
    audit::FaultFile after(file_.after(audit::PowerLoss::kZeroFill, random));
    for (const std::string& text : read(after))
      ASSERT_NE(std::ranges::find(texts, text), texts.end());
  }
}

TEST_F(ValuesTest, AFullStoreStopsAndKeepsWhatItHas) {
  const auto written = write(Texts(100, std::string(1000, 'z')), kKey, 20'000);
  ASSERT_FALSE(written.ok());
  EXPECT_EQ(written.error().code, base::Errc::kExhausted);
  EXPECT_LE(*file_.size(), 20'000u);
  EXPECT_EQ(read(file_).size(), 19u);
  EXPECT_EQ(write({"x"}, kKey, 20'000).error().code, base::Errc::kExhausted);
}

TEST_F(ValuesTest, AFailedWriteStopsItAndSaysSoOnce) {
  ValueStore store(file_, seal_, random_);
  store.put({1}, ValueKind::kObservation, "before the key");
  ASSERT_TRUE(store.begin(kKey).ok());
  file_.fail_at(1, EIO);
  store.put({2}, ValueKind::kObservation, "lost");
  EXPECT_FALSE(store.flush().ok());
  EXPECT_TRUE(store.stopped());
  store.put({3}, ValueKind::kObservation, "dropped");
  EXPECT_FALSE(store.waiting());
  EXPECT_TRUE(store.flush().ok());
  EXPECT_EQ(read(file_), Texts{});
}

TEST_F(ValuesTest, ArbitraryBytesNeverReadAsAValue) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    std::string bytes(random() % 9000, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    for (std::size_t at = 0; at + 32 < bytes.size(); at += 512)
      bytes.replace(at, 8, std::string("yva1\x20\0\0\0", 8));
    audit::FaultFile file(bytes);
    ASSERT_EQ(read(file), Texts{});
  }
}

}  // namespace
}  // namespace monitor
