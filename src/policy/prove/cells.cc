// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/cells.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace policy::proving {
namespace {

// Letters people read first, then the rest of printable ASCII.
constexpr std::string_view kLiked =
    "xyzuvwabcdefghijklmnopqrst0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./@: !#$%&'()*+,;<=>?[]^`{|}~"
    "\"\\";

using StateSet = std::vector<std::uint32_t>;  // sorted

// One automaton, its sets of states numbered as they are met.
class Walker {
 public:
  explicit Walker(const Nfa& nfa) : nfa_(nfa) {}

  std::uint32_t start() { return number(closure({0}, true, false)); }
  std::uint32_t next(std::uint32_t at, std::size_t letter, char32_t code) {
    const auto key = std::pair(at, letter);
    if (const auto known = moves_.find(key); known != moves_.end()) return known->second;
    StateSet reached;
    for (const std::uint32_t s : sets_[at]) {
      const Nfa::State& state = nfa_.states[s];
      if (state.kind == Nfa::State::Kind::kRead && holds(state.set, code))
        reached.push_back(state.next);
    }
    const std::uint32_t to = number(closure(std::move(reached), false, false));
    moves_.emplace(key, to);
    return to;
  }
  bool accepts(std::uint32_t at) {
    for (const std::uint32_t s : closure(sets_[at], false, true))
      if (nfa_.states[s].kind == Nfa::State::Kind::kMatch) return true;
    return false;
  }

 private:
  // What is reached without reading; of the ways through an anchor only those that hold. States
  // before an end anchor stay, so that accepts() can go on from them.
  StateSet closure(StateSet from, bool at_begin, bool at_end) const {
    std::vector<bool> seen(nfa_.states.size());
    StateSet out;
    while (!from.empty()) {
      const std::uint32_t s = from.back();
      from.pop_back();
      if (seen[s]) continue;
      seen[s] = true;
      out.push_back(s);
      const Nfa::State& state = nfa_.states[s];
      using Kind = Nfa::State::Kind;
      if (state.kind == Kind::kSplit) from.push_back(state.other);
      if (state.kind == Kind::kSplit || (state.kind == Kind::kBegin && at_begin) ||
          (state.kind == Kind::kEnd && at_end))
        from.push_back(state.next);
    }
    // Begin anchors that did not hold, and splits, are done with; but for the empty text the end
    // may come with the begin: keep what an end anchor may still lead to.
    std::erase_if(out, [&](std::uint32_t s) {
      return nfa_.states[s].kind == Nfa::State::Kind::kSplit ||
             (nfa_.states[s].kind == Nfa::State::Kind::kBegin && !at_begin);
    });
    std::sort(out.begin(), out.end());
    return out;
  }
  std::uint32_t number(StateSet set) {
    const auto [at, is_new] = numbers_.try_emplace(std::move(set), sets_.size());
    if (is_new) sets_.push_back(at->first);
    return at->second;
  }

  const Nfa& nfa_;
  std::vector<StateSet> sets_;
  std::map<StateSet, std::uint32_t> numbers_;
  std::map<std::pair<std::uint32_t, std::size_t>, std::uint32_t> moves_;
};

// Counts code points and stops where more make no difference.
class Counter {
 public:
  explicit Counter(const LengthTest& test)
      : test_(test), last_((test.high == 0xffffffff ? test.low : test.high) + 1) {}
  std::uint32_t next(std::uint32_t at) const { return std::min(at + 1, last_); }
  bool accepts(std::uint32_t at) const { return at >= test_.low && at <= test_.high; }

 private:
  LengthTest test_;
  std::uint32_t last_;
};

// The sets that the tests read, each once.
std::vector<CodeSet> read_sets(const std::vector<RegularTest>& tests) {
  std::set<CodeSet> out;
  for (const RegularTest& test : tests)
    if (const Nfa* nfa = std::get_if<Nfa>(&test))
      for (const Nfa::State& state : nfa->states)
        if (state.kind == Nfa::State::Kind::kRead) out.insert(state.set);
  return {out.begin(), out.end()};
}

// Code points that the same of `sets` hold, together.
std::vector<CodeSet> classes_of(const std::vector<CodeSet>& sets) {
  std::vector<char32_t> starts{0, 0xd800, 0xe000};
  for (const CodeSet& set : sets)
    for (const CodeRange& range : set) {
      starts.push_back(range.low);
      starts.push_back(range.high + 1);
    }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::erase_if(starts, [](char32_t c) { return c > kLastCode; });
  std::map<std::vector<bool>, CodeSet> classes;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i] >= 0xd800 && starts[i] < 0xe000) continue;
    std::vector<bool> readers;
    readers.reserve(sets.size());
    for (const CodeSet& set : sets) readers.push_back(holds(set, starts[i]));
    classes[readers].push_back({starts[i], i + 1 < starts.size() ? starts[i + 1] - 1 : kLastCode});
  }
  std::vector<CodeSet> out;
  for (auto& [readers, set] : classes) out.push_back(std::move(set));
  return out;
}

// Up to `count` members of a class, those that people like to read first.
std::vector<char32_t> members_of(const CodeSet& set, std::size_t count) {
  std::vector<char32_t> chosen;
  for (const char c : kLiked) {
    if (chosen.size() >= count) return chosen;
    const auto code = static_cast<char32_t>(static_cast<unsigned char>(c));
    if (holds(set, code)) chosen.push_back(code);
  }
  for (std::size_t r = set.size(); r-- > 0;)
    for (char32_t c = set[r].low; c <= set[r].high && chosen.size() < count; ++c)
      if (c >= 0x7f || c < 0x20) chosen.push_back(c);
  return chosen;
}

// The alphabet: of each class of code points that no test tells apart a few members.
std::vector<std::vector<char32_t>> alphabet(const std::vector<RegularTest>& tests,
                                            std::size_t members) {
  std::vector<std::vector<char32_t>> out;
  for (const CodeSet& set : classes_of(read_sets(tests))) out.push_back(members_of(set, members));
  const auto rank = [](char32_t c) {
    const auto at = c < 0x80 ? kLiked.find(static_cast<char>(c)) : std::string_view::npos;
    return at == std::string_view::npos ? kLiked.size() + c : at;
  };
  std::sort(out.begin(), out.end(),
            [&](const auto& a, const auto& b) { return rank(a[0]) < rank(b[0]); });
  return out;
}

// The product and its walk. A state is left at most `words` times: the k shortest walks to any
// state go through the k shortest to those before it.
class Product {
 public:
  Product(const std::vector<RegularTest>& tests, std::size_t words) : words_(words) {
    letters_ = alphabet(tests, words);
    for (const RegularTest& test : tests) {
      if (const Nfa* nfa = std::get_if<Nfa>(&test)) parts_.emplace_back(Walker(*nfa));
      else parts_.emplace_back(Counter(std::get<LengthTest>(test)));
    }
  }

  Cells walk(std::size_t most_steps, const std::function<bool()>& stop) {
    Cells out;
    push(start(), -1, 0);
    std::size_t steps = 0;
    for (std::size_t at = 0; at < queue_.size(); ++at) {
      record(at);
      const std::uint32_t state = queue_[at].state;
      for (std::size_t letter = 0; letter < letters_.size(); ++letter) {
        const std::uint32_t to = next(state, letter);
        if (++steps > most_steps || (steps % 4096 == 0 && stop())) {
          out.complete = false;
          return finish(std::move(out));
        }
        for (const char32_t code : letters_[letter]) push(to, static_cast<std::int64_t>(at), code);
      }
    }
    return finish(std::move(out));
  }

 private:
  struct Visit {
    std::uint32_t state;
    std::int64_t parent;
    char32_t code;
  };

  std::uint32_t start() {
    std::vector<std::uint32_t> state;
    for (auto& part : parts_) {
      if (auto* walker = std::get_if<Walker>(&part)) state.push_back(walker->start());
      else state.push_back(0);
    }
    return number(std::move(state));
  }
  std::uint32_t next(std::uint32_t from, std::size_t letter) {
    const std::size_t key = from * letters_.size() + letter;
    if (key < moves_.size() && moves_[key] != kUnknown) return moves_[key];
    std::vector<std::uint32_t> state = states_[from];
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (auto* walker = std::get_if<Walker>(&parts_[i]))
        state[i] = walker->next(state[i], letter, letters_[letter][0]);
      else state[i] = std::get<Counter>(parts_[i]).next(state[i]);
    }
    const std::uint32_t to = number(std::move(state));
    if (key >= moves_.size()) moves_.resize((from + 1) * letters_.size(), kUnknown);
    moves_[key] = to;
    return to;
  }
  std::uint32_t number(std::vector<std::uint32_t> state) {
    const auto [at, is_new] = numbers_.try_emplace(std::move(state), states_.size());
    if (is_new) {
      states_.push_back(at->first);
      visits_.push_back(0);
    }
    return at->second;
  }
  void push(std::uint32_t state, std::int64_t parent, char32_t code) {
    if (visits_[state] >= words_) return;
    ++visits_[state];
    queue_.push_back({state, parent, code});
  }
  void record(std::size_t at) {
    std::vector<bool> signs;
    const std::vector<std::uint32_t>& state = states_[queue_[at].state];
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (auto* walker = std::get_if<Walker>(&parts_[i]))
        signs.push_back(walker->accepts(state[i]));
      else signs.push_back(std::get<Counter>(parts_[i]).accepts(state[i]));
    }
    std::vector<std::size_t>& words = found_[std::move(signs)];
    if (words.size() < words_) words.push_back(at);
  }
  std::string word(std::size_t at) const {
    std::vector<char32_t> codes;
    for (auto i = static_cast<std::int64_t>(at); queue_[static_cast<std::size_t>(i)].parent >= 0;
         i = queue_[static_cast<std::size_t>(i)].parent)
      codes.push_back(queue_[static_cast<std::size_t>(i)].code);
    std::string out;
    for (std::size_t i = codes.size(); i-- > 0;) append_utf8(out, codes[i]);
    return out;
  }
  Cells finish(Cells out) const {
    for (const auto& [signs, visits] : found_) {
      out.cells.push_back({signs, {}});
      for (const std::size_t at : visits) out.cells.back().words.push_back(word(at));
    }
    return out;
  }

  std::size_t words_;
  std::vector<std::variant<Walker, Counter>> parts_;
  std::vector<std::vector<char32_t>> letters_;
  std::vector<std::vector<std::uint32_t>> states_;
  std::vector<std::size_t> visits_;
  static constexpr std::uint32_t kUnknown = 0xffffffff;

  std::map<std::vector<std::uint32_t>, std::uint32_t> numbers_;
  std::vector<std::uint32_t> moves_;  // by state and letter
  std::vector<Visit> queue_;
  std::map<std::vector<bool>, std::vector<std::size_t>> found_;
};

}  // namespace

Cells cells_of(const std::vector<RegularTest>& tests, std::size_t words, std::size_t most_steps,
               const std::function<bool()>& stop) {
  return Product(tests, words).walk(most_steps, stop);
}

}  // namespace policy::proving
