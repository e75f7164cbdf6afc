// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "schema/number.h"

namespace cli {
namespace {

using policy::Element;
using policy::Operand;
using policy::Predicate;
using policy::Scope;
using policy::SetExpr;
using Kind = Mentioned::Kind;

std::string number_text(const policy::Number& n) {
  return n.whole ? fmt::format("{}", n.integer) : schema::es6_number(n.decimal);
}

void add_number(const policy::Number& n, std::vector<Mentioned>& out) {
  out.push_back({Kind::kNumber, number_text(n)});
  if (n.whole && n.integer > INT64_MIN && n.integer < INT64_MAX) {
    out.push_back({Kind::kNumber, fmt::format("{}", n.integer - 1)});
    out.push_back({Kind::kNumber, fmt::format("{}", n.integer + 1)});
  }
}

void add_text(std::string text, std::vector<Mentioned>& out) {
  out.push_back({Kind::kText, std::move(text)});
}

std::string without_stars(std::string_view wildcard, std::string_view run) {
  std::string out;
  for (const char c : wildcard)
    out += c == '*' ? std::string(run) : c == '?' ? "x" : std::string(1, c);
  return out;
}

void add_instant(const policy::Instant& at, std::vector<Mentioned>& out) {
  for (const std::int64_t by : {-1'000'000, 0, 1'000'000})
    add_text(policy::instant_text({at.us + by}), out);
}

void add_url(const Element::Url& url, std::vector<Mentioned>& out) {
  const std::string host = url.host.value_or(url.host_under.value_or("example.org"));
  const std::string port = url.port ? fmt::format(":{}", *url.port) : "";
  const std::string path = url.path_under.value_or("") + "/x";
  add_text(fmt::format("{}://{}{}{}", url.scheme.value_or("https"), host, port, path), out);
  add_text(fmt::format("http://{}/x", host), out);
  add_text(fmt::format("https://{}.evil.test{}", host, path), out);
}

// Values around the edge of one element.
void add_element(const Element& e, std::vector<Mentioned>& out) {
  switch (e.kind) {
    case Element::Kind::kString: return add_text(e.text, out);
    case Element::Kind::kPattern:
      for (std::string& text : examples_of(e.text)) add_text(std::move(text), out);
      return;
    case Element::Kind::kWildcard:
    case Element::Kind::kPathLike:
    case Element::Kind::kHostLike:
      add_text(without_stars(e.text, ""), out);
      return add_text(without_stars(e.text, "x"), out);
    case Element::Kind::kNumber:
    case Element::Kind::kInt:
    case Element::Kind::kFloat:
      if (e.range.low) add_number(*e.range.low, out);
      if (e.range.high) add_number(*e.range.high, out);
      return;
    case Element::Kind::kBool: return out.push_back({Kind::kBool, e.truth ? "true" : "false"});
    case Element::Kind::kInstant:
      if (e.instants.low) add_instant(*e.instants.low, out);
      if (e.instants.high) add_instant(*e.instants.high, out);
      return;
    case Element::Kind::kPathIs:
    case Element::Kind::kPathUnder:
      for (const char* after : {"", "/x", "x", "/../x"}) add_text(e.text + after, out);
      return;
    case Element::Kind::kHostIs:
    case Element::Kind::kHostUnder:
      for (const char* before : {"", "a.", "evil"}) add_text(before + e.text, out);
      return;
    case Element::Kind::kEmailIs: return add_text(e.text, out);
    case Element::Kind::kEmailDomain:
      add_text("someone@" + e.text, out);
      return add_text("someone@evil" + e.text, out);
    case Element::Kind::kCidr: return add_text(e.text.substr(0, e.text.find('/')), out);
    case Element::Kind::kUrl: return add_url(e.url, out);
  }
}

std::string leaf_path(const policy::Path& path) {
  std::string out = path.argument;
  for (const policy::Step& step : path.steps) {
    if (step.kind == policy::Step::Kind::kKey) out += "/" + step.key;
    if (step.kind == policy::Step::Kind::kIndex) out += fmt::format("/{}", step.index);
  }
  return out;
}

// Walks one file. Recursion is bounded by the nesting that the parser lets through (64), names by
// what load() made sure of: no circles.
class Walk {
 public:
  Walk(const policy::Tree& tree, Vocabulary& out) : out_(out) {
    learn_names(tree);
    for (const auto& declaration : tree.declarations)
      if (const auto* tool = std::get_if<policy::ToolPolicy>(&declaration))
        for (const auto& member : tool->members) take(member);
  }
  // Only one block of the file.
  Walk(const policy::Tree& tree, const policy::ToolPolicy& tool, Vocabulary& out) : out_(out) {
    learn_names(tree);
    for (const auto& member : tool.members) take(member);
  }

 private:
  void learn_names(const policy::Tree& tree) {
    for (const auto& declaration : tree.declarations)
      if (const auto* let = std::get_if<policy::Let>(&declaration)) lets_[let->name] = let;
  }

  void take(const policy::ToolPolicy::Member& member) {
    if (const auto* rule = std::get_if<policy::Rule>(&member)) {
      if (rule->when) take(*rule->when);
      return;
    }
    const auto* block = std::get_if<policy::Block>(&member);
    if (block == nullptr) return;
    for (const policy::Statement& statement : block->statements) {
      if (statement.when) take(*statement.when);
      for (const policy::Update& update : statement.updates)
        take(update.value, out_.names[update.field]);
    }
  }

  void take(const Predicate& p) {  // NOLINT
    for (const Predicate& part : p.parts) take(part);
    switch (p.kind) {
      case Predicate::Kind::kName:
        if (const auto let = lets_.find(p.name); let != lets_.end() && depth_ < kDepth) {
          ++depth_;
          if (const auto* named = std::get_if<Predicate>(&let->second->value)) take(*named);
          --depth_;
        }
        return;
      case Predicate::Kind::kIn: return take_in(p);
      case Predicate::Kind::kCompare:
        take_beside(p.left, p.right);
        return take_beside(p.right, p.left);
      case Predicate::Kind::kOverlaps:
      case Predicate::Kind::kSubset:
      case Predicate::Kind::kSuperset:
      case Predicate::Kind::kSetEqual: return take(p.set, names_of(p.operand));
      case Predicate::Kind::kGrants: return names_of(p.operand).push_back(p.name);
      default: return;
    }
  }

  std::vector<std::string>& names_of(const Operand& operand) {
    if (operand.scope == Scope::kPrincipal) return operand.scopes ? out_.scopes : out_.roles;
    return out_.names[operand.field];
  }

  // The texts of a set expression that is about labels.
  void take(const SetExpr& set, std::vector<std::string>& names) {  // NOLINT
    std::vector<Mentioned> all;
    collect(set, all);
    for (Mentioned& one : all)
      if (one.kind == Kind::kText && one.text != "*") names.push_back(std::move(one.text));
  }

  void collect(const SetExpr& set, std::vector<Mentioned>& out) {  // NOLINT
    for (const Element& element : set.elements) add_element(element, out);
    for (const SetExpr& part : set.parts) collect(part, out);
    if (set.kind != SetExpr::Kind::kName || depth_ >= kDepth) return;
    const auto let = lets_.find(set.name);
    if (let == lets_.end()) return;
    ++depth_;
    if (const auto* named = std::get_if<SetExpr>(&let->second->value)) collect(*named, out);
    --depth_;
  }

  void take_in(const Predicate& p) {
    std::vector<Mentioned> all;
    collect(p.set, all);
    for (Mentioned& one : all) beside(p.left, std::move(one));
    // `value in x.tags`: the value may be a name of the label.
    if (p.set.kind == SetExpr::Kind::kOperand && p.left.kind == policy::Value::Kind::kString)
      names_of(p.set.operand).push_back(p.left.text);
  }

  void take_beside(const policy::Value& of, const policy::Value& other) {
    std::vector<Mentioned> all;
    using V = policy::Value::Kind;
    if (other.kind == V::kString) add_text(other.text, all);
    if (other.kind == V::kNumber) add_number(other.number, all);
    if (other.kind == V::kBool) all.push_back({Kind::kBool, other.truth ? "true" : "false"});
    if (other.kind == V::kInstant) add_instant(other.instant, all);
    for (Mentioned& one : all) beside(of, std::move(one));
  }

  // `one` stands beside `of` in a comparison.
  void beside(const policy::Value& of, Mentioned one) {
    using V = policy::Value::Kind;
    const auto number = policy::number_of(one.text);
    if (of.kind == V::kArgument) out_.values[leaf_path(of.path)].push_back(std::move(one));
    else if (of.kind == V::kSession && one.kind == Kind::kText)
      out_.session_values.push_back(std::move(one.text));
    else if (of.kind == V::kCounter && number) out_.counters[of.text].push_back(*number);
    else if (of.kind == V::kAttribute && of.attribute == policy::Attribute::kTimeNow) {
      if (const auto at = policy::instant_of(one.text)) out_.instants.push_back(*at);
    } else if (of.kind == V::kAttribute) out_.attributes[of.attribute].push_back(one.text);
  }

  static constexpr int kDepth = 64;
  Vocabulary& out_;
  std::map<std::string, const policy::Let*> lets_;
  int depth_ = 0;
};

template <class T> void tidy(std::vector<T>& all) {
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

// ---- examples of patterns -----------------------------------------------------------------------

// Reads a pattern from left to right and writes down one text that it may accept. What it does not
// understand it leaves out: an example that is none costs a question, nothing else.
class Example {
 public:
  Example(std::string_view pattern, std::size_t choice) : in_(pattern), choice_(choice) {}
  std::string take() { return alternatives(); }

 private:
  bool more() const { return at_ < in_.size(); }
  char peek() const { return in_[at_]; }

  std::string alternatives() {  // NOLINT: one level a bracket, and the depth is bounded
    std::vector<std::string> all(1);
    while (more() && peek() != ')') {
      if (peek() == '|') {
        ++at_;
        all.emplace_back();
        continue;
      }
      all.back() += repeated(atom());
    }
    return all[choice_ % all.size()];
  }

  std::string atom() {  // NOLINT
    const char c = in_[at_++];
    if (c == '(' && depth_ < 32) return group();
    if (c == '[') return one_of_class();
    if (c == '.') return "x";
    if (c == '^' || c == '$') return "";
    if (c == '\\' && more()) return escaped(in_[at_++]);
    return std::string(1, c);
  }

  std::string group() {  // NOLINT
    if (in_.substr(at_).starts_with("?:")) at_ += 2;
    else if (in_.substr(at_).starts_with("?")) {  // flags or a name
      const std::size_t end = in_.find_first_of(":>)", at_);
      at_ = end == std::string_view::npos ? in_.size() : end;
      if (more() && peek() != ')') ++at_;
    }
    ++depth_;
    std::string inside = alternatives();
    --depth_;
    if (more()) ++at_;  // the bracket
    return inside;
  }

  std::string one_of_class() {
    const bool negated = more() && peek() == '^';
    if (negated) ++at_;
    std::size_t end = in_.find(']', at_ + 1);
    if (end == std::string_view::npos) end = in_.size();
    const std::string_view members = in_.substr(at_, end - at_);
    at_ = std::min(in_.size(), end + 1);
    if (negated || members.empty()) return "~";
    return members[0] == '\\' && members.size() > 1 ? escaped(members[1])
                                                    : std::string(1, members[0]);
  }

  static std::string escaped(char c) {
    switch (c) {
      case 'd': return "1";
      case 'w': return "a";
      case 's': return " ";
      case 'D':
      case 'S':
      case 'W': return "-";
      case 'b':
      case 'B':
      case 'A':
      case 'z': return "";
      default: return std::string(1, c);
    }
  }

  std::string repeated(const std::string& what) {
    if (!more()) return what;
    std::size_t times = 1;
    if (peek() == '*' || peek() == '?') times = choice_ % 2;
    else if (peek() == '{') {
      const auto n = policy::number_of(in_.substr(at_ + 1, in_.find_first_of(",}", at_) - at_ - 1));
      times = n && n->whole && n->integer > 0
                  ? std::min<std::size_t>(64, static_cast<std::size_t>(n->integer))
                  : 1;
      const std::size_t end = in_.find('}', at_);
      at_ = end == std::string_view::npos ? in_.size() - 1 : end;
    } else if (peek() != '+') return what;
    ++at_;
    if (more() && peek() == '?') ++at_;  // not greedy
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += what;
    return out;
  }

  std::string_view in_;
  std::size_t choice_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// The first steps of the paths that a vocabulary holds values of.
void add_arguments(const Vocabulary& words, policy::ToolShape& tool) {
  for (const auto& [path, values] : words.values) {
    const std::string name = path.substr(0, path.find('/'));
    if (std::ranges::find(tool.arguments, name, &policy::ArgumentShape::name) !=
        tool.arguments.end())
      continue;
    policy::ArgumentShape argument;
    argument.name = name;
    argument.kind = policy::ArgumentShape::Kind::kAny;
    argument.required = false;
    tool.arguments.push_back(std::move(argument));
  }
}

}  // namespace

policy::Tools tools_mentioned(const std::vector<const policy::Loaded*>& all) {
  policy::Tools out;
  for (const policy::Loaded* loaded : all)
    for (const policy::Tree& tree : loaded->trees)
      for (const auto& declaration : tree.declarations) {
        const auto* block = std::get_if<policy::ToolPolicy>(&declaration);
        if (block == nullptr || block->id.kind != policy::ToolId::Kind::kExact) continue;
        auto tool = std::ranges::find(out, block->id.text, &policy::ToolShape::name);
        if (tool == out.end()) {
          policy::ToolShape fresh;
          fresh.name = block->id.text;
          fresh.model = fresh.name.starts_with("model:");
          tool = out.insert(out.end(), std::move(fresh));
        }
        Vocabulary words;
        const Walk walk(tree, *block, words);
        add_arguments(words, *tool);
      }
  return out;
}

std::vector<std::string> examples_of(std::string_view pattern) {
  std::vector<std::string> out;
  for (std::size_t choice = 0; choice < 6; ++choice) out.push_back(Example(pattern, choice).take());
  tidy(out);
  return out;
}

Vocabulary vocabulary_of(const std::vector<const policy::Loaded*>& all) {
  Vocabulary out;
  for (const policy::Loaded* loaded : all)
    for (const policy::Tree& tree : loaded->trees) const Walk walk(tree, out);
  for (auto& [field, names] : out.names) tidy(names);
  for (auto& [path, values] : out.values) tidy(values);
  for (auto& [attribute, values] : out.attributes) tidy(values);
  tidy(out.roles);
  tidy(out.scopes);
  tidy(out.session_values);
  tidy(out.instants);
  return out;
}

}  // namespace cli
