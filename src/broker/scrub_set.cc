// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_set.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <unordered_set>

#include "base/bytes.h"
#include "base/limits.h"
#include "broker/locked_bytes.h"
#include "broker/reveal.h"
#include "broker/scrub_forms.h"
#include "broker/scrub_literals.h"
#include "broker/scrub_search.h"

namespace broker {
namespace {

// The literals of all secrets while they are gathered; wiped at the end.
struct Gathered {
  struct Item {
    Literal literal;
    std::uint32_t secret;
  };
  std::vector<Item> items;

  Gathered() = default;
  Gathered(const Gathered&) = delete;
  Gathered& operator=(const Gathered&) = delete;
  ~Gathered() {
    for (Item& item : items) base::wipe(item.literal.bytes);
  }
  void add(std::uint32_t secret, std::string_view value) {
    for (Literal& literal : literals_of(value)) items.push_back({std::move(literal), secret});
  }
};

// Moves the distinct literals into `memory`. Of equal ones the first stays: the plain form of one
// secret may be the reverse of another.
std::vector<Pattern> settle(const Gathered& gathered, LockedBytes& memory) {
  std::size_t total = 0;
  for (const auto& item : gathered.items) total += item.literal.bytes.size();
  memory = LockedBytes(total);
  std::vector<Pattern> patterns;
  std::array<std::unordered_set<std::string_view>, 2> seen;  // exact, caseless
  std::size_t used = 0;
  for (const auto& [literal, secret] : gathered.items) {
    if (!seen[literal.caseless ? 1 : 0].insert(literal.bytes).second) continue;
    std::memcpy(memory.data() + used, literal.bytes.data(), literal.bytes.size());
    const std::string_view bytes(memory.data() + used, literal.bytes.size());
    patterns.push_back({bytes, secret, literal.form, literal.caseless});
    used += bytes.size();
  }
  return patterns;
}

Indexes index_of(const std::vector<Pattern>& patterns) {
  Indexes out;
  std::vector<std::uint32_t> short_ones, exact, caseless;
  std::vector<std::string_view> long_ones;
  for (std::uint32_t i = 0; i < patterns.size(); ++i) {
    const Pattern& p = patterns[i];
    if (p.bytes.size() < base::limits::kSecretMinBytes) {
      short_ones.push_back(i);
      continue;
    }
    (p.caseless ? caseless : exact).push_back(i);
    long_ones.push_back(p.bytes);
    out.longest = std::max(out.longest, p.bytes.size());
    out.has_space = out.has_space || p.bytes.find(' ') != std::string_view::npos;
  }
  out.filter.build(long_ones);
  out.short_ones = PatternIndex(patterns, std::move(short_ones), false);
  out.exact = PatternIndex(patterns, std::move(exact), false);
  out.caseless = PatternIndex(patterns, std::move(caseless), true);
  return out;
}

}  // namespace

struct ScrubSet::Compiled {
  LockedBytes memory;
  std::vector<Pattern> patterns;  // views of `memory`
  Indexes indexes;                // views `patterns`
  std::optional<LiteralScan> literals;
  mutable Search::Scratch scratch;
};

ScrubSet::ScrubSet(std::vector<Known> secrets, std::unique_ptr<Compiled> compiled)
    : secrets_(std::move(secrets)), compiled_(std::move(compiled)) {}
ScrubSet::~ScrubSet() = default;

base::Result<std::shared_ptr<const ScrubSet>> ScrubSet::compile(std::span<const Named> secrets) {
  if (secrets.size() > base::limits::kSecrets) {
    return base::Error{base::Errc::kExhausted, "too many secrets for one tenant"};
  }
  Gathered gathered;
  std::vector<Known> known;
  for (const Named& named : secrets) {
    if (named.secret->size_bytes() > base::limits::kSecretMaxBytes) {
      return base::Error{base::Errc::kExhausted,
                         "secret " + std::string(named.handle) + " is too long"};
    }
    const std::string_view value = trimmed(Scrubber::open(*named.secret));
    gathered.add(static_cast<std::uint32_t>(known.size()), value);
    known.push_back({std::string(named.handle), value.size() < base::limits::kSecretMinBytes});
  }
  auto compiled = std::make_unique<Compiled>();
  compiled->patterns = settle(gathered, compiled->memory);
  compiled->indexes = index_of(compiled->patterns);
  TRY_AS(LiteralScan literals, LiteralScan::compile(compiled->patterns));
  compiled->literals.emplace(std::move(literals));
  return std::shared_ptr<const ScrubSet>(new ScrubSet(std::move(known), std::move(compiled)));
}

std::size_t ScrubSet::patterns() const { return compiled_->patterns.size(); }

std::size_t ScrubSet::find(std::string_view text, bool final, std::vector<Match>& out) const {
  out.clear();
  compiled_->literals->scan(text, out);
  return Search(compiled_->indexes, text, final, compiled_->scratch, out).run();
}

std::uint32_t ScrubSet::secret_of(const Match& match) const {
  return compiled_->patterns[match.pattern].secret;
}

Form ScrubSet::form_of(const Match& match) const {
  const Form form = compiled_->patterns[match.pattern].form;
  return form == Form::kPlain && match.escaped ? Form::kEscaped : form;
}

}  // namespace broker
