// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A program as the decision reads it: tools by hash, the rules of a tool in order, 16-byte
// operations, label names as bits, patterns lowered. Made once by link(), never changed.
// Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "label/sets.h"
#include "policy/canonical.h"
#include "policy/decide.h"
#include "policy/pattern.h"
#include "policy/program.h"

namespace policy {

// A TestCode, or what link() made of it where a plain comparison will do.
struct Operation {
  enum class Kind : std::uint8_t {
    // as TestCode::Kind, in its order
    kIn,
    kCompare,
    kOverlaps,
    kSubset,
    kSuperset,
    kSetEqual,
    kEmpty,
    kUniversal,
    kPresent,
    kAbsent,
    kNamed,
    kAny,
    kAll,
    kConstant,
    // overlaps with names that all have a bit in word `word`
    kMaskArgument,  // path a; mask b of `masks`
    kMaskArgs,      // b << 32 | a: the mask
    kMaskSession,
    kMaskControl,
    kMaskRoles,
    kMaskScopes,
    kText,  // value of path a matches pattern b
  };
  Kind kind = Kind::kConstant;
  bool sense = false;
  std::uint8_t detail = 0;  // comparator or field
  std::uint8_t word = 0;
  std::uint32_t target = 0;
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t mask() const { return std::uint64_t{b} << 32 | a; }
};
static_assert(sizeof(Operation) == 16);

// One rule as evaluation needs it; beside it Program::rules has what answers need.
struct RuleHead {
  RuleCode::Kind kind = RuleCode::Kind::kDeny;
  bool has_level = false;
  Level level = Level::kHard;
  bool absent_is_false = false;
  std::uint32_t first = 0;  // operations
  std::uint32_t count = 0;
};
static_assert(sizeof(RuleHead) == 12);

// Rules [first, first + count) of one policy.
struct RuleSpan {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

struct ToolEntry {
  std::uint32_t name = 0;  // in `names`
  std::uint32_t name_size = 0;
  std::uint32_t first = 0;  // in `lists`: the policies that apply, in order
  std::uint32_t count = 0;
  RuleSpan only;  // the rules, if they are all in one policy: most tools need no second look
  std::optional<ToolEffect> effect;
  bool has_before = false;
  bool can_allow = false;
  bool one_span = false;
};

// What evaluation knows of a set expression without looking at the call.
struct SetFacts {
  bool is_matcher = false;        // holds something else than plain strings
  bool has_text_matcher = false;  // one that can accept a string
  std::uint32_t depth = 0;
  std::uint32_t size = 0;  // nodes, parts counted each time they occur
};

struct ElementFacts {
  Patterns::Id pattern = 0;  // kPattern, kWildcard, kPathLike, kHostLike
  AddressBlock block;        // kCidr
};

// LIMIT: names beyond these have no bit; tests of them compare strings.
inline constexpr std::size_t kMaskWords = 16;
inline constexpr std::uint32_t kNoTool = 0xffffffff;
inline constexpr std::uint32_t kMarks = 64;  // asks and obligations of one tool

class Linked {
 public:
  Program program;
  std::vector<Operation> operations;  // of program.tests
  std::vector<Operation> inner;       // of program.inner
  std::vector<RuleHead> heads;        // of program.rules
  std::vector<std::uint64_t> masks;
  std::vector<SetFacts> sets;
  std::vector<ElementFacts> elements;
  Patterns patterns;

  std::vector<ToolEntry> tools;
  std::string names;                            // of all tools, one behind the other
  std::vector<std::uint32_t> lists;             // policies of each tool
  std::vector<std::uint32_t> pattern_policies;  // those whose id is a pattern, in order
  std::vector<Patterns::Id> ids;                // of each policy; exact ones: 0
  std::vector<Patterns::Id> counter_ids;        // of each counter; exact ones: 0
  std::vector<std::uint32_t> slots;             // open addressing: tool + 1, or 0
  std::unordered_map<std::string_view, std::uint32_t> bits;  // name → bit
  std::size_t words = 1;                                     // of a mask

  std::string_view name_of(std::uint32_t tool) const {
    return {names.data() + tools[tool].name, tools[tool].name_size};
  }
  // The known tool of that name, or kNoTool.
  std::uint32_t find(std::string_view name) const;

  // Calls f(policy index) for each policy that applies to the tool, in order.
  template <class F> void each_policy(std::uint32_t tool, std::string_view name, F f) const {
    if (tool != kNoTool) {
      const ToolEntry& entry = tools[tool];
      for (std::uint32_t i = 0; i < entry.count; ++i) f(lists[entry.first + i]);
      return;
    }
    for (const std::uint32_t at : pattern_policies)
      if (patterns.matches(ids[at], name)) f(at);
  }
  // The same for a decision: of an unknown tool all policies with a pattern.
  template <class F> void each_marked(std::uint32_t tool, F f) const {
    if (tool == kNoTool) {
      for (const std::uint32_t at : pattern_policies) f(at);
    } else {
      each_policy(tool, {}, f);
    }
  }
};

inline bool is_marked(RuleCode::Kind kind) {
  return kind != RuleCode::Kind::kAllow && kind != RuleCode::Kind::kDeny;
}

inline bool is_obligation(RuleCode::Kind kind) {
  return kind == RuleCode::Kind::kRedact || kind == RuleCode::Kind::kLog;
}
bool has_block(const PolicyCode& policy, BlockCode::Kind kind);
// What PolicySet::can_allow says of a tool with these policies.
bool could_allow(const Linked& linked, std::span<const std::uint32_t> policies);

std::uint64_t hash_of(std::string_view name);

// kInvalid: an index, a jump or a kind that compile() does not write.
base::Status check_program(const Program& program);

}  // namespace policy
