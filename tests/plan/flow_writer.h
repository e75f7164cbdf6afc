// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Writes programs for the test of non-interference: well typed, ending, with labelled and clean
// values, sinks and jumps in all places. Trust zone: tests.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/policy/dice.h"

namespace plan_test {

// What a variable or an expression of a generated program is.
enum class Sort : std::uint8_t {
  kInt,
  kBool,
  kText,
  kInts,      // list of int
  kTexts,     // list of str
  kDict,      // str -> int
  kSet,       // of int
  kPair,      // (int, str)
  kLists,     // list of list of int
  kPoint,     // P(v: int, l: list of int), a dataclass
  kModel,     // M(n: int, s: str), a BaseModel
  kFunction,  // int -> int
  kColor,     // C, an Enum
};
inline constexpr std::size_t kSorts = 13;

struct Variable {
  std::string name;
  Sort sort;
};

// The same seed, the same program.
class FlowWriter {
 public:
  explicit FlowWriter(std::uint64_t seed) : dice_(seed) {}
  std::string program();

 private:
  using Words = std::initializer_list<std::string_view>;
  struct Scope {
    std::vector<Variable> read;
    std::vector<Variable> write;
    int loops = 0;
    bool function = false;
    bool tries = false;    // inside of `try`: what may raise is wanted
    bool handler = false;  // a bare `raise` has something to raise
  };

  // flow_expression.cc: source text in brackets where it needs them.
  std::string expression(Sort sort, int depth);
  std::string variable(Sort sort);
  std::string literal(Sort sort);
  std::string named(Sort sort);
  std::string integer(int depth);
  std::string integer_of_container(int depth);
  std::string truth(int depth);
  std::string text(int depth);
  std::string ints(int depth);
  std::string texts(int depth);
  std::string dict(int depth);
  std::string set(int depth);
  std::string lists(int depth);
  std::string function(int depth);
  std::string effect(int depth);  // a call of a sink as an expression; its value is an int
  std::string any_value(int depth);
  std::string unsafe_integer(int depth);
  std::string with_bound(const std::string& name, Sort sort, Sort wanted, int depth);

  // flow_statement.cc
  void line(std::string text);
  void block(int depth);
  void statement(int depth);
  void assign(int depth);
  void change(int depth);         // of a container, in place
  void change_unsafe(int depth);  // what may raise
  void branch(int depth);
  void loop_while(int depth);
  void loop_for(int depth);
  void attempt(int depth);
  void raise_or_assert(int depth);
  void define(int depth);
  void define_class(int depth);
  void leave(int depth);
  void sink(int depth);
  void unpack(int depth);
  void prelude();

  Sort any_sort() { return static_cast<Sort>(dice_.below(kSorts)); }
  std::string of(Words words) { return std::string(words.begin()[dice_.below(words.size())]); }
  std::string fresh(std::string_view stem) { return std::string(stem) + std::to_string(++names_); }
  // The name of a variable of this sort to assign to; empty: none.
  std::string target(Sort sort);

  policy_test::Dice dice_;
  std::vector<Scope> scopes_;
  std::string out_;
  int indent_ = 0;
  int names_ = 0;
  int budget_ = 0;  // statements left
};

}  // namespace plan_test
