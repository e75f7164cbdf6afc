// SPDX-License-Identifier: Apache-2.0
//
// Program → Linked: names get bits, patterns are lowered, tests become operations, and each known
// tool gets its policies.
#include <algorithm>
#include <bit>

#include "policy/linked.h"

namespace policy {
namespace {

constexpr std::uint32_t kSetDepth = 2048;     // of the recursion in Evaluation
constexpr std::uint32_t kSetNodes = 100'000;  // asked for one answer
constexpr std::size_t kListed = 1u << 24;     // policies of all tools together: 64 MiB
constexpr std::size_t kIdTests = 50'000'000;  // tool ids × tools

class Linker {
 public:
  explicit Linker(Linked& out) : out_(out), p_(out.program) {}

  base::Status link() {
    TRY(elements());
    TRY(sets());
    give_bits();
    operations();
    heads();
    TRY(ids());
    TRY(tools());
    slots();
    return base::ok();
  }

 private:
  base::Status elements() {
    using Kind = ElementCode::Kind;
    out_.elements.resize(p_.elements.size());
    for (std::size_t i = 0; i < p_.elements.size(); ++i) {
      const ElementCode& e = p_.elements[i];
      ElementFacts& facts = out_.elements[i];
      if (e.kind == Kind::kPattern) {
        TRY_AS(facts.pattern, out_.patterns.add_regex(e.text, p_.compat.search));
      } else if (e.kind == Kind::kWildcard || e.kind == Kind::kPathLike ||
                 e.kind == Kind::kHostLike) {
        TRY_AS(facts.pattern, out_.patterns.add_wildcard(e.text));
      } else if (e.kind == Kind::kCidr) {
        facts.block = *block_of(e.text);
      }
    }
    return base::ok();
  }

  static bool is_plain(const ElementCode& e) {
    return e.kind == ElementCode::Kind::kString && !e.length;
  }
  static bool accepts_text(const ElementCode& e) {
    return e.kind == ElementCode::Kind::kString || e.kind == ElementCode::Kind::kPattern ||
           e.kind == ElementCode::Kind::kWildcard;
  }

  SetFacts facts_of(const SetCode& s) const {
    SetFacts facts{false, false, 1, 1};
    if (s.kind == SetCode::Kind::kLiteral) {
      for (std::uint32_t i = 0; i < s.b; ++i) {
        const ElementCode& e = p_.elements[s.a + i];
        facts.is_matcher = facts.is_matcher || !is_plain(e);
        facts.has_text_matcher = facts.has_text_matcher || (!is_plain(e) && accepts_text(e));
      }
      return facts;
    }
    if (s.kind == SetCode::Kind::kUniversal || s.kind == SetCode::Kind::kOperand) return facts;
    const SetFacts& a = out_.sets[s.a];
    const SetFacts& b = out_.sets[s.b];
    if (s.kind == SetCode::Kind::kUnion) {
      facts.is_matcher = a.is_matcher || b.is_matcher;
      facts.has_text_matcher = a.has_text_matcher || b.has_text_matcher;
    }
    facts.depth = std::max(a.depth, b.depth) + 1;
    facts.size = std::min(a.size + b.size + 1, kSetNodes + 1);
    return facts;
  }
  base::Status sets() {
    out_.sets.reserve(p_.sets.size());
    for (const SetCode& s : p_.sets) {
      out_.sets.push_back(facts_of(s));
      if (out_.sets.back().depth > kSetDepth || out_.sets.back().size > kSetNodes)
        return base::invalid("a set expression is too large");
    }
    return base::ok();
  }

  bool is_plain_literal(std::uint32_t set) const {
    return p_.sets[set].kind == SetCode::Kind::kLiteral && !out_.sets[set].is_matcher;
  }

  // The names that `overlaps` asks for, those asked for most often first.
  void give_bits() {
    std::unordered_map<std::string_view, std::uint32_t> uses;
    std::vector<std::string_view> names;
    for (const TestCode& t : p_.tests) {
      if (t.kind != TestCode::Kind::kOverlaps || !is_plain_literal(t.b)) continue;
      const SetCode& s = p_.sets[t.b];
      for (std::uint32_t i = 0; i < s.b; ++i)
        if (uses[p_.elements[s.a + i].text]++ == 0) names.push_back(p_.elements[s.a + i].text);
    }
    std::ranges::stable_sort(names, std::greater{}, [&](std::string_view n) { return uses[n]; });
    if (names.size() > kMaskWords * 64) names.resize(kMaskWords * 64);
    for (std::size_t i = 0; i < names.size(); ++i)
      out_.bits.emplace(names[i], static_cast<std::uint32_t>(i));
    out_.words = std::max<std::size_t>(1, (names.size() + 63) / 64);
  }

  struct Mask {
    std::uint32_t word = 0;
    std::uint64_t bits = 0;
  };
  // The mask of a literal whose names are all in one word.
  std::optional<Mask> mask_of(std::uint32_t set) const {
    if (!is_plain_literal(set)) return std::nullopt;
    Mask mask;
    const SetCode& s = p_.sets[set];
    for (std::uint32_t i = 0; i < s.b; ++i) {
      const auto bit = out_.bits.find(p_.elements[s.a + i].text);
      if (bit == out_.bits.end()) return std::nullopt;
      if (mask.bits != 0 && mask.word != bit->second / 64) return std::nullopt;
      mask.word = bit->second / 64;
      mask.bits |= std::uint64_t{1} << (bit->second % 64);
    }
    return mask;
  }

  void operations() {
    out_.operations.reserve(p_.tests.size());
    for (const TestCode& t : p_.tests) {
      Operation op = plain(t);
      if (t.kind == TestCode::Kind::kOverlaps) as_mask(t, op);
      if (t.kind == TestCode::Kind::kIn) as_text(t, op);
      out_.operations.push_back(op);
    }
    // INVARIANT: while blocks run, the session's label is not the one that was projected.
    for (const PolicyCode& policy : p_.policies)
      for (const BlockCode& block : policy.blocks)
        for (const StatementCode& s : block.statements)
          for (std::uint32_t i = 0; i < s.when.count; ++i)
            out_.operations[s.when.first + i] = plain(p_.tests[s.when.first + i]);
    for (const TestCode& t : p_.inner) {
      out_.inner.push_back(plain(t));
      if (t.kind == TestCode::Kind::kIn) as_text(t, out_.inner.back());
    }
  }

  static Operation plain(const TestCode& t) {
    Operation op;
    op.kind = static_cast<Operation::Kind>(t.kind);
    op.sense = t.sense;
    op.detail = static_cast<std::uint8_t>(t.comparator);
    op.target = t.target;
    op.a = t.a;
    op.b = t.b;
    return op;
  }

  // A test that stands in no condition was not checked, for it is never asked: its numbers may be
  // anything.
  void as_mask(const TestCode& t, Operation& op) {
    using Scope = OperandCode::Scope;
    if (t.a >= p_.operands.size() || t.b >= p_.sets.size()) return;
    const OperandCode& o = p_.operands[t.a];
    const auto mask = mask_of(t.b);
    if (!mask) return;
    const bool consumers = o.field == Field::kConsumers;
    switch (o.scope) {
      case Scope::kArgument: op.kind = Operation::Kind::kMaskArgument; break;
      case Scope::kArgsUnion:
        if (consumers) return;  // of each argument on its own
        op.kind = Operation::Kind::kMaskArgs;
        break;
      case Scope::kArgsIntersect:
        if (!consumers) return;
        op.kind = Operation::Kind::kMaskArgs;
        break;
      case Scope::kSession: op.kind = Operation::Kind::kMaskSession; break;
      case Scope::kControl: op.kind = Operation::Kind::kMaskControl; break;
      case Scope::kRoles: op.kind = Operation::Kind::kMaskRoles; break;
      case Scope::kScopes: op.kind = Operation::Kind::kMaskScopes; break;
      case Scope::kResult: return;
    }
    op.detail = static_cast<std::uint8_t>(o.field);
    op.word = static_cast<std::uint8_t>(mask->word);
    op.a = static_cast<std::uint32_t>(mask->bits);
    op.b = static_cast<std::uint32_t>(mask->bits >> 32);
    if (o.scope != Scope::kArgument) return;
    op.a = o.path;
    const auto [known, fresh] =
        masks_.emplace(mask->bits, static_cast<std::uint32_t>(out_.masks.size()));
    if (fresh) out_.masks.push_back(mask->bits);
    op.b = known->second;
  }

  // An argument in a set of texts, or in one pattern.
  void as_text(const TestCode& t, Operation& op) {
    if (t.a >= p_.values.size() || t.b >= p_.sets.size()) return;
    const ValueCode& value = p_.values[t.a];
    const SetCode& s = p_.sets[t.b];
    if (value.kind != ValueCode::Kind::kArgument || s.kind != SetCode::Kind::kLiteral || s.b == 0)
      return;
    std::optional<Patterns::Id> pattern;
    const ElementCode& first = p_.elements[s.a];
    if (is_plain_literal(t.b)) pattern = texts_of(t.b);
    else if (s.b == 1 && accepts_text(first) && !first.length && !is_plain(first))
      pattern = out_.elements[s.a].pattern;
    if (!pattern) return;
    op.kind = Operation::Kind::kText;
    op.a = value.index;
    op.b = *pattern;
  }

  Patterns::Id texts_of(std::uint32_t set) {
    const auto known = texts_.find(set);
    if (known != texts_.end()) return known->second;
    const SetCode& s = p_.sets[set];
    std::vector<std::string> texts;
    for (std::uint32_t i = 0; i < s.b; ++i) texts.push_back(p_.elements[s.a + i].text);
    const Patterns::Id id = out_.patterns.add_texts(std::move(texts));
    texts_.emplace(set, id);
    return id;
  }

  void heads() {
    out_.heads.reserve(p_.rules.size());
    for (const RuleCode& r : p_.rules)
      out_.heads.push_back({r.kind, r.level.has_value(), r.level.value_or(Level::kHard),
                            p_.compat.missing_argument_is_false || r.kind == RuleCode::Kind::kAsk ||
                                is_obligation(r.kind),
                            r.when.first, r.when.count});
  }

  base::Status ids() {
    out_.ids.resize(p_.policies.size());
    for (std::uint32_t i = 0; i < p_.policies.size(); ++i) {
      if (p_.policies[i].exact) {
        exact_[p_.policies[i].id].push_back(i);
        continue;
      }
      TRY_AS(out_.ids[i], out_.patterns.add_regex(p_.policies[i].id, false));
      out_.pattern_policies.push_back(i);
      by_pattern_[out_.ids[i]].push_back(i);
    }
    for (const CounterSpec& counter : p_.counters) {
      out_.counter_ids.push_back(0);
      if (counter.exact) continue;
      TRY_AS(out_.counter_ids.back(), out_.patterns.add_regex(counter.tool, false));
    }
    if (by_pattern_.size() * p_.tools.size() > kIdTests)
      return base::Error{base::Errc::kExhausted, "too many patterns of tools for so many tools"};
    return base::ok();
  }

  base::Status tools() {
    for (const ToolCode& tool : p_.tools) {
      std::vector<std::uint32_t> list;
      if (const auto exact = exact_.find(tool.name); exact != exact_.end()) list = exact->second;
      for (const auto& [pattern, policies] : by_pattern_)
        if (out_.patterns.matches(pattern, tool.name))
          list.insert(list.end(), policies.begin(), policies.end());
      if (out_.lists.size() + list.size() > kListed)
        return base::Error{base::Errc::kExhausted, "too many policies for so many tools"};
      std::ranges::sort(list);
      TRY_AS(const bool has_before, look_at(list));
      ToolEntry entry;
      entry.name = static_cast<std::uint32_t>(out_.names.size());
      entry.name_size = static_cast<std::uint32_t>(tool.name.size());
      entry.first = static_cast<std::uint32_t>(out_.lists.size());
      entry.count = static_cast<std::uint32_t>(list.size());
      entry.effect = tool.effect;
      entry.has_before = has_before;
      entry.can_allow = could_allow(out_, list);
      put_span(list, entry);
      out_.tools.push_back(entry);
      out_.names += tool.name;
      out_.lists.insert(out_.lists.end(), list.begin(), list.end());
    }
    return base::ok();
  }

  void put_span(const std::vector<std::uint32_t>& list, ToolEntry& entry) const {
    std::uint32_t with_rules = 0;
    for (const std::uint32_t at : list) {
      const PolicyCode& policy = p_.policies[at];
      if (policy.rules == 0) continue;
      ++with_rules;
      entry.only = {policy.first_rule, policy.rules};
    }
    entry.one_span = with_rules <= 1;
  }

  // Whether the session is changed before a call.
  base::Result<bool> look_at(const std::vector<std::uint32_t>& list) const {
    std::uint32_t marks = 0;
    bool before = false;
    for (const std::uint32_t at : list) {
      const PolicyCode& policy = p_.policies[at];
      for (std::uint32_t r = 0; r < policy.rules; ++r)
        marks += is_marked(p_.rules[policy.first_rule + r].kind) ? 1 : 0;
      before = before || has_block(policy, BlockCode::Kind::kBefore);
    }
    if (marks > kMarks)
      return base::Error{base::Errc::kExhausted, "more than 64 asks and obligations of one tool"};
    return before;
  }

  void slots() {
    out_.slots.assign(std::bit_ceil(p_.tools.size() * 2 + 1), 0);
    for (std::uint32_t i = 0; i < p_.tools.size(); ++i) {
      std::size_t at = hash_of(p_.tools[i].name) & (out_.slots.size() - 1);
      while (out_.slots[at] != 0) at = (at + 1) & (out_.slots.size() - 1);
      out_.slots[at] = i + 1;
    }
  }

  Linked& out_;
  const Program& p_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> exact_;
  std::unordered_map<Patterns::Id, std::vector<std::uint32_t>> by_pattern_;
  std::unordered_map<std::uint32_t, Patterns::Id> texts_;
  std::unordered_map<std::uint64_t, std::uint32_t> masks_;
};

}  // namespace

// FNV-1a with a last mix: tool names are short.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash ^ hash >> 29;
}

std::uint32_t Linked::find(std::string_view name) const {
  for (std::size_t at = hash_of(name) & (slots.size() - 1); slots[at] != 0;
       at = (at + 1) & (slots.size() - 1))
    if (name_of(slots[at] - 1) == name) return slots[at] - 1;
  return kNoTool;
}

bool has_block(const PolicyCode& policy, BlockCode::Kind kind) {
  return std::ranges::any_of(policy.blocks, [&](const BlockCode& b) { return b.kind == kind; });
}

// Conservative: an allow or ask of the kind of each verdict that counts, and no hard deny or deny
// that always holds.
bool could_allow(const Linked& linked, std::span<const std::uint32_t> list) {
  bool has_sqrt = false;
  bool has_yett = false;
  bool sqrt = linked.program.compat.default_allow;
  bool yett = false;
  for (const std::uint32_t at : list) {
    const PolicyCode& policy = linked.program.policies[at];
    for (std::uint32_t r = 0; r < policy.rules; ++r) {
      const RuleCode& rule = linked.program.rules[policy.first_rule + r];
      if (is_obligation(rule.kind)) continue;
      (rule.level ? has_sqrt : has_yett) = true;
      const bool denies = rule.kind == RuleCode::Kind::kDeny;
      if (denies && rule.when.count == 0 && rule.level != Level::kSoft) return false;
      if (!denies) (rule.level ? sqrt : yett) = true;
    }
  }
  return (!has_sqrt || sqrt) && (!has_yett || yett) &&
         (has_sqrt || has_yett || linked.program.compat.default_allow);
}

base::Result<PolicySet> PolicySet::link(Program program) {
  TRY(check_program(program));
  PolicySet set;
  set.linked_->program = std::move(program);
  set.linked_->slots.clear();
  TRY(Linker(*set.linked_).link());
  return set;
}

PolicySet::PolicySet() : linked_(std::make_unique<Linked>()) { linked_->slots.assign(1, 0); }
PolicySet::PolicySet(PolicySet&&) noexcept = default;
PolicySet& PolicySet::operator=(PolicySet&&) noexcept = default;
PolicySet::~PolicySet() = default;

}  // namespace policy
