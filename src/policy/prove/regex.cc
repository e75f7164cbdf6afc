// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/regex.h"

#include <algorithm>
#include <utility>

#include "policy/prove/regex_reader.h"

namespace policy::proving {
namespace {

constexpr std::size_t kMostStates = 20'000;
constexpr CodeRange kSurrogates{0xd800, 0xdfff};

bool is_word(char32_t code) {
  return holds({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, code);
}

// Thompson's construction, from the end: emit(node, next) is the state that reads the node and goes
// on at `next`.
class Builder {
 public:
  std::uint32_t add(Nfa::State state) {
    if (nfa.states.size() < kMostStates) nfa.states.push_back(std::move(state));
    else full = true;
    return static_cast<std::uint32_t>(nfa.states.size() - 1);
  }
  std::uint32_t read(CodeSet set, std::uint32_t next) {
    return add({Nfa::State::Kind::kRead, std::move(set), next, 0});
  }
  std::uint32_t split(std::uint32_t a, std::uint32_t b) {
    return add({Nfa::State::Kind::kSplit, {}, a, b});
  }
  // A loop over `set` that may be left for `next`.
  std::uint32_t loop(const CodeSet& set, std::uint32_t next) {
    const std::uint32_t at = split(next, next);
    const std::uint32_t body = read(set, at);
    nfa.states[at].next = body;
    return at;
  }
  std::uint32_t emit(const Node& node, std::uint32_t next) {
    using Kind = Node::Kind;
    if (full) return next;
    switch (node.kind) {
      case Kind::kSet: return read(node.set, next);
      case Kind::kBegin: return add({Nfa::State::Kind::kBegin, {}, next, 0});
      case Kind::kEnd: return add({Nfa::State::Kind::kEnd, {}, next, 0});
      case Kind::kConcat:
        for (std::size_t i = node.parts.size(); i-- > 0;) next = emit(node.parts[i], next);
        return next;
      case Kind::kAlternate: return alternate(node, next);
      case Kind::kRepeat: return repeat(node, next);
    }
    return next;
  }

  Nfa nfa;
  bool full = false;

 private:
  std::uint32_t alternate(const Node& node, std::uint32_t next) {
    std::uint32_t at = emit(node.parts.back(), next);
    for (std::size_t i = node.parts.size() - 1; i-- > 0;) at = split(emit(node.parts[i], next), at);
    return at;
  }
  std::uint32_t repeat(const Node& node, std::uint32_t next) {
    const Node& part = node.parts[0];
    std::uint32_t at = next;
    if (node.high < 0) {
      at = split(next, next);
      const std::uint32_t body = emit(part, at);
      if (!full) nfa.states[at].next = body;
    } else {
      for (int i = node.low; i < node.high && !full; ++i) at = split(emit(part, at), next);
    }
    for (int i = 0; i < node.low && !full; ++i) at = emit(part, at);
    return at;
  }
};

// State 0 starts: the built automaton with a first state that goes to `start`.
Nfa finished(Builder& builder, std::uint32_t start) {
  // States were added from the end; state 0 is kept free for this.
  builder.nfa.states[0] = {Nfa::State::Kind::kSplit, {}, start, start};
  return std::move(builder.nfa);
}

}  // namespace

CodeSet normal(CodeSet set) {
  std::sort(set.begin(), set.end());
  CodeSet out;
  for (const CodeRange& range : set) {
    if (!out.empty() && range.low <= out.back().high + 1)
      out.back().high = std::max(out.back().high, range.high);
    else out.push_back(range);
  }
  return out;
}

CodeSet complement(const CodeSet& set) {
  CodeSet avoided = set;
  avoided.push_back(kSurrogates);
  CodeSet out;
  char32_t next = 0;
  for (const CodeRange& range : normal(std::move(avoided))) {
    if (range.low > next) out.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kLastCode) out.push_back({next, kLastCode});
  return out;
}

bool holds(const CodeSet& set, char32_t code) {
  return std::any_of(set.begin(), set.end(),
                     [&](const CodeRange& r) { return r.low <= code && code <= r.high; });
}

std::optional<Nfa> pattern_nfa(std::string_view text, bool search) {
  const std::optional<Node> root = read_pattern(text);
  if (!root) return std::nullopt;
  Builder builder;
  builder.add({});
  std::uint32_t at = builder.add({Nfa::State::Kind::kMatch, {}, 0, 0});
  if (search) at = builder.loop(complement({}), at);
  at = builder.emit(*root, at);
  if (search && !builder.full) at = builder.loop(complement({}), at);
  if (builder.full) return std::nullopt;
  return finished(builder, at);
}

Nfa wildcard_nfa(std::string_view text) {
  Builder builder;
  builder.add({});
  std::uint32_t at = builder.add({Nfa::State::Kind::kMatch, {}, 0, 0});
  const std::vector<char32_t> codes = code_points(text);
  for (std::size_t i = codes.size(); i-- > 0;) {
    if (codes[i] == '*') at = builder.loop(complement({}), at);
    else if (codes[i] == '?') at = builder.read(complement({}), at);
    else at = builder.read({{codes[i], codes[i]}}, at);
  }
  return finished(builder, at);
}

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code == 0) {
      out += "\\x00";
      continue;
    }
    if (code < 0x80 && !is_word(code)) out += '\\';
    out += c;
  }
  return out;
}

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> out;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80 && !out.empty()) out.back() = (out.back() << 6) | (byte & 0x3f);
    else if (byte >= 0xf0) out.push_back(byte & 0x07);
    else if (byte >= 0xe0) out.push_back(byte & 0x0f);
    else if (byte >= 0xc0) out.push_back(byte & 0x1f);
    else out.push_back(byte);
  }
  return out;
}

void append_utf8(std::string& text, char32_t code) {
  const auto put = [&](char32_t byte) {
    text += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | (code >> 6));
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
    put(0x80 | ((code >> 6) & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

}  // namespace policy::proving
