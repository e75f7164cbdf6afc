// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/prove_domain.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

namespace policy_test {
namespace {

using policy::Effect;
using policy::Field;
using policy::LeafKind;
using policy::LeafValue;
using policy::Observed;
using policy::Operand;
using policy::Predicate;
using policy::Question;
using policy::Scope;
using policy::SessionState;
using policy::SetExpr;
using policy::Value;

// What a policy and its question read, as words: "value to", "tags of to", "roles", ... What is not
// read needs one value only.
class Uses {
 public:
  explicit Uses(const Pair& pair) {
    for (const policy::Tree& tree : pair.loaded.trees)
      for (const auto& declaration : tree.declarations)
        if (const auto* tool = std::get_if<policy::ToolPolicy>(&declaration)) read(*tool);
    if (pair.query.such_that) read(*pair.query.such_that);
  }
  bool has(const std::string& word) const { return words_.contains(word); }
  bool has_field(const std::string& of, Field field) const {
    const std::string name(spelling(field));
    return has(name + " of " + of) || (of[0] != '@' && has(name + " of @args")) ||
           (has(name + " of @result") && of != "@session");
  }

 private:
  void read(const policy::ToolPolicy& tool) {
    for (const auto& member : tool.members) {
      if (const auto* rule = std::get_if<policy::Rule>(&member); rule != nullptr && rule->when)
        read(*rule->when);
      const auto* block = std::get_if<policy::Block>(&member);
      if (block == nullptr) continue;
      for (const policy::Statement& statement : block->statements) {
        if (statement.when) read(*statement.when);
        for (const policy::Update& update : statement.updates) read(update.value);
      }
    }
  }
  void read(const Predicate& p) {
    for (const Predicate& part : p.parts) read(part);
    using Kind = Predicate::Kind;
    if (p.kind == Kind::kAnd || p.kind == Kind::kOr || p.kind == Kind::kNot) return;
    if (p.kind == Kind::kNamed) words_.insert("named " + p.path.argument);
    if (p.kind == Kind::kIn || p.kind == Kind::kCompare) read(p.left);
    if (p.kind == Kind::kCompare) read(p.right);
    if (p.kind == Kind::kIn || p.kind >= Kind::kOverlaps) read(p.set);
    if (p.kind >= Kind::kOverlaps && p.kind <= Kind::kGrants) read(p.operand);
  }
  void read(const Value& value) {
    if (value.kind == Value::Kind::kArgument) words_.insert("value " + value.path.argument);
    if (value.kind == Value::Kind::kSession) words_.insert("session value");
    if (value.kind == Value::Kind::kCounter) words_.insert("counter");
    if (value.kind == Value::Kind::kAttribute)
      words_.insert("attribute " + std::string(spelling(value.attribute)));
  }
  void read(const SetExpr& set) {
    if (set.kind == SetExpr::Kind::kOperand) read(set.operand);
    for (const SetExpr& part : set.parts) read(part);
  }
  void read(const Operand& operand) {
    const std::string field = std::string(spelling(operand.field)) + " of ";
    switch (operand.scope) {
      case Scope::kArgument: words_.insert(field + operand.path.argument); return;
      case Scope::kArgs: words_.insert(field + "@args"); return;
      case Scope::kSession:
      case Scope::kHere: words_.insert(field + "@session"); return;
      case Scope::kResult: words_.insert(field + "@result"); return;
      case Scope::kControl: words_.insert(field + "@control"); return;
      case Scope::kPrincipal: words_.insert(operand.scopes ? "scopes" : "roles"); return;
    }
  }
  std::set<std::string> words_;
};

constexpr Field kFields[] = {Field::kTags, Field::kProducers, Field::kConsumers, Field::kOrigins};

std::vector<label::Names> subsets(const std::vector<std::string>& names) {
  std::vector<label::Names> out;
  for (std::size_t bits = 0; bits < (std::size_t{1} << names.size()); ++bits) {
    std::vector<std::string> chosen;
    for (std::size_t i = 0; i < names.size(); ++i)
      if ((bits >> i) & 1U) chosen.push_back(names[i]);
    out.emplace_back(std::move(chosen));
  }
  return out;
}

// One choice of a call: an index below `count`.
struct Dimension {
  std::size_t count = 1;
  std::function<void(Question&, std::size_t)> choose;
};

class World {
 public:
  explicit World(const Pair& pair) : pair_(pair), uses_(pair) {
    names_ = {"a", "o"};
    if (pair.policy.find("\"b\"") != std::string::npos ||
        pair.question.find("\"b\"") != std::string::npos ||
        pair.policy.find("a|b") != std::string::npos ||
        pair.question.find("a|b") != std::string::npos)
      names_.insert(names_.begin() + 1, "b");
  }

  std::vector<label::Sets> labels(const std::string& of) const {
    std::vector<label::Sets> out(1);
    for (const Field field : kFields) {
      if (!uses_.has_field(of, field)) continue;
      std::vector<label::Sets> next;
      for (const label::Sets& base : out) {
        for (const label::Names& names : subsets(names_)) {
          label::Sets one = base;
          if (field == Field::kTags) one.tags = names;
          if (field == Field::kProducers) one.producers = names;
          if (field == Field::kOrigins) one.origins = names;
          if (field == Field::kConsumers) one.consumers = label::Consumers::only(names);
          next.push_back(std::move(one));
        }
        if (field == Field::kConsumers) next.push_back(base);
      }
      out = std::move(next);
    }
    return out;
  }

  std::vector<Dimension> call(const std::string& tool) const {
    std::vector<Dimension> out;
    for (const policy::ToolShape& shape : pair_.loaded.tools)
      if (shape.name == tool)
        for (const policy::ArgumentShape& argument : shape.arguments) add(argument, out);
    add_labels("@control", out, [](Question& q, const label::Sets& l) { q.control = l; });
    if (uses_.has("counter"))
      out.push_back({5, [](Question& q, std::size_t i) {
                       q.counters["c"] = {true, static_cast<std::int64_t>(i), 0};
                     }});
    return out;
  }

  std::vector<Dimension> asker() const {
    std::vector<Dimension> out;
    if (uses_.has("roles"))
      out.push_back({8, [](Question& q, std::size_t i) {
                       q.asker.roles = subsets({"a", "b", "o"})[i];
                     }});
    if (uses_.has("scopes"))
      out.push_back({16, [](Question& q, std::size_t i) {
                       q.asker.scopes = subsets({"a.b", "a.*", "*", "a.b.*"})[i];
                     }});
    static const std::vector<std::string> kNames{"a", "b", "bx", "o", "x"};
    if (uses_.has("attribute principal.id")) {
      std::vector<std::string> ids = kNames;
      for (const std::string& text : values_of(pair_.themes[0].second)) ids.push_back(text);
      out.push_back(
          {ids.size(), [ids](Question& q, std::size_t i) { q.asker.principal = ids[i]; }});
    }
    if (uses_.has("attribute tenant.id"))
      out.push_back(
          {kNames.size(), [](Question& q, std::size_t i) { q.asker.tenant = kNames[i]; }});
    return out;
  }

  std::vector<policy::Instant> times() const {
    std::vector<policy::Instant> out;
    const bool now = uses_.has("attribute time.now");
    const bool calendar = uses_.has("attribute time.hour") || uses_.has("attribute time.weekday");
    for (const char* day : {"2025-12-27", "2025-12-29", "2026-01-01", "2026-01-03", "2026-03-02",
                            "2026-03-07", "2026-06-01", "2026-08-03", "2026-08-08", "2027-03-01"}) {
      for (const char* hour : {"T00:00:00Z", "T12:00:00Z", "T20:00:00Z"}) {
        out.push_back(*policy::instant_of(std::string(day) + hour));
        if (!calendar) break;
      }
      if (!now && !calendar) break;
    }
    return out;
  }

  std::vector<SessionState> sessions() const {
    if (pair_.query.prior_calls) return {SessionState{}};
    std::vector<SessionState> out;
    for (const label::Sets& label : labels("@session")) {
      out.push_back({label, std::nullopt});
      if (!uses_.has("session value")) continue;
      out.push_back({label, "a"});
      out.push_back({label, "o"});
    }
    return out;
  }

  std::vector<Observed> results(const std::string& tool) const {
    std::vector<Observed> out;
    for (const label::Sets& label : labels("@result")) {
      Observed one;
      one.label = label;
      if (pair_.query.replacing.contains(tool)) one.combine = Observed::Combine::kReplace;
      out.push_back(std::move(one));
    }
    return out;
  }

 private:
  template <class F>
  void add_labels(const std::string& of, std::vector<Dimension>& out, F set) const {
    auto all = labels(of);
    if (all.size() < 2) return;
    const std::size_t count = all.size();
    out.push_back(
        {count, [all = std::move(all), set](Question& q, std::size_t i) { set(q, all[i]); }});
  }

  Theme theme_of(const std::string& argument) const {
    for (const auto& [name, theme] : pair_.themes)
      if (name == argument) return theme;
    return Theme::kText;
  }

  static LeafValue leaf(const std::string& path, policy::ArgumentShape::Kind kind,
                        const std::string& text) {
    using Kind = policy::ArgumentShape::Kind;
    LeafValue out;
    out.path = path;
    out.text = text;
    if (kind == Kind::kInteger) out.kind = LeafKind::kInteger;
    if (kind == Kind::kNumber) out.kind = LeafKind::kNumber;
    return out;
  }

  // The leaves of the argument, in all ways.
  std::vector<std::vector<LeafValue>> shapes(const policy::ArgumentShape& argument) const {
    using Kind = policy::ArgumentShape::Kind;
    std::vector<std::string> values = values_of(theme_of(argument.name));
    if (argument.kind == Kind::kInteger)
      std::erase_if(values, [](const std::string& v) { return v.find('.') != std::string::npos; });
    if (!uses_.has("value " + argument.name)) values = {values[0]};
    std::vector<std::vector<LeafValue>> out;
    if (argument.kind == Kind::kArray) {
      out.emplace_back();
      const std::size_t most = uses_.has("named " + argument.name) ? 2 : values.size() > 1 ? 2 : 1;
      std::vector<std::vector<LeafValue>> level{{}};
      for (std::size_t i = 0; i < most; ++i) {
        std::vector<std::vector<LeafValue>> next;
        for (const auto& before : level)
          for (const std::string& value : values) {
            auto items = before;
            items.push_back(leaf(argument.name + "/" + std::to_string(i), Kind::kString, value));
            next.push_back(std::move(items));
          }
        out.insert(out.end(), next.begin(), next.end());
        level = std::move(next);
      }
      return out;
    }
    if (!argument.required) out.emplace_back();
    for (const std::string& value : values)
      out.push_back({leaf(argument.name, argument.kind, value)});
    return out;
  }

  void add(const policy::ArgumentShape& argument, std::vector<Dimension>& out) const {
    auto all = shapes(argument);
    const std::size_t count = all.size();
    out.push_back({count, [all = std::move(all)](Question& q, std::size_t i) {
                     q.leaves.insert(q.leaves.end(), all[i].begin(), all[i].end());
                   }});
    const std::string prefix = argument.name;
    const auto is_own = [prefix](const LeafValue& leaf) {
      return leaf.path == prefix || leaf.path.starts_with(prefix + "/");
    };
    // All of an array's label on its first item: what is read is the join.
    add_labels(argument.name, out, [is_own](Question& q, const label::Sets& l) {
      const auto first = std::find_if(q.leaves.begin(), q.leaves.end(), is_own);
      if (first != q.leaves.end()) first->label = l;
    });
    if (!uses_.has("named " + argument.name)) return;
    out.push_back({4, [is_own](Question& q, std::size_t i) {
                     for (LeafValue& leaf : q.leaves) {
                       if (!is_own(leaf)) continue;
                       leaf.named = (i & 1U) != 0;
                       i >>= 1U;
                     }
                   }});
  }

  const Pair& pair_;
  Uses uses_;
  std::vector<std::string> names_;
};

double size_of(const std::vector<Dimension>& dimensions) {
  double out = 1;
  for (const Dimension& d : dimensions) out *= static_cast<double>(d.count);
  return out;
}

// Calls `visit` with every combination, until it says true.
bool each(const std::vector<Dimension>& dimensions, const Question& base,
          const std::function<bool(const Question&)>& visit) {
  std::vector<std::size_t> at(dimensions.size(), 0);
  while (true) {
    Question question = base;
    for (std::size_t i = 0; i < at.size(); ++i) dimensions[i].choose(question, at[i]);
    if (visit(question)) return true;
    std::size_t i = 0;
    while (i < at.size() && ++at[i] == dimensions[i].count) at[i++] = 0;
    if (i == at.size()) return false;
  }
}

bool is_wanted(Effect effect, const policy::Query& query) {
  return effect == Effect::kAllow || (effect == Effect::kAsk && query.at_most == Effect::kAsk);
}

bool is_learning(const Pair& pair, const std::string& tool) {
  return pair.policy.find("session") != std::string::npos &&
         pair.query.prior_calls.value_or(0) > 0 && (tool == "in" || tool == "out");
}

bool holds(const Pair& pair, spec::Evaluator& evaluator, Question question,
           const SessionState& state) {
  if (!pair.query.such_that) return true;
  question.session = state;
  spec::Scene scene{question, &pair.loaded.trees[0], state, {}, {}, {}, {}};
  scene.absent_is_false = pair.loaded.options.missing_argument_is_false;
  return evaluator.holds(*pair.query.such_that, scene) == spec::Truth::kTrue;
}

// A state of the session, and the earliest time there may be now.
struct Reached {
  SessionState session;
  std::size_t time = 0;
  friend bool operator==(const Reached&, const Reached&) = default;
};

class Search {
 public:
  explicit Search(const Pair& pair)
      : pair_(pair),
        world_(pair),
        model_(pair.loaded),
        evaluator_(pair.loaded),
        times_(world_.times()) {}

  Found run() {
    each(world_.asker(), Question{}, [&](const Question& base) { return with_asker(base); });
    return out_;
  }

 private:
  bool with_asker(const Question& base) {
    std::vector<Reached> reached;
    for (SessionState& session : world_.sessions()) reached.push_back({std::move(session), 0});
    std::size_t done = 0;
    for (unsigned step = 0; step < pair_.query.prior_calls.value_or(0); ++step) {
      const std::size_t end = reached.size();
      for (; done < end; ++done)
        for (const char* tool : {"in", "out"})
          if (is_learning(pair_, tool)) extend(tool, base, Reached(reached[done]), reached);
    }
    const auto calls = world_.call("out");
    for (const Reached& from : reached) {
      const bool found =
          at_each_time("out", calls, base, from, [&](const Question& q, std::size_t) {
            const policy::Answer answer = model_.decide(q);
            if (!is_wanted(answer.effect, pair_.query)) return false;
            if (!holds(pair_, evaluator_, q, answer.before)) return false;
            out_.yes = true;
            out_.witness = q;
            return true;
          });
      if (found) return true;
    }
    return false;
  }

  bool at_each_time(const std::string& tool, const std::vector<Dimension>& calls,
                    const Question& base, const Reached& from,
                    const std::function<bool(const Question&, std::size_t)>& visit) {
    for (std::size_t time = from.time; time < times_.size(); ++time) {
      Question start = base;
      start.tool = tool;
      start.session = from.session;
      start.now = times_[time];
      const bool found = each(calls, start, [&](const Question& q) {
        ++out_.asked;
        return visit(q, time);
      });
      if (found) return true;
    }
    return false;
  }

  static void add(std::vector<Reached>& reached, Reached one) {
    if (std::find(reached.begin(), reached.end(), one) == reached.end())
      reached.push_back(std::move(one));
  }

  void extend(const std::string& tool, const Question& base, const Reached& from,
              std::vector<Reached>& reached) {
    const auto results = world_.results(tool);
    at_each_time(tool, world_.call(tool), base, from, [&](const Question& q, std::size_t time) {
      const policy::Answer answer = model_.decide(q);
      add(reached, {answer.before, time});
      if (answer.effect == Effect::kDeny) return false;
      Question after = q;
      after.session = answer.before;
      for (const Observed& observed : results)
        add(reached, {model_.learn(after, observed).session, time});
      return false;
    });
  }

  const Pair& pair_;
  World world_;
  spec::Model model_;
  spec::Evaluator evaluator_;
  std::vector<policy::Instant> times_;
  Found out_;
};

}  // namespace

double world_size(const Pair& pair) {
  const World world(pair);
  const double calls = size_of(world.call("out")) * static_cast<double>(world.times().size());
  const double base = size_of(world.asker()) * static_cast<double>(world.sessions().size());
  if (pair.query.prior_calls.value_or(0) == 0) return calls * base;
  const double before =
      calls + size_of(world.call("in")) *
                  static_cast<double>(world.results("in").size() * world.times().size());
  return base * (calls + before) * 6;
}

Found enumerate(const Pair& pair) { return Search(pair).run(); }

bool confirmed_by_model(const Pair& pair, const policy::Proof& proof) {
  spec::Model model(pair.loaded);
  spec::Evaluator evaluator(pair.loaded);
  SessionState state = proof.prior.empty() ? proof.witness.session : SessionState{};
  for (const policy::Earlier& earlier : proof.prior) {
    Question question = earlier.question;
    question.session = state;
    const policy::Answer answer = model.decide(question);
    state = answer.before;
    if (!earlier.observed) continue;
    if (answer.effect == Effect::kDeny) return false;
    question.session = state;
    state = model.learn(question, *earlier.observed).session;
  }
  if (state != proof.witness.session) return false;
  const policy::Answer answer = model.decide(proof.witness);
  return is_wanted(answer.effect, pair.query) &&
         holds(pair, evaluator, proof.witness, answer.before);
}

}  // namespace policy_test
