// SPDX-License-Identifier: Apache-2.0
#include "wire/codec.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "wire/frames.h"
#include "wire/start.h"

namespace wire {
namespace {

LabelledCall sample_call() {
  LabelledCall call;
  call.turn = {7};
  call.proposal = 3;
  call.tool = "get_current_weather";
  call.arguments = {{"location", LeafKind::kString, "Paris", 0},
                    {"days", LeafKind::kInteger, "3", 1}};
  call.labels = {{}, {{"pii"}, {"crm"}, false, {"alice"}, {"tool:crm"}}};
  return call;
}

TEST(Codec, AFrameRoundTrips) {
  const auto back = decode<LabelledCall>(encode(sample_call()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->arguments[1].text, "3");
  EXPECT_EQ(back->labels[1].producers, std::vector<std::string>{"crm"});
  EXPECT_FALSE(back->labels[1].everyone);
}

TEST(Codec, EveryTruncationIsAViolation) {
  const std::string bytes = encode(sample_call());
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(decode<LabelledCall>(std::string_view(bytes).substr(0, n)).ok()) << n;
}

TEST(Codec, ALeftOverByteIsAViolation) {
  EXPECT_FALSE(decode<LabelledCall>(encode(sample_call()) + '\0').ok());
}

TEST(Codec, AnEnumOutsideItsRangeIsAViolation) {
  Say say;
  std::string bytes = encode(say);
  bytes[16] = 99;
  EXPECT_FALSE(decode<Say>(bytes).ok());
}

TEST(Codec, AReasonWithoutAMeaningIsAViolation) {
  std::string bytes = encode(Verdict{3, false, base::Reason::kDeniedByRule, {}});
  ASSERT_TRUE(decode<Verdict>(bytes).ok());
  bytes[6] = '\x7f';
  EXPECT_FALSE(decode<Verdict>(bytes).ok());
}

TEST(Codec, ABoolIsZeroOrOne) {
  std::string bytes = encode(Shutdown{true});
  bytes[0] = 2;
  EXPECT_FALSE(decode<Shutdown>(bytes).ok());
}

TEST(Codec, ACountThatLiesDoesNotAllocate) {
  std::string bytes = encode(RunVault{});
  bytes[8] = bytes[9] = bytes[10] = bytes[11] = '\xff';
  EXPECT_FALSE(decode<RunVault>(bytes).ok());
}

TEST(LabelledCall, ALabelIndexWithoutLabelIsAViolation) {
  LabelledCall call = sample_call();
  call.arguments[0].label = 2;
  EXPECT_FALSE(decode<LabelledCall>(encode(call)).ok());
}

TEST(LabelledCall, NamesArePrintableAscii) {
  for (const char* bad : {"", "a b", "caf\xc3\xa9", "a\n"}) {
    LabelledCall call = sample_call();
    call.tool = bad;
    EXPECT_FALSE(decode<LabelledCall>(encode(call)).ok()) << bad;
  }
}

TEST(ArgumentsDigest, DependsOnEveryPartButOrderAndLabel) {
  const std::vector<Leaf> a{{"x", LeafKind::kString, "1", 0}, {"y", LeafKind::kString, "2", 0}};
  const std::vector<Leaf> swapped{{"y", LeafKind::kString, "2", 1},
                                  {"x", LeafKind::kString, "1", 0}};
  EXPECT_EQ(arguments_digest(a), arguments_digest(swapped));
  EXPECT_NE(arguments_digest(a), arguments_digest({{"x", LeafKind::kString, "1", 0}}));
  EXPECT_NE(arguments_digest({{"x", LeafKind::kString, "1", 0}}),
            arguments_digest({{"x", LeafKind::kInteger, "1", 0}}));
  EXPECT_NE(arguments_digest({{"ab", LeafKind::kString, "c", 0}}),
            arguments_digest({{"a", LeafKind::kString, "bc", 0}}));
}

TEST(Start, AnUnsealedRecordIsRefused) {
  auto sealed = sealed_memfd("t", encode(StartEgress{}));
  ASSERT_TRUE(sealed.ok());
  EXPECT_TRUE(start_of<StartEgress>(sealed->release()).ok());
  const int fd = ::memfd_create("t", 0);
  EXPECT_FALSE(start_of<StartEgress>(fd).ok());
}

}  // namespace
}  // namespace wire
