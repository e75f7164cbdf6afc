// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Entries and logs for tests: drawn at random, but always valid. Trust zone: tests.
#pragma once

#include <random>
#include <string>

#include "audit/entry_visit.h"
#include "audit/fault_file.h"
#include "audit/recover.h"

namespace audit::sample {

using Chance = std::mt19937_64;

inline std::string text(Chance& c, std::size_t most) {
  static const std::vector<std::string> kLetters = {"a", "Z",  "7",  "_",        ".",
                                                    "-", "\\", "\"", "\xc3\xa4", "\xe2\x86\x92"};
  std::string out;
  for (std::size_t n = 1 + c() % 12; n-- > 0 && out.size() + 3 <= most;)
    out += kLetters[c() % kLetters.size()];
  return out.empty() ? "a" : out;
}

// Fills the fields that `rule` asks for, and of those that it allows about every `one_in`-th.
class Filler {
 public:
  Filler(Chance& c, const KindRule& rule, std::uint64_t one_in) : c_(c), rule_(rule), n_(one_in) {}
  template <class T> void operator()(const FieldInfo& info, T& v) {
    const bool required = (rule_.required & bit(info.field)) != 0;
    const bool allowed = (rule_.allowed & bit(info.field)) != 0;
    if (required || (allowed && c_() % n_ == 0)) fill(info, v);
  }

 private:
  template <std::unsigned_integral T> void fill(const FieldInfo&, T& v) {
    v = static_cast<T>(c_() | 1u);
  }
  template <class Tag> void fill(const FieldInfo&, base::Id<Tag>& v) { v.value = c_() | 1u; }
  void fill(const FieldInfo&, Effect& v) { v = static_cast<Effect>(1 + c_() % 3); }
  void fill(const FieldInfo&, Answer& v) { v = static_cast<Answer>(1 + c_() % 3); }
  void fill(const FieldInfo&, Alert& v) { v = static_cast<Alert>(1 + c_() % 9); }
  void fill(const FieldInfo&, base::Digest& v) {
    for (auto& b : v) b = static_cast<std::uint8_t>(1 + c_() % 255);
  }
  void fill(const FieldInfo&, Detail& v) {
    v = Detail("peer sent a bad frame").with("type", c_() % 9).with("from", "yett-session");
  }
  void fill(const FieldInfo& info, std::string& v) {
    v = info.field == Field::kTraceparent
            ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            : text(c_, info.most);
  }
  void fill(const FieldInfo& info, std::vector<std::uint16_t>& v) {
    v.resize(1 + c_() % info.most);
    for (auto& code : v) fill(info, code);
  }
  void fill(const FieldInfo&, std::vector<std::string>& v) {
    std::vector<std::string> names(1 + c_() % 5);
    for (auto& n : names) n = text(c_, 30);
    std::uint32_t omitted = 0;
    put_names({names.begin(), names.end()}, v, omitted);
  }

  Chance& c_;
  const KindRule& rule_;
  std::uint64_t n_;
};

inline Entry entry(Chance& c, Kind kind, std::uint64_t one_in = 2) {
  Entry e;
  e.kind = kind;
  e.sequence = c();
  e.wall_us = static_cast<std::int64_t>(c() >> 1);
  visit(e, Filler(c, *rule_of(kind), one_in));
  return e;
}

inline Kind kind(Chance& c) { return static_cast<Kind>(1 + c() % 19); }
inline Entry entry(Chance& c) { return entry(c, kind(c)); }

// Time that stands still and bytes that repeat.
class Clock final : public base::Clock {
 public:
  std::int64_t now_us = 1'700'000'000'000'000;
  std::int64_t wall_us() const override { return now_us; }
  std::int64_t steady_us() const override { return now_us; }
};
class Random final : public base::Random {
 public:
  explicit Random(std::uint64_t seed = 7) : chance_(seed) {}
  void fill(std::span<std::byte> out) override {
    for (auto& b : out) b = static_cast<std::byte>(1 + chance_() % 255);
  }

 private:
  Chance chance_;
};

inline constexpr std::uint64_t kStep = 8 * kSectorBytes;

// Opens the log in `file` as the monitor does.
inline base::Result<Opened> open_log(File& file, std::uint64_t seed = 7) {
  const Clock clock;
  Random random(seed);
  return audit::open(file, clock, random, {.origin = "test.example/log", .step_bytes = kStep});
}

// A log in `file` with one batch of each size named (after log_opened, a batch of its own).
inline Position fill_log(File& file, const std::vector<int>& batches, std::uint64_t seed = 7) {
  Chance c(seed);
  auto log = open_log(file, seed);
  for (const int entries : batches) {
    for (int i = 0; i < entries; ++i) {
      Entry e = entry(c);
      CHECK(log->writer.append(e).ok());
    }
    CHECK(log->writer.commit().ok());
  }
  return log->writer.position();
}

}  // namespace audit::sample
