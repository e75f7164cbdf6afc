// SPDX-License-Identifier: Apache-2.0
#include "tests/policy/prove_pairs.h"

#include <fmt/format.h>

#include <array>
#include <functional>

#include "policy/syntax/parse.h"

namespace policy_test {
namespace {

using Kind = policy::ArgumentShape::Kind;
using Words = std::vector<std::string>;

struct Arg {
  std::string name;
  Kind kind = Kind::kString;
  Theme theme = Theme::kText;
  bool required = true;
};

const Words& elements_of(Theme theme) {
  static const Words text{R"("a")",
                          R"("b")",
                          R"("ab")",
                          R"(r"a.*")",
                          R"(r"[ab]+")",
                          R"(w"*b")",
                          R"(w"a?")",
                          R"(str like w"*" length 2..)",
                          R"(str "a" length 1..3)",
                          R"(r"(?i)AB?")",
                          R"(r"b|a+$")"};
  static const Words email{R"(w"*@corp.com")",           R"(r".*@corp\.com")",
                           R"(email domain "corp.com")", R"(email "u@corp.com")",
                           R"("v@evil.test")",           R"(r"[a-z]+@.*")"};
  static const Words path{R"(path under "/a")", R"(path "/a/b")", R"(path like w"/a*")",
                          R"(path under "/")", R"("/a/b")"};
  static const Words host{R"(host under "x.org")", R"(host "x.org")", R"(host like w"a*")",
                          R"("x.org")"};
  static const Words address{R"(cidr "10.0.0.0/8")", R"(cidr "10.1.0.0/16")",
                             R"(cidr "192.0.2.7")"};
  static const Words url{R"(url scheme "https")", R"(url scheme "https" host "x.org")",
                         R"(url host under "x.org")", R"(url port 8080)", R"(url path under "/a")"};
  static const Words instant{R"(datetime d"2026-01-01T00:00:00Z"..)",
                             R"(datetime ..<d"2026-06-01T00:00:00Z")",
                             R"(datetime d"2026-01-01T00:00:00Z")", R"("2026-01-01")"};
  static const Words number{"1", "2.5", "int 1..10", "int 0<..<3", "float 0.5..", "float ..<10"};
  switch (theme) {
    case Theme::kText: return text;
    case Theme::kEmail: return email;
    case Theme::kPath: return path;
    case Theme::kHost: return host;
    case Theme::kAddress: return address;
    case Theme::kUrl: return url;
    case Theme::kInstant: return instant;
    case Theme::kNumber: break;
  }
  return number;
}

constexpr const char* kEffects[] = {"must allow", "must deny", "should allow", "should deny"};
constexpr const char* kOwnEffects[] = {"allow", "deny", "ask", R"(ask role "boss" signed)"};
constexpr const char* kOps[] = {"=", "|=", "&=", "-=", "^="};
constexpr const char* kFieldNames[] = {"tags", "producers", "consumers", "origins"};
constexpr const char* kOrders[] = {"<", "<=", ">", ">="};

class PairMaker {
 public:
  explicit PairMaker(Dice& dice) : dice_(dice) {}

  std::optional<Pair> make() {
    yett_ = !dice_.one_in(3);
    steps_ = dice_.below(4);  // 3: any state
    plan();
    Pair out;
    out.question = dice_.one_in(6) ? "" : predicate(2);
    out.policy = source();  // last: it declares the counter, if one was asked for
    out.query.tool = "out";
    out.query.at_most = dice_.one_in(3) ? policy::Effect::kAsk : policy::Effect::kAllow;
    if (steps_ < 3) out.query.prior_calls = static_cast<unsigned>(steps_);
    if (dice_.one_in(4)) out.query.replacing.insert("in");
    for (const Arg& arg : args_) out.themes.emplace_back(arg.name, arg.theme);
    out.themes.emplace_back("x", Theme::kText);
    out.loaded.tools = tools();
    out.loaded.options = options();
    auto tree = policy::parse({"pair", out.policy});
    if (!std::holds_alternative<policy::Tree>(tree)) return std::nullopt;
    out.loaded.yett = std::get<policy::Tree>(tree).yett;
    out.loaded.trees.push_back(std::get<policy::Tree>(std::move(tree)));
    if (out.question.empty()) return out;
    auto asked = policy::parse_predicate({"question", out.question});
    if (!std::holds_alternative<policy::Predicate>(asked)) return std::nullopt;
    out.query.such_that = std::get<policy::Predicate>(std::move(asked));
    return out;
  }

 private:
  using Atom = std::function<std::string()>;

  std::string pick(const Words& words) { return dice_.from(words); }
  template <std::size_t N> std::string any(const char* const (&words)[N]) {
    return dice_.of(words);
  }

  void plan() {
    static constexpr std::array kThemes{Theme::kText,    Theme::kText,    Theme::kText,
                                        Theme::kEmail,   Theme::kPath,    Theme::kHost,
                                        Theme::kAddress, Theme::kInstant, Theme::kUrl};
    const auto theme = [&] {
      return yett_ ? dice_.from(kThemes) : dice_.one_in(4) ? Theme::kInstant : Theme::kText;
    };
    args_.push_back({"to", Kind::kString, theme(), true});
    switch (dice_.below(5)) {
      case 0: args_.push_back({"n", Kind::kNumber, Theme::kNumber, !dice_.one_in(3)}); break;
      case 1: args_.push_back({"n", Kind::kInteger, Theme::kNumber, !dice_.one_in(3)}); break;
      case 2:
        if (yett_) args_.push_back({"list", Kind::kArray, theme(), !dice_.one_in(3)});
        break;
      case 3: args_.push_back({"body", Kind::kString, Theme::kText, !dice_.one_in(3)}); break;
      default: break;
    }
    field_ = any(kFieldNames);
    if (!yett_ && field_ == "origins") field_ = "tags";
    names_ = dice_.one_in(2) ? Words{R"("a")"} : Words{R"("a")", R"("b")"};
    std::vector<Atom> all{[&] { return of_value(); },   [&] { return of_value(); },
                          [&] { return of_labels(); },  [&] { return of_labels(); },
                          [&] { return of_session(); }, [&] { return of_session(); },
                          [&] { return of_two(); },     [&] { return of_members(); }};
    if (yett_) {
      all.push_back([&] { return of_asker(); });
      all.push_back([&] { return of_time(); });
      all.push_back([&] { return of_paths(); });
      all.push_back([&] { return of_control(); });
      all.push_back([&] { return of_counter(); });
    }
    const std::size_t count = 1 + dice_.below(3);
    for (std::size_t i = 0; i < count; ++i) atoms_.push_back(dice_.from(all));
    if (steps_ > 0) atoms_.push_back([&] { return of_session(); });
  }

  const Arg& scalar() {
    if (args_.size() > 1 && args_[1].kind != Kind::kArray && dice_.one_in(2)) return args_[1];
    return args_[0];
  }
  std::string set(Theme theme) {
    std::string out = "{";
    const std::size_t count = 1 + dice_.below(2);
    for (std::size_t i = 0; i < count; ++i) {
      std::string element = pick(elements_of(theme));
      while (!yett_ && theme == Theme::kText && element.find("path") == 0)
        element = pick(elements_of(theme));
      out += (i > 0 ? ", " : "") + element;
    }
    return out + "}";
  }
  std::string name_set() {
    switch (dice_.below(8)) {
      case 0: return "{}";
      case 1: return R"({"*"})";
      case 2: return "{" + names_.back() + "}";
      case 3: return names_.size() > 1 ? R"({"a", "b"})" : R"({"a"})";
      default: return R"({"a"})";
    }
  }
  std::string plain_set(const std::string& operand) {
    switch (dice_.below(9)) {
      case 0: return operand;
      case 1: return operand + " | " + name_set();
      case 2: return operand + " & " + name_set();
      case 3: return operand + " - " + name_set();
      case 4: return name_set() + " ^ " + operand;
      case 5: return operand + R"( without r"a.*")";
      case 6: return operand + R"( with "a")";
      default: return name_set();
    }
  }

  std::string of_value() {
    const Arg& arg = scalar();
    const std::string path = arg.name + ".value";
    if (arg.theme == Theme::kNumber && yett_ && dice_.one_in(2))
      return fmt::format("{} {} {}", path, any(kOrders), dice_.one_in(2) ? "1" : "2.5");
    if (arg.theme == Theme::kInstant && yett_ && dice_.one_in(2))
      return fmt::format(R"({} {} d"2026-01-01T00:00:00Z")", path, any(kOrders));
    if (dice_.one_in(6)) return path + R"( == "a")";
    if (yett_ && dice_.one_in(8)) return path + R"( != "a")";
    return fmt::format("{} in {}", path, set(arg.theme));
  }
  std::string compared(const std::string& operand) {
    switch (dice_.below(9)) {
      case 0: return operand + " is empty";
      case 1: return operand + " is universal";
      case 2: return operand + " subset of " + plain_set(operand);
      case 3: return operand + R"( subset of {r"a|b"})";
      case 4: return operand + " superset of " + name_set();
      case 5: return operand + " == " + name_set();
      case 6: return operand + R"( overlaps {w"a*"})";
      default: return operand + " overlaps " + plain_set(operand);
    }
  }
  std::string of_labels() {
    if (dice_.one_in(4))
      return compared(fmt::format("@args.{}{}", field_, dice_.one_in(2) ? ".intersect" : ""));
    return compared(fmt::format("{}.{}", dice_.from(args_).name, field_));
  }
  std::string of_session() {
    if (dice_.one_in(10)) return R"(@session.value == "a")";
    return compared("@session." + field_);
  }
  std::string of_two() {
    const std::string other =
        args_.size() > 1 && args_[1].kind != Kind::kArray ? args_[1].name : "to";
    if (dice_.one_in(2)) return fmt::format("to.value == {}.value", other);
    if (dice_.one_in(2) && yett_) return fmt::format("{}.value != to.value", other);
    return fmt::format("to.{} {} {}.{}", field_,
                       dice_.one_in(2)   ? "subset of"
                       : dice_.one_in(2) ? "=="
                                         : "overlaps",
                       other, field_);
  }
  std::string of_members() {
    const std::string operand = dice_.one_in(3)
                                    ? "@session." + field_
                                    : fmt::format("{}.{}", dice_.from(args_).name, field_);
    const std::string left = dice_.one_in(2) ? R"("a")" : "to.value";
    return fmt::format("{} in {}", left, dice_.one_in(3) ? plain_set(operand) : operand);
  }
  std::string of_asker() {
    switch (dice_.below(6)) {
      case 0: return R"(@principal.roles overlaps {"a"})";
      case 1: return R"(@principal.scopes grants "a.b")";
      case 2: return R"(@principal.id == "a")";
      case 3: return R"(@tenant.id in {"a", w"b*"})";
      case 4: return "@principal.id == to.value";
      default: return R"(@principal.roles is empty)";
    }
  }
  std::string of_time() {
    switch (dice_.below(5)) {
      case 0: return "@time.hour >= 9";
      case 1: return "@time.weekday in {int 6..7}";
      case 2: return R"(@time.now < d"2026-01-01T00:00:00Z")";
      case 3:
        if (args_[0].theme == Theme::kInstant) return "to.value > @time.now";
        return "@time.hour in {int 9..<17}";
      default: return R"(@time.now in {datetime d"2026-01-01T00:00:00Z"..})";
    }
  }
  std::string of_paths() {
    if (args_.size() > 1 && args_[1].kind == Kind::kArray) {
      const Theme theme = args_[1].theme;
      switch (dice_.below(5)) {
        case 0: return "list[0].value in " + set(theme);
        case 1: return "all list[*].value in " + set(theme);
        case 2: return "all list[*].value in @args.consumers.intersect";
        case 3: return "any list[*] is named";
        default: return "any list[*].value in " + set(theme);
      }
    }
    const std::string name = dice_.from(args_).name;
    return name + (dice_.one_in(3) ? " is present" : dice_.one_in(2) ? " is absent" : " is named");
  }
  std::string of_control() { return compared("@control." + field_); }
  std::string of_counter() {
    counter_ = true;
    return dice_.one_in(2) ? "@counter.c < 3" : "@counter.c in {int 1..2}";
  }

  std::string predicate(int depth) {
    if (depth > 0 && dice_.one_in(3))
      return fmt::format("({} and {})", predicate(depth - 1), predicate(depth - 1));
    if (depth > 0 && dice_.one_in(4))
      return fmt::format("({} or {})", predicate(depth - 1), predicate(depth - 1));
    if (depth > 0 && dice_.one_in(4)) return fmt::format("not {}", predicate(depth - 1));
    return dice_.from(atoms_)();
  }

  std::string rule() {
    const bool own = yett_ && dice_.one_in(2);
    if (yett_ && dice_.one_in(12)) return fmt::format(R"(oblige log "x" when {};)", predicate(1));
    const std::string effect = own ? any(kOwnEffects) : any(kEffects);
    if (dice_.one_in(5)) return effect + " always;";
    return fmt::format("{} when {};", effect, predicate(2));
  }

  // `in_tool`: what the tool "in" may read.
  std::string update(bool after, bool in_tool) {
    const std::string op = dice_.one_in(2) ? "|=" : any(kOps);
    const std::string arg = in_tool ? "x" : "to";
    std::string value = name_set();
    switch (dice_.below(6)) {
      case 0: value = arg + "." + field_; break;
      case 1: value = fmt::format("@session.{} & {}", field_, name_set()); break;
      case 2: value = after ? "@result." + field_ : "@args." + field_; break;
      default: break;
    }
    return fmt::format("@session.{} {} {};", field_, field_ == "origins" ? "|=" : op, value);
  }
  std::string statement(bool after, bool in_tool) {
    if (dice_.one_in(2)) return update(after, in_tool);
    const std::string condition = in_tool ? (dice_.one_in(2)   ? compared("x." + field_)
                                             : dice_.one_in(2) ? R"(x.value == "a")"
                                                               : compared("@session." + field_))
                                          : dice_.from(atoms_)();
    return fmt::format("when {} {{ {} }}", condition, update(after, in_tool));
  }
  std::string blocks(bool in_tool) {
    std::string out;
    if (field_ == "origins") return out;  // never a target
    const auto block = [&](const char* head, bool after) {
      out += fmt::format("  {} {{ ", head);
      const std::size_t count = 1 + dice_.below(2);
      for (std::size_t i = 0; i < count; ++i) out += statement(after, in_tool) + " ";
      out += "}\n";
    };
    if (dice_.one_in(2)) block("session before", false);
    if (dice_.one_in(2)) block("session after", true);
    if (in_tool && dice_.one_in(4))
      out += fmt::format("  result {{ @{} {} {}; }}\n", field_, any(kOps), name_set());
    return out;
  }

  std::string source() {
    std::string body = "tool \"out\" {\n";
    if (steps_ > 0 && steps_ < 3 && dice_.one_in(2)) body += blocks(false);
    const std::size_t count = 1 + dice_.below(4);
    for (std::size_t i = 0; i < count; ++i) body += "  " + rule() + "\n";
    body += "}\n";
    if (dice_.one_in(3))
      body += fmt::format("tool r\"o.*\" {{ priority {}; {} }}\n", dice_.below(3), rule());
    if (steps_ > 0 && steps_ < 3) {
      body += "tool \"in\" {\n" + blocks(true);
      if (!dice_.one_in(4))
        body += dice_.one_in(2) ? "  should allow always;\n"
                                : fmt::format("  should allow when {};\n", compared("x." + field_));
      body += "}\n";
    }
    std::string head = yett_ ? "language yett 1;\n" : "";
    if (counter_) head += "counter c = calls of \"out\" per principal within 1h;\n";
    return head + body;
  }

  policy::Tools tools() const {
    policy::Tools out(2);
    out[0].name = "out";
    for (const Arg& arg : args_) {
      policy::ArgumentShape shape;
      shape.name = arg.name;
      shape.kind = arg.kind;
      shape.required = arg.required;
      out[0].arguments.push_back(std::move(shape));
    }
    out[1].name = "in";
    out[1].arguments.resize(1);
    out[1].arguments[0].name = "x";
    return out;
  }
  policy::Options options() {
    policy::Options out;
    out.default_allow = dice_.one_in(4);
    out.missing_argument_is_false = dice_.one_in(3);
    out.search = dice_.one_in(6);
    out.consumers_union_replaces = dice_.one_in(3);
    out.non_executable_memory = dice_.one_in(4);
    return out;
  }

  Dice& dice_;
  bool yett_ = true;
  std::size_t steps_ = 0;
  bool counter_ = false;
  std::string field_;
  Words names_;
  std::vector<Arg> args_;
  std::vector<Atom> atoms_;
};

}  // namespace

const std::vector<std::string>& values_of(Theme theme) {
  static const Words text{"a", "b", "ab", "aa", "ba", "bb", "ax", "axb", "xb", "xx", "A", "o", ""};
  static const Words email{
      "u@corp.com", "u@CORP.com", "v@evil.test", "w@evil.test",  "1@evil.test", "1@corp.com",
      "@corp.com",  "x",          "x@",          "a@b@corp.com", "uu@corp.com", "a",
      "o"};
  static const Words path{"/a",     "/a/b", "/a/b/c", "/ab", "/", "/a/../b",
                          "/a/./b", "b",    "/b",     "//a", "a", "o"};
  static const Words host{"x.org", "X.ORG",  "a.x.org",  "b.x.org", "ax.org", "b.test",
                          "a b",   "a.test", "10.0.0.1", "a",       "o",      "x"};
  static const Words address{"10.0.0.1", "10.1.0.1",        "192.0.2.7", "192.0.2.8", "::1",
                             "x",        "::ffff:10.1.0.1", "a",         "o"};
  static const Words url{"https://x.org/",
                         "http://x.org/a",
                         "https://b.x.org/a/c",
                         "https://y.test/",
                         "x",
                         "https://x.org:8080/a",
                         "http://y.test:8080/",
                         "http://y.test/a",
                         "https://y.test:8080/a",
                         "http://b.x.org/",
                         "https://x.org/a",
                         "http://x.org:8080/",
                         "https://b.x.org/",
                         "http://y.test/",
                         "http://x.org/",
                         "https://y.test/a",
                         "http://b.x.org/a",
                         "http://b.x.org:8080/a",
                         "a",
                         "o"};
  static const Words instant{"2026-01-01", "2026-01-01T00:00:00Z", "2026-03-01", "2025-01-01",
                             "2026-06-01", "2027-01-01",           "x",          "a",
                             "o"};
  static const Words number{"-1",  "0", "0.5", "0.7", "1",  "2",    "2.5",
                            "2.7", "3", "5.5", "10",  "11", "11.5", "99999999999999999999"};
  switch (theme) {
    case Theme::kText: return text;
    case Theme::kEmail: return email;
    case Theme::kPath: return path;
    case Theme::kHost: return host;
    case Theme::kAddress: return address;
    case Theme::kUrl: return url;
    case Theme::kInstant: return instant;
    case Theme::kNumber: break;
  }
  return number;
}

std::optional<Pair> make_pair(Dice& dice) { return PairMaker(dice).make(); }

}  // namespace policy_test
