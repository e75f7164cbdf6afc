// SPDX-License-Identifier: Apache-2.0
// The speed of the scrubber on text without finds: 1,000 secrets in all forms, 64 MiB in chunks of
// 4 KiB (walked once: cold; its first 2 MiB over and over, in the cache as a chunk is that was just
// received: warm), beside memchr for a byte that is absent and a bare Hyperscan stream over the
// same literals in the same run. Prints GB/s (10^9 bytes a second), the median of five rounds in
// processor time of the thread.
#include <fmt/format.h>
#include <hs.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "broker/scrub_forms.h"
#include "broker/scrub_set.h"

namespace {

// Processor time of this thread: other work on the machine shall not count.
double seconds_now() {
  timespec t{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

constexpr std::size_t kTextBytes = std::size_t{64} << 20;
constexpr std::size_t kWarmBytes = std::size_t{2} << 20;
constexpr std::size_t kChunkBytes = 4096;
constexpr std::size_t kSecretBytes = 32;
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

std::string random_word(std::mt19937& random, std::size_t size, std::string_view letters) {
  std::string word;
  for (std::size_t i = 0; i < size; ++i) word += letters[random() % letters.size()];
  return word;
}

std::vector<std::string> random_secrets(std::size_t count) {
  std::mt19937 random(1);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(random_word(random, kSecretBytes, std::string(kLetters) + "+/-_"));
  }
  return out;
}

// Records of an API answer, about 260 bytes each: numbers, words, a time, a link and in every
// third record a digest. `escapes` of its words are followed by an escape.
std::string json_like(unsigned escapes) {
  static const std::vector<std::string> kEscapes = {"\\n",     "\\\"",  "%20",
                                                    "\\u00e9", "&amp;", "\\/"};
  std::mt19937 random(2);
  std::string out;
  for (unsigned record = 0; out.size() < kTextBytes; ++record) {
    out += fmt::format("{{\"id\":{},\"status\":\"{}\",", random() % 1000000,
                       record % 2 ? "active" : "closed");
    out += fmt::format("\"created_at\":\"2025-0{}-1{}T1{}:2{}:00Z\",", random() % 9 + 1,
                       random() % 10, random() % 10, random() % 10);
    out += fmt::format("\"url\":\"https://api.example.com/v1/items/{}\",", random() % 100000);
    if (record % 3 == 0) {
      out += "\"etag\":\"" + random_word(random, 32, "0123456789abcdef") + "\",";
    }
    out += "\"text\":\"";
    for (unsigned word = 0; word < 20; ++word) {
      out += random_word(random, 3 + random() % 6, "etaoinshrdlu");
      out += word < escapes ? kEscapes[random() % kEscapes.size()] : " ";
    }
    out += "\"},\n";
  }
  out.resize(kTextBytes);
  return out;
}

std::string percent_only() {
  std::mt19937 random(3);
  std::string out;
  while (out.size() < kTextBytes) {
    out += '%';
    out += random_word(random, 2, "0123456789ABCDEF");
  }
  out.resize(kTextBytes);
  return out;
}

double gigabytes_per_second(std::size_t bytes, const std::function<void()>& round) {
  std::vector<double> seconds;
  for (int i = 0; i < 5; ++i) {
    const double start = seconds_now();
    round();
    seconds.push_back(seconds_now() - start);
  }
  std::sort(seconds.begin(), seconds.end());
  return static_cast<double>(bytes) / seconds[2] / 1e9;
}

// Gives out kTextBytes of chunks, from a shorter text again and again.
void each_chunk(std::string_view text, const std::function<void(std::string_view)>& take) {
  for (std::size_t i = 0; i < kTextBytes; i += kChunkBytes) {
    take(text.substr(i % text.size(), kChunkBytes));
  }
}

double scrub_speed(const std::shared_ptr<const broker::ScrubSet>& set, std::string_view text) {
  std::string out;
  std::size_t finds = 0;
  const double speed = gigabytes_per_second(kTextBytes, [&] {
    broker::StreamScrubber stream(set);
    std::size_t left = 0;
    each_chunk(text, [&](std::string_view chunk) {
      out.clear();
      stream.feed(chunk, out);
      left += out.size();
    });
    out.clear();
    stream.finish(out);
    CHECK(left + out.size() == kTextBytes);
    finds += stream.take_hits().size();
  });
  CHECK(finds == 0);
  return speed;
}

double memchr_speed(std::string_view text) {
  return gigabytes_per_second(kTextBytes, [&] {
    each_chunk(text, [](std::string_view chunk) {
      CHECK(std::memchr(chunk.data(), '\x01', chunk.size()) == nullptr);
    });
  });
}

hs_database_t* bare_database(const std::vector<std::string>& secrets) {
  std::vector<broker::Literal> literals;
  for (const auto& secret : secrets) {
    for (auto& literal : broker::literals_of(secret)) literals.push_back(std::move(literal));
  }
  std::vector<const char*> texts;
  std::vector<unsigned> flags, ids;
  std::vector<std::size_t> sizes;
  for (const auto& literal : literals) {
    texts.push_back(literal.bytes.data());
    sizes.push_back(literal.bytes.size());
    flags.push_back(literal.caseless ? HS_FLAG_CASELESS : 0u);
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  CHECK(hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                             static_cast<unsigned>(texts.size()), HS_MODE_STREAM, nullptr,
                             &database, &error) == HS_SUCCESS);
  return database;
}

double bare_speed(const hs_database_t* database, std::string_view text) {
  hs_scratch_t* scratch = nullptr;
  CHECK(hs_alloc_scratch(database, &scratch) == HS_SUCCESS);
  const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned, void*) {
    return 0;
  };
  const double speed = gigabytes_per_second(kTextBytes, [&] {
    hs_stream_t* stream = nullptr;
    CHECK(hs_open_stream(database, 0, &stream) == HS_SUCCESS);
    each_chunk(text, [&](std::string_view chunk) {
      CHECK(hs_scan_stream(stream, chunk.data(), static_cast<unsigned>(chunk.size()), 0, scratch,
                           on_match, nullptr) == HS_SUCCESS);
    });
    hs_close_stream(stream, scratch, on_match, nullptr);
  });
  hs_free_scratch(scratch);
  return speed;
}

std::shared_ptr<const broker::ScrubSet> timed_set(const std::vector<std::string>& values) {
  std::vector<broker::Secret> secrets;
  std::vector<broker::ScrubSet::Named> named;
  for (std::string value : values) secrets.push_back(broker::Secret::take(value));
  for (const auto& secret : secrets) named.push_back({"bench", &secret});
  const double start = seconds_now();
  auto set = broker::ScrubSet::compile(named);
  CHECK(set.ok());
  const double ms = (seconds_now() - start) * 1e3;
  std::printf("%zu secrets, %zu literals, compiled in %.0f ms\n", values.size(), (*set)->patterns(),
              ms);
  return *set;
}

}  // namespace

// An argument chooses the texts whose name holds it.
int main(int argc, char** argv) {
  const std::string_view only = argc > 1 ? argv[1] : "";
  const std::string plain = json_like(0);
  const struct {
    const char* name;
    std::string text;
  } kTexts[] = {{"no escapes, warm", plain.substr(0, kWarmBytes)},
                {"no escapes, cold", plain},
                {"1 escape in 260 bytes", json_like(1)},
                {"8 escapes in 260 bytes", json_like(8)},
                {"percent escapes only", percent_only()}};
  for (const std::size_t count : {std::size_t{10}, std::size_t{1000}}) {
    const auto secrets = random_secrets(count);
    const auto set = timed_set(secrets);
    hs_database_t* database = bare_database(secrets);
    std::printf("  %-24s %8s %8s %8s   GB/s\n", "text, 4 KiB chunks", "scrub", "bare hs", "memchr");
    for (const auto& [name, text] : kTexts) {
      if (std::string_view(name).find(only) == std::string_view::npos) continue;
      std::printf("  %-24s %8.2f %8.2f %8.2f\n", name, scrub_speed(set, text),
                  bare_speed(database, text), memchr_speed(text));
    }
    hs_free_database(database);
  }
  // A few long secrets, as private keys are, make the tails that are looked at long.
  auto secrets = random_secrets(20);
  std::mt19937 random(4);
  for (int i = 0; i < 3; ++i) secrets.push_back(random_word(random, 3000, kLetters));
  const auto set = timed_set(secrets);
  std::printf("  %-24s %8.2f GB/s (three of 3,000 bytes)\n", "no escapes", scrub_speed(set, plain));
  return 0;
}
