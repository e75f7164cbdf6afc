// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_literals.h"

#include <hs.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace broker {
namespace {

constexpr std::size_t kWindowBytes = 8;

// A window and whether it is compared caselessly; the map key has the flag as a last byte.
std::string key_of(const Pattern& p, std::size_t offset) {
  std::string key(p.bytes.substr(offset, kWindowBytes));
  key += p.caseless ? 'i' : '=';
  return key;
}

// Where the window of a pattern may lie: the end, the middle, the beginning.
std::array<std::size_t, 3> offsets_of(const Pattern& p) {
  const std::size_t room = p.bytes.size() - std::min(p.bytes.size(), kWindowBytes);
  return {room, room / 2, 0};
}

using Counts = std::unordered_map<std::string, std::uint32_t>;

// Secrets of one kind share their beginnings ("sk-live-"): the rarest window is the best.
std::size_t rarest(const Pattern& p, const Counts& counts) {
  const auto offsets = offsets_of(p);
  return *std::min_element(offsets.begin(), offsets.end(), [&](std::size_t a, std::size_t b) {
    return counts.at(key_of(p, a)) < counts.at(key_of(p, b));
  });
}

Counts count_windows(const std::vector<Pattern>& patterns) {
  Counts counts;
  counts.reserve(patterns.size() * 3);
  for (const Pattern& p : patterns) {
    for (const std::size_t offset : offsets_of(p)) ++counts[key_of(p, offset)];
  }
  return counts;
}

hs_database_t* compile_windows(const std::vector<std::string>& keys) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    texts.push_back(keys[i].data());
    flags.push_back(keys[i].back() == 'i' ? HS_FLAG_CASELESS : 0u);
    ids.push_back(static_cast<unsigned>(i));
    sizes.push_back(keys[i].size() - 1);
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), sizes.data(),
                       static_cast<unsigned>(keys.size()), HS_MODE_BLOCK, nullptr, &database,
                       &error);
  hs_free_compile_error(error);  // SECURITY: its text is not passed on
  return database;
}

// The database holds windows of secrets. Its header (the magic number that the release checks)
// must stay; the rest is wiped. LIMIT: copies that the compiler made meanwhile are not reached.
void wipe_and_free(hs_database_t* database) {
  constexpr std::size_t kHeaderBytes = 64;
  std::size_t size = 0;
  if (database == nullptr) return;
  if (hs_database_size(database, &size) == HS_SUCCESS && size > kHeaderBytes) {
    OPENSSL_cleanse(reinterpret_cast<char*>(database) + kHeaderBytes, size - kHeaderBytes);
  }
  hs_free_database(database);
}

bool same(std::string_view text, const Pattern& p) {
  if (!p.caseless) return text == p.bytes;
  return std::equal(text.begin(), text.end(), p.bytes.begin(),
                    [](char a, char b) { return lower(a) == b; });
}

}  // namespace

base::Result<LiteralScan> LiteralScan::compile(const std::vector<Pattern>& patterns) {
  LiteralScan scan(patterns);
  if (patterns.empty()) return scan;
  const Counts counts = count_windows(patterns);
  std::unordered_map<std::string, std::size_t> ids;
  std::vector<std::string> keys;
  for (std::uint32_t number = 0; number < patterns.size(); ++number) {
    const Pattern& p = patterns[number];
    const std::size_t offset = rarest(p, counts);
    const auto [place, fresh] = ids.try_emplace(key_of(p, offset), keys.size());
    if (fresh) keys.push_back(place->first);
    scan.uses_.resize(keys.size());
    const std::size_t end = std::min(p.bytes.size(), offset + kWindowBytes);
    scan.uses_[place->second].push_back({number, static_cast<std::uint32_t>(end)});
  }
  scan.database_ = compile_windows(keys);
  for (std::string& key : keys) OPENSSL_cleanse(key.data(), key.size());
  if (scan.database_ == nullptr || hs_alloc_scratch(scan.database_, &scan.scratch_) != HS_SUCCESS) {
    return base::invalid("the pattern compiler (Hyperscan) failed on this machine");
  }
  return scan;
}

LiteralScan::LiteralScan(LiteralScan&& other) noexcept
    : patterns_(other.patterns_),
      uses_(std::move(other.uses_)),
      database_(std::exchange(other.database_, nullptr)),
      scratch_(std::exchange(other.scratch_, nullptr)) {}

LiteralScan::~LiteralScan() {
  wipe_and_free(database_);
  hs_free_scratch(scratch_);
}

namespace {
struct Sink {
  const LiteralScan* scan;
  std::string_view text;
  std::vector<Match>* out;
};
}  // namespace

int LiteralScan::on_window(unsigned id, unsigned long long, unsigned long long to, unsigned,
                           void* context) {
  const Sink& sink = *static_cast<Sink*>(context);
  for (const Use& use : sink.scan->uses_[id]) {
    const Pattern& p = (*sink.scan->patterns_)[use.pattern];
    if (to < use.window_end) continue;
    const std::size_t begin = to - use.window_end;
    if (begin + p.bytes.size() > sink.text.size()) continue;
    if (!same(sink.text.substr(begin, p.bytes.size()), p)) continue;
    sink.out->push_back({begin, begin + p.bytes.size(), use.pattern, false});
  }
  return 0;
}

void LiteralScan::scan(std::string_view text, std::vector<Match>& out) const {
  if (database_ == nullptr || text.empty()) return;
  Sink sink{this, text, &out};
  const hs_error_t result = hs_scan(database_, text.data(), static_cast<unsigned>(text.size()), 0,
                                    scratch_, &LiteralScan::on_window, &sink);
  CHECK(result == HS_SUCCESS);  // SECURITY: a text that was not searched must not leave
}

}  // namespace broker
