// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "policy/prove/domains.h"

namespace policy::proving {
namespace {

using Kind = Element::Kind;

bool is_regular(const Element& element) {
  return element.kind == Kind::kPattern || element.kind == Kind::kWildcard ||
         (element.kind == Kind::kString && element.length);
}

// What tells apart two texts of a sort.
using Signs = std::vector<std::int64_t>;

class Texts {
 public:
  Texts(const Sort& sort, Judge& judge, const PoolLimits& limits)
      : sort_(sort), judge_(judge), limits_(limits) {
    each_ = std::max<std::size_t>(1, sort.demands);
    if (sort.names || sort.compares) each_ = std::max(each_, sort.demands + sort.values);
    if (each_ > limits.words) {
      each_ = limits.words;
      pool_.incomplete = "the rules compare too many sets or values of one kind with each other";
    }
    moments_ = sort.moments;
    for (const Instant instant : sort.instants) instants_.insert(instant);
    for (const Element* element : sort.elements) {
      if (element->instants.low) instants_.insert(*element->instants.low);
      if (element->instants.high) instants_.insert(*element->instants.high);
      moments_ = moments_ || element->kind == Kind::kInstant;
      if (canonical_of(*element) != Canonical::kNone)
        by_domain_[canonical_of(*element)].push_back(element);
    }
  }

  Pool made() {
    for (const std::string& text : sort_.strings) take_always(text);
    for (const Element* element : sort_.elements)
      if (element->kind == Kind::kString) take_always(element->text);
    if (is_plain()) {
      plain_words();
    } else {
      regular_words();
      for (const auto& [domain, elements] : by_domain_)
        for (const std::string& text : texts_around(elements, domain, each_)) offer(text);
      if (moments_) instant_texts();
      check_coverage();
    }
    reserved_last();
    return std::move(pool_);
  }

 private:
  bool is_plain() const {
    return !moments_ && by_domain_.empty() &&
           std::none_of(sort_.elements.begin(), sort_.elements.end(),
                        [](const Element* e) { return is_regular(*e); });
  }

  bool fits(const std::string& text) const { return !sort_.names || !text.empty(); }

  void keep(const std::string& text) {
    if (pool_.index.try_emplace(text, pool_.strings.size()).second) pool_.strings.push_back(text);
  }
  // Texts that rules name are each a combination of their own.
  void take_always(const std::string& text) { keep(text); }
  void offer(const std::string& text) {
    if (!fits(text) || pool_.index.contains(text)) return;
    Signs signs = signs_of(text);
    std::size_t& held = held_[signs];
    if (held < each_) {
      ++held;
      keep(text);
    }
  }

  // What people look at first: names that policies reserve come last.
  void reserved_last() {
    std::stable_partition(pool_.strings.begin(), pool_.strings.end(),
                          [](const std::string& s) { return !s.starts_with("__"); });
    for (std::size_t i = 0; i < pool_.strings.size(); ++i) pool_.index[pool_.strings[i]] = i;
  }

  void plain_words() {
    static constexpr std::string_view kLetters = "xyzuvw";
    std::size_t found = 0;
    for (std::size_t i = 0; found < each_; ++i) {
      std::string word(1 + i / kLetters.size(), kLetters[i % kLetters.size()]);
      if (pool_.index.contains(word)) continue;
      keep(word);
      ++found;
    }
  }

  Signs signs_of(const std::string& text) {
    Signs out = regular_signs(text);
    const Signs rest = other_signs(text);
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }
  Signs regular_signs(const std::string& text) {
    Signs out;
    const Concrete value = string_value(text);
    for (const Element* element : sort_.elements)
      if (is_regular(*element))
        out.push_back(static_cast<std::int64_t>(judge_.accepts(*element, value)));
    return out;
  }
  // By the canonical forms and by where the instant lies.
  Signs other_signs(const std::string& text) {
    Signs out;
    const Concrete value = string_value(text);
    for (const Element* element : sort_.elements)
      if (canonical_of(*element) != Canonical::kNone)
        out.push_back(static_cast<std::int64_t>(judge_.accepts(*element, value)));
    if (!moments_) return out;
    const auto instant = instant_of(text);
    if (!instant) {
      out.push_back(-1);
      return out;
    }
    const auto at = instants_.lower_bound(*instant);
    const auto place = std::distance(instants_.begin(), at);
    out.push_back(2 * place + (at != instants_.end() && *at == *instant ? 1 : 0));
    return out;
  }

  std::vector<RegularTest> regular_tests() {
    std::vector<RegularTest> tests;
    for (const Element* element : sort_.elements) {
      if (element->kind == Kind::kWildcard) tests.emplace_back(wildcard_nfa(element->text));
      if (element->kind == Kind::kPattern) {
        auto nfa = pattern_nfa(element->text, judge_.search());
        if (nfa) tests.emplace_back(std::move(*nfa));
        else pool_.incomplete = "a pattern goes beyond what is analysed";
      }
      if (element->length) tests.emplace_back(length_test(*element->length));
      for (RegularTest& test : separators(*element)) tests.push_back(std::move(test));
    }
    return tests;
  }

  LengthTest length_test(const Range<Number>& range) {
    static constexpr double kMost = 4096;
    const auto bound = [](const Number& n) {
      return n.whole ? static_cast<double>(n.integer) : n.decimal;
    };
    LengthTest out;
    if (range.low) {
      const double low =
          range.low_open ? std::floor(bound(*range.low)) + 1 : std::ceil(bound(*range.low));
      out.low = static_cast<std::uint32_t>(std::clamp(low, 0.0, kMost));
      if (low > kMost) pool_.incomplete = "a length bound above 4,096";
    }
    if (range.high && bound(*range.high) < kMost) {
      const double high =
          range.high_open ? std::ceil(bound(*range.high)) - 1 : std::floor(bound(*range.high));
      if (high < 0) out.low = 1, out.high = 0;  // nothing
      else out.high = static_cast<std::uint32_t>(high);
    } else if (range.high && !std::isinf(bound(*range.high))) {
      pool_.incomplete = "a length bound above 4,096";
    }
    return out;
  }

  void regular_words() {
    std::vector<RegularTest> tests = regular_tests();
    const bool mixed = by_domain_.contains(Canonical::kEmail) && has_regular();
    if (mixed) tests.emplace_back(LengthTest{65, 0xffffffff});  // a local part may be too long
    const std::size_t words = each_ + std::min<std::size_t>(sort_.strings.size(), 64) + 1;
    const Cells cells = cells_of(tests, words, limits_.steps, limits_.stop);
    if (!cells.complete) pool_.incomplete = "the patterns together are too big";
    for (const Cell& cell : cells.cells) {
      for (const std::string& word : cell.words) {
        offer(word);
        if (const auto paths = by_domain_.find(Canonical::kPath); paths != by_domain_.end())
          for (const std::string& text : path_spellings(word, paths->second)) offer(text);
      }
      if (mixed && cell.signs.back() && !cell.words.empty())
        long_.insert(regular_signs(cell.words[0]));
    }
  }

  bool has_regular() const {
    return std::any_of(sort_.elements.begin(), sort_.elements.end(),
                       [](const Element* e) { return is_regular(*e); });
  }

  void instant_texts() {
    std::string ignored;
    const std::size_t values = std::max<std::size_t>(1, sort_.values);
    const auto all = instants_of(sort_, judge_, sort_.compares ? values : each_, ignored);
    for (const Instant instant : all) {
      // Where values are compared, texts stand between and beside all instants there may be.
      if (sort_.compares) keep(instant_text(instant));
      else offer(instant_text(instant));
    }
    // The same instants in other words.
    for (const Instant instant : all) {
      const std::string text = instant_text(instant);
      std::string longer = text.size() == 10 ? text + "T00:00:00" : text.substr(0, text.size() - 1);
      if (longer.find('.') == std::string::npos) longer += '.';
      for (std::size_t i = 0; i < each_; ++i) {
        longer += '0';
        offer(longer + "Z");
      }
    }
    for (std::size_t i = 0; i <= each_; ++i) offer(std::string(i + 1, 'x'));
  }

  // Patterns and canonical forms on the same texts: every combination of what the two sides can say
  // must have been met, or there may be one that was not looked for.
  void check_coverage() {
    if (!pool_.incomplete.empty()) return;
    if (by_domain_.size() > 1) {
      pool_.incomplete = "domains of several kinds on the same values";
      return;
    }
    if (!has_regular() || (by_domain_.empty() && !moments_)) return;
    std::set<Signs> regular;
    std::set<Signs> other;
    std::set<std::pair<Signs, Signs>> met;
    for (const std::string& text : pool_.strings) {
      const auto pair = std::pair(regular_signs(text), other_signs(text));
      regular.insert(pair.first);
      other.insert(pair.second);
      met.insert(pair);
    }
    const bool exact =
        by_domain_.size() == 1 && !moments_ && by_domain_.contains(Canonical::kEmail);
    if (exact) return check_lengths(met);
    if (met.size() != regular.size() * other.size())
      pool_.incomplete = "patterns and canonical forms on the same values";
  }
  // The automata know e-mail addresses but for their bounds on lengths: where a text of that length
  // exists, one without a canonical form must have been met.
  void check_lengths(const std::set<std::pair<Signs, Signs>>& met) {
    const Signs error(by_domain_.at(Canonical::kEmail).size(),
                      static_cast<std::int64_t>(Said::kError));
    for (const Signs& signs : long_)
      if (!met.contains({signs, error}))
        pool_.incomplete = "patterns and canonical forms on the same values";
  }

  const Sort& sort_;
  Judge& judge_;
  const PoolLimits& limits_;
  std::size_t each_ = 1;
  bool moments_ = false;
  std::set<Instant> instants_;  // where their answers change
  std::map<Canonical, std::vector<const Element*>> by_domain_;
  std::map<Signs, std::size_t> held_;
  std::set<Signs> long_;
  Pool pool_;
};

double as_double(const Number& n) { return n.whole ? static_cast<double>(n.integer) : n.decimal; }

constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it whole numbers only are exact

// Up to `each` whole numbers strictly between, from the finite side; then numbers between all
// those.
void between(double low, double high, std::size_t each, std::vector<Number>& out) {
  std::vector<double> whole;
  if (std::isinf(low) && std::isinf(high)) {
    for (std::size_t i = 0; i < each; ++i) whole.push_back(static_cast<double>(i) + 1);
  } else if (std::isinf(low)) {
    for (std::size_t i = each; i > 0; --i)
      whole.push_back(std::ceil(high) - static_cast<double>(i));
  } else {
    const double first = std::floor(low) + 1;
    for (std::size_t i = 0; i < each && first + static_cast<double>(i) < high; ++i)
      whole.push_back(first + static_cast<double>(i));
  }
  std::vector<double> ends = whole;
  ends.insert(ends.begin(), std::isinf(low) ? (whole.empty() ? high : whole.front()) - 1 : low);
  ends.push_back(std::isinf(high) ? (whole.empty() ? low : whole.back()) + 1 : high);
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    for (std::size_t j = 1; j <= each; ++j) {
      const double part = static_cast<double>(j) / static_cast<double>(each + 1);
      const double x = ends[i] + (ends[i + 1] - ends[i]) * part;
      if (x > ends[i] && x < ends[i + 1] && std::trunc(x) != x) out.push_back({false, 0, x});
    }
    if (i < whole.size() && std::fabs(whole[i]) <= kExact)
      out.push_back({true, static_cast<std::int64_t>(whole[i]), 0});
  }
}

}  // namespace

std::vector<Number> numbers_of(std::vector<Number> constants, std::size_t each) {
  std::erase_if(constants, [](const Number& n) { return !n.whole && !std::isfinite(n.decimal); });
  std::sort(constants.begin(), constants.end(),
            [](const Number& a, const Number& b) { return compare(a, b) < 0; });
  std::vector<Number> out;
  double low = -std::numeric_limits<double>::infinity();
  for (const Number& number : constants) {
    if (!out.empty() && compare(out.back(), number) == 0) continue;
    between(low, as_double(number), each, out);
    Number point = number;
    if (!point.whole && std::trunc(point.decimal) == point.decimal &&
        std::fabs(point.decimal) < kExact)
      point = {true, static_cast<std::int64_t>(point.decimal), 0};
    out.push_back(point);
    low = as_double(number);
  }
  between(low, std::numeric_limits<double>::infinity(), each, out);
  return out;
}

std::vector<Instant> instants_of(const Sort& sort, Judge& judge, std::size_t each,
                                 std::string& incomplete) {
  static constexpr std::int64_t kHour = 3'600'000'000;
  static constexpr std::int64_t kWeekHours = 168;
  // 2026-01-01T00:00:00Z, a Thursday; the years 0001 to 9999.
  static constexpr std::int64_t kStart = 1'767'225'600'000'000;
  static constexpr std::int64_t kFirst = -62'135'596'800'000'000;
  static constexpr std::int64_t kLast = 253'402'300'799'999'999;
  std::set<Instant> marks(sort.instants.begin(), sort.instants.end());
  for (const Element* element : sort.elements) {
    if (element->instants.low) marks.insert(*element->instants.low);
    if (element->instants.high) marks.insert(*element->instants.high);
  }
  std::vector<std::int64_t> ends{kFirst - 1};
  for (const Instant mark : marks) ends.push_back(mark.us);
  ends.push_back(kLast + 1);
  const auto hour_signs = [&](std::int64_t us) {
    const auto hours = us / kHour - (us % kHour < 0 ? 1 : 0);
    const auto days = hours / 24 - (hours % 24 < 0 ? 1 : 0);
    const std::int64_t hour = ((hours % 24) + 24) % 24;
    const std::int64_t weekday = (((days + 3) % 7) + 7) % 7 + 1;
    if (sort.hours) return std::vector<int>{static_cast<int>(hour), static_cast<int>(weekday)};
    std::vector<int> out;
    for (const std::int64_t part : {hour, weekday}) {
      const Concrete value = number_value({true, part, 0});
      for (const Element* e : sort.elements)
        out.push_back(static_cast<int>(judge.accepts(*e, value)));
      for (const Number& n : sort.numbers) out.push_back(compare({true, part, 0}, n));
    }
    return out;
  };
  std::vector<Instant> out;
  for (std::size_t i = 0; i + 1 < ends.size(); ++i) {
    if (i > 0) out.push_back({ends[i]});
    const std::int64_t room = ends[i + 1] - ends[i] - 1;
    if (room <= 0) continue;
    // From the side that has a mark; whole hours where there is room for them.
    std::int64_t from = i > 0 ? ends[i] + 1 : marks.empty() ? kStart : ends[1] - 1;
    if (i == 0 && !marks.empty())
      from -= std::min(room - 1, static_cast<std::int64_t>(each) * kWeekHours * kHour);
    if (!sort.calendar) {
      const std::int64_t step = room > 2 * static_cast<std::int64_t>(each) * kHour ? kHour : 1;
      for (std::size_t n = 0; n < each && from <= ends[i + 1] - 1; ++n, from += step)
        out.push_back({from});
      continue;
    }
    for (std::size_t week = 0; week < each; ++week) {
      std::set<std::vector<int>> seen;
      for (std::int64_t h = 0; h < kWeekHours && from < ends[i + 1]; ++h) {
        if (seen.insert(hour_signs(from)).second) out.push_back({from});
        from += kHour - ((from % kHour) + kHour) % kHour;
      }
      if (from >= ends[i + 1] && each > 1) incomplete = "instants close together";
    }
  }
  return out;
}

Pool pool_of(const Sort& sort, Judge& judge, const PoolLimits& limits) {
  Pool out = Texts(sort, judge, limits).made();
  static constexpr std::size_t kMostNumbers = 4;
  std::size_t each = sort.compares ? std::max<std::size_t>(1, sort.numeric) : 1;
  std::vector<Number> constants = sort.numbers;
  for (const Element* element : sort.elements) {
    if (element->range.low) constants.push_back(*element->range.low);
    if (element->range.high) constants.push_back(*element->range.high);
  }
  for (const Number& number : constants)
    if (std::isfinite(as_double(number)) && std::fabs(as_double(number)) >= kExact)
      out.incomplete = "numbers at or beyond 2^53";
  if (each > kMostNumbers) {
    each = kMostNumbers;
    if (!constants.empty() || sort.compares)
      out.incomplete = "too many numbers are compared with each other";
  }
  out.numbers = numbers_of(std::move(constants), each);
  static constexpr std::size_t kMostInstants = 8;
  std::size_t moments = std::max<std::size_t>(1, sort.values);
  if (moments > kMostInstants) {
    moments = kMostInstants;
    if (sort.moments || sort.calendar)
      out.incomplete = "too many instants are compared with each other";
  }
  out.instants = instants_of(sort, judge, moments, out.incomplete);
  return out;
}

}  // namespace policy::proving
