// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/circuit.h"

#include <algorithm>
#include <array>

namespace policy::proving {

Circuit::Circuit() : true_(solver_.fresh()) { require(true_); }

void Circuit::require(Bit fact) { solver_.add(std::array{fact}); }
void Circuit::imply(Bit a, Bit b) { solver_.add(std::array{~a, b}); }

Bit Circuit::both(Bit a, Bit b) {
  if (b < a) std::swap(a, b);
  if (a == b || a == true_) return b;
  if (a == ~true_ || a == ~b) return falsehood();
  if (b == true_) return a;
  if (b == ~true_) return falsehood();
  const auto key = (static_cast<std::uint64_t>(a.code) << 32) | static_cast<std::uint64_t>(b.code);
  const auto [at, is_new] = gates_.try_emplace(key);
  if (!is_new) return at->second;
  const Bit out = solver_.fresh();
  at->second = out;
  solver_.add(std::array{~out, a});
  solver_.add(std::array{~out, b});
  solver_.add(std::array{out, ~a, ~b});
  return out;
}

Bit Circuit::all(std::vector<Bit> parts) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::erase(parts, true_);
  for (std::size_t i = 0; i < parts.size(); ++i)
    if (parts[i] == ~true_ || (i > 0 && parts[i] == ~parts[i - 1])) return falsehood();
  if (parts.empty()) return truth();
  if (parts.size() == 1) return parts[0];
  if (parts.size() == 2) return both(parts[0], parts[1]);
  const Bit out = solver_.fresh();
  for (const Bit part : parts) solver_.add(std::array{~out, part});
  for (Bit& part : parts) part = ~part;
  parts.push_back(out);
  solver_.add(parts);
  return out;
}

Bit Circuit::any(std::vector<Bit> parts) {
  for (Bit& part : parts) part = ~part;
  return ~all(std::move(parts));
}

Bit Circuit::differs(Bit a, Bit b) { return either(both(a, ~b), both(~a, b)); }

Bit Circuit::choose(Bit condition, Bit then, Bit otherwise) {
  if (then == otherwise) return then;
  return either(both(condition, then), both(~condition, otherwise));
}

Tri Circuit::negation(Tri a) { return {both(~a.yes, ~a.error), a.error}; }

Tri Circuit::conjunction(Tri a, Tri b) {
  return {both(a.yes, b.yes), either(a.error, both(a.yes, b.error))};
}

Tri Circuit::disjunction(Tri a, Tri b) {
  const Bit on = both(~a.yes, ~a.error);
  return {either(a.yes, both(on, b.yes)), either(a.error, both(on, b.error))};
}

std::vector<Bit> Circuit::one_of(std::size_t count) {
  if (count == 1) return {truth()};
  std::vector<Bit> bits;
  for (std::size_t i = 0; i < count; ++i) bits.push_back(fresh());
  if (count > 0) solver_.prefer(bits[0]);
  clause(bits);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t j = i + 1; j < count; ++j) solver_.add(std::array{~bits[i], ~bits[j]});
  return bits;
}

}  // namespace policy::proving
