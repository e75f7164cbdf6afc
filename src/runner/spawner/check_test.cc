// SPDX-License-Identifier: Apache-2.0
#include "runner/spawner/check.h"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <random>

#include "runner/exec_profile.h"

namespace runner {
namespace {

void put(char (&to)[kPathBytes], std::string_view text) { text.copy(to, kPathBytes - 1); }

OpenProfile profile_frame() {
  OpenProfile f{};
  f.kind = FrameKind::kOpenProfile;
  f.limits = standard_profile().limits;
  f.places = 2;
  f.place[0].kind = PlaceKind::kRead;
  put(f.place[0].at, "/usr/lib");
  f.place[1].kind = PlaceKind::kLink;
  put(f.place[1].at, "/bin");
  put(f.place[1].to, "usr/bin");
  return f;
}

std::unique_ptr<Start> start_frame() {
  auto f = std::make_unique<Start>();
  f->kind = FrameKind::kStart;
  f->timeout_ms = 1000;
  f->arguments = 2;
  f->variables = 1;
  f->descriptors = 3;
  constexpr char kText[] = "/bin/echo\0/tmp\0echo\0x\0A=b";
  f->text_bytes = sizeof kText;
  std::memcpy(f->text, kText, sizeof kText);
  return f;
}

bool sound(const OpenProfile& f) { return is_sound(f, sizeof f, 2); }
bool sound(const Start& f) { return is_sound(f, size_of(f), 3); }

TEST(Frames, ThoseOfTheRunnerAreSound) {
  EXPECT_TRUE(sound(profile_frame()));
  EXPECT_TRUE(sound(*start_frame()));
  const Cancel cancel{FrameKind::kCancel, 0, 7};
  EXPECT_TRUE(is_sound(cancel, sizeof cancel, 0));
}

TEST(Frames, AnotherSizeOrKindOrCountOfDescriptorsIsRefused) {
  const OpenProfile p = profile_frame();
  EXPECT_FALSE(is_sound(p, sizeof p - 1, 2));
  EXPECT_FALSE(is_sound(p, sizeof p, 1));
  EXPECT_FALSE(is_sound(p, sizeof p, 3));
  const auto s = start_frame();
  EXPECT_FALSE(is_sound(*s, kShortStart - 1, 3));
  EXPECT_FALSE(is_sound(*s, sizeof *s, 3)) << "the text is short";
  EXPECT_FALSE(is_sound(*s, 0, 3));
  EXPECT_FALSE(is_sound(*s, kShortStart, 4));
  s->kind = FrameKind::kEnded;
  EXPECT_FALSE(sound(*s));
  const Cancel cancel{FrameKind::kCancel, 1, 7};
  EXPECT_FALSE(is_sound(cancel, sizeof cancel, 0));
}

TEST(Frames, APlaceIsAbsoluteAndHasNoDots) {
  const char* const bad[] = {
      "",          "usr",      "/",    "//usr", "/usr/", "/usr//lib",      "/.",   "/..",
      "/usr/../x", "/usr/./x", "/a b", "/a\n",  "/\xc3", "/a/b/c/d/e/f/g", "/a;b", "/$(x)"};
  for (const char* text : bad) {
    OpenProfile f = profile_frame();
    std::memset(f.place[0].at, 0, kPathBytes);
    put(f.place[0].at, text);
    EXPECT_FALSE(sound(f)) << text;
  }
  OpenProfile f = profile_frame();
  std::memset(f.place[0].at, 'a', kPathBytes);
  f.place[0].at[0] = '/';
  EXPECT_FALSE(sound(f)) << "no end";
}

TEST(Frames, EachLimitHasARange) {
  const std::function<void(OpenProfile&)> breaks[] = {
      [](auto& f) { f.least_level = 4; },
      [](auto& f) { f.waiting = kBoxes; },
      [](auto& f) { f.places = kPlaces + 1; },
      [](auto& f) { f.places = 0xffffffff; },
      [](auto& f) { f.limits.memory_bytes = 0; },
      [](auto& f) { f.limits.memory_bytes = ~0ull; },
      [](auto& f) { f.limits.tmp_bytes = 0; },
      [](auto& f) { f.limits.file_bytes = ~0ull; },
      [](auto& f) { f.limits.tmp_inodes = 0; },
      [](auto& f) { f.limits.processes = 0; },
      [](auto& f) { f.limits.processes = 5000; },
      [](auto& f) { f.limits.cpu_milli = 0; },
      [](auto& f) { f.limits.open_files = 3; },
      [](auto& f) { f.place[0].kind = static_cast<PlaceKind>(9); },
      [](auto& f) { f.place[0].kind = PlaceKind::kNone; },
      [](auto& f) { f.place[0].to[0] = 'x'; },
      [](auto& f) { f.place[1].to[0] = '\0'; },
      [](auto& f) { std::memset(f.place[1].to, 'x', kPathBytes); },
  };
  for (const auto& change : breaks) {
    OpenProfile f = profile_frame();
    change(f);
    EXPECT_FALSE(sound(f)) << (&change - breaks);
  }
}

TEST(Frames, ACallsTextHoldsExactlyItsStrings) {
  const std::function<void(Start&)> breaks[] = {
      [](auto& f) { f.text_bytes = 0; },
      [](auto& f) { f.text_bytes = kTextBytes + 1; },
      [](auto& f) { f.text_bytes = ~0u; },
      [](auto& f) { f.text_bytes -= 1; },
      [](auto& f) { f.text_bytes += 1; },
      [](auto& f) { f.arguments = 3; },
      [](auto& f) { f.arguments = 0; },
      [](auto& f) { f.arguments = kArguments + 1; },
      [](auto& f) { f.arguments = ~0u; },
      [](auto& f) { f.variables = 2; },
      [](auto& f) { f.variables = kVariables + 1; },
      [](auto& f) { f.text[0] = 'x'; },                 // the program is absolute
      [](auto& f) { f.text[10] = 'x'; },                // the directory too
      [](auto& f) { f.text[f.text_bytes - 4] = '='; },  // a variable without a name
      [](auto& f) { f.text[f.text_bytes - 3] = 'b'; },  // without a value
      [](auto& f) { f.timeout_ms = 0; },
      [](auto& f) { f.timeout_ms = 600'001; },
      [](auto& f) { f.least_level = 4; },
      [](auto& f) { f.descriptors = 2; },
      [](auto& f) { f.reserved = 1; },
  };
  for (const auto& change : breaks) {
    const auto f = start_frame();
    change(*f);
    EXPECT_FALSE(sound(*f)) << (&change - breaks);
  }
}

TEST(Frames, PointersStayWithinTheTextForAnythingThatIsSound) {
  std::mt19937 random(1);  // NOLINT: repeatable on purpose
  std::uint64_t passed = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto f = start_frame();
    for (int changes = 0; changes < 3; ++changes)
      reinterpret_cast<char*>(f.get())[random() % (offsetof(Start, text) + 64)] =
          static_cast<char>(random() % 4 == 0 ? 0 : random());
    if (!sound(*f)) continue;
    ++passed;
    Command command{};
    point(*f, command);
    const char* const last = f->text + f->text_bytes;
    for (std::uint32_t i = 0; i < f->arguments; ++i)
      ASSERT_TRUE(command.argv[i] >= f->text && command.argv[i] < last);
    for (std::uint32_t i = 0; i < f->variables; ++i)
      ASSERT_TRUE(command.envp[i] >= f->text && command.envp[i] < last);
    ASSERT_EQ(command.argv[f->arguments], nullptr);
  }
  EXPECT_GT(passed, 10u);
}

}  // namespace
}  // namespace runner
