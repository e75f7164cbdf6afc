// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_limits.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "conformance/suite.h"

namespace conformance {
namespace {

constexpr std::string_view kSection = "## What is not found";

// Names of one kind, by their beginning, and what the page calls the kind.
constexpr std::pair<std::string_view, std::string_view> kKinds[] = {{"sha", "hashes"},
                                                                    {"md5", "hashes"},
                                                                    {"blake", "hashes"},
                                                                    {"digest", "hashes"},
                                                                    {"hmac", "macs"},
                                                                    {"gzip", "compression"},
                                                                    {"zlib", "compression"},
                                                                    {"deflate", "compression"},
                                                                    {"zip", "compression"},
                                                                    {"brotli", "compression"},
                                                                    {"aes", "encryption"},
                                                                    {"xor", "encryption"},
                                                                    {"encrypt", "encryption"},
                                                                    {"caesar", "substitutions"},
                                                                    {"atbash", "substitutions"},
                                                                    {"substitut", "substitutions"},
                                                                    {"leet", "substitutions"},
                                                                    {"prefix", "part"},
                                                                    {"half", "half"}};

std::string_view kind_of(std::string_view word) {
  for (const auto& [beginning, kind] : kKinds)
    if (word.starts_with(beginning)) return kind;
  return word;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) out.back() += static_cast<char>(std::tolower(byte));
    else if (!out.back().empty()) out.emplace_back();
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

bool is_telling(std::string_view word) {
  static constexpr std::string_view kPlain[] = {
      "a",  "an", "and", "as",   "at",  "between", "by",  "form", "in", "into",  "is",  "it", "of",
      "on", "or", "out", "over", "its", "secret",  "the", "then", "to", "value", "with"};
  return std::ranges::find(kPlain, word) == std::end(kPlain);
}

// Whether two words are forms of one: equal but for an ending. Names with digits are exact.
bool same_word(std::string_view a, std::string_view b) {
  const bool digits = std::ranges::any_of(a, [](char c) { return c >= '0' && c <= '9'; });
  if (digits || a.size() < 5) return a == b;
  const std::string_view stem = a.substr(0, std::max<std::size_t>(4, a.size() - 2));
  return b.starts_with(stem);
}

}  // namespace

base::Result<KnownLimits> KnownLimits::load(const std::filesystem::path& page) {
  TRY_AS(const std::string text, read_file(page));
  return parse(text);
}

base::Result<KnownLimits> KnownLimits::parse(std::string_view page) {
  const std::size_t begin = page.find(kSection);
  if (begin == page.npos) return base::invalid("no section 'What is not found'");
  page.remove_prefix(begin + kSection.size());
  page = page.substr(0, page.find("\n## "));
  KnownLimits out;
  while (!page.empty()) {
    const std::string_view line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(page.size(), line.size() + 1));
    // The second column says what *is* found.
    if (!line.starts_with("| ")) continue;
    const std::string_view cell = line.substr(2, line.find(" |", 2) - 2);
    if (!words_of(cell).empty()) out.rows_.emplace_back(cell);
  }
  if (out.rows_.empty()) return base::invalid("section 'What is not found' has no table");
  return out;
}

std::string_view KnownLimits::row_for(std::string_view form) const {
  std::set<std::string> telling;
  for (const std::string& word : words_of(form))
    if (is_telling(word)) telling.emplace(kind_of(word));
  std::string_view best;
  std::size_t most = std::max<std::size_t>(1, (telling.size() + 1) / 2);
  for (const std::string& row : rows_) {
    const auto there = words_of(row);
    const auto held =
        static_cast<std::size_t>(std::ranges::count_if(telling, [&](const auto& word) {
          return std::ranges::any_of(there, [&](const auto& w) { return same_word(word, w); });
        }));
    if (held < most) continue;
    best = row;
    most = held + 1;
  }
  return best;
}

}  // namespace conformance
