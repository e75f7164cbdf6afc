// SPDX-License-Identifier: Apache-2.0
#include "policy/load/import_ramp.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/load/quote.h"
#include "policy/load/shapes.h"

namespace policy {
namespace {

constexpr std::string_view kOver = "over_";
constexpr std::string_view kAtOrOver = "at_or_over_";
constexpr std::string_view kOrdinary = "^[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)$";

bool digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A decimal number as its digits: no zeros before the whole part ("" is 0) or after the fraction.
struct Decimal {
  bool negative = false;
  std::string whole;
  std::string fraction;
  bool zero() const { return whole.empty() && fraction.empty(); }
};

base::Result<Decimal> decimal_of(std::string_view text) {
  Decimal out;
  if (text.starts_with('-')) {
    out.negative = true;
    text.remove_prefix(1);
  }
  const std::size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (!digits(whole) || (dot != std::string_view::npos && !digits(fraction)))
    return base::invalid("a threshold is a decimal number");
  if (whole.size() + fraction.size() > 64) return base::invalid("a threshold has up to 64 digits");
  out.whole = whole.substr(std::min(whole.find_first_not_of('0'), whole.size()));
  out.fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  return out;
}

std::string above(char digit) { return fmt::format("[{}-9]", static_cast<char>(digit + 1)); }
std::string below(char digit) { return fmt::format("[0-{}]", static_cast<char>(digit - 1)); }

using Choices = std::vector<std::string>;

// Whole parts without leading zeros that are more than `than`.
Choices more(const std::string& than) {
  Choices out = {fmt::format("[1-9][0-9]{{{},}}", than.size())};
  for (std::size_t i = 0; i < than.size(); ++i)
    if (than[i] != '9')
      out.push_back(
          fmt::format("{}{}[0-9]{{{}}}", than.substr(0, i), above(than[i]), than.size() - i - 1));
  return out;
}

// And less; the whole part 0 has no digits.
Choices less(const std::string& than) {
  Choices out;
  for (std::size_t size = 0; size < than.size(); ++size)
    out.push_back(size == 0 ? std::string() : fmt::format("[1-9][0-9]{{{}}}", size - 1));
  for (std::size_t i = 0; i < than.size(); ++i)
    if (than[i] > (i == 0 ? '1' : '0'))
      out.push_back(fmt::format(
          "{}{}[0-9]{{{}}}", than.substr(0, i),
          i == 0 ? fmt::format("[1-{}]", static_cast<char>(than[i] - 1)) : below(than[i]),
          than.size() - i - 1));
  return out;
}

std::string one_of(const Choices& choices) {
  return fmt::format("(?:{})", fmt::join(choices, "|"));
}

// What may follow the same whole part so that the number is more.
Choices fraction_more(const std::string& than) {
  Choices out = {fmt::format("\\.{}[0-9]*[1-9][0-9]*", than)};
  for (std::size_t i = 0; i < than.size(); ++i)
    if (than[i] != '9')
      out.push_back(fmt::format("\\.{}{}[0-9]*", than.substr(0, i), above(than[i])));
  return out;
}

Choices fraction_less(const std::string& than) {
  Choices out;
  if (than.empty()) return out;
  out.emplace_back("(?:\\.)?");  // no fraction, when there is one to be less than
  for (std::size_t i = 0; i < than.size(); ++i) {
    if (than[i] != '0')
      out.push_back(fmt::format("\\.{}{}[0-9]*", than.substr(0, i), below(than[i])));
    if (i > 0) out.push_back(fmt::format("\\.{}", than.substr(0, i)));
  }
  return out;
}

std::string same(const Decimal& n) {
  return n.fraction.empty() ? fmt::format("{}(?:\\.0*)?", n.whole)
                            : fmt::format("{}\\.{}0*", n.whole, n.fraction);
}

// Numbers of any sign written as `0*WHOLE[.FRACTION]`, but never the empty text.
std::string over_positive(const Decimal& n, bool equal) {
  Choices out = {one_of(more(n.whole)) + "(?:\\.[0-9]*)?",
                 n.whole + one_of(fraction_more(n.fraction))};
  if (equal) out.push_back(same(n));
  std::string pattern = "\\+?0*" + one_of(out);
  // Zero has no digits left but its zeros; and -0 is 0.
  if (equal && n.zero()) pattern = fmt::format("{}|-0*(?:0\\.?|\\.0)0*", pattern);
  return pattern;
}

std::string over_negative(const Decimal& n, bool equal) {
  Choices out = {one_of(less(n.whole)) + "(?:\\.[0-9]*)?"};
  const Choices fractions = fraction_less(n.fraction);
  if (!fractions.empty()) out.push_back(n.whole + one_of(fractions));
  if (equal) out.push_back(same(n));
  // Every number that is not negative, or one that is closer to zero.
  return fmt::format("\\+?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)|-0*{}", one_of(out));
}

struct Compared {
  std::string field;
  bool equal = false;
};

std::optional<Compared> compared(std::string_view key) {
  if (key.starts_with(kAtOrOver)) return Compared{std::string(key.substr(kAtOrOver.size())), true};
  if (key.starts_with(kOver)) return Compared{std::string(key.substr(kOver.size())), false};
  return std::nullopt;
}

std::string ask(const std::string& condition, const std::string& reason) {
  return fmt::format("  ask when {}\n    because {};\n", condition, policy_string(reason));
}

// Only what the argument can be is written: anything else would be a load error.
base::Result<std::string> threshold_rules(const RampCondition& condition, const Compared& what,
                                          std::uint32_t kinds) {
  if (condition.kind != RampCondition::Kind::kNumber)
    return base::invalid("a threshold is a number: " + condition.key);
  auto pattern = pattern_over(condition.text, what.equal);
  TRY(pattern);
  const std::string value = what.field + ".value";
  Choices over;
  if ((kinds & Kinds::kNumeric) != 0)
    over.push_back(
        fmt::format("{} in {{float {}{}inf}}", value, condition.text, what.equal ? ".." : "<.."));
  if ((kinds & Kinds::kString) != 0)
    over.push_back(
        fmt::format("{} in {{r\"{}\"}} and {} in {{r\"{}\"}}", value, kOrdinary, value, *pattern));
  std::string out;
  if (!over.empty())
    out += ask(fmt::format("{}", fmt::join(over, " or ")),
               fmt::format("{} {} {}", what.field, what.equal ? "is at least" : "exceeds",
                           condition.text));
  Choices odd;
  if ((kinds & Kinds::kString) != 0)
    odd.push_back(
        fmt::format("{} in {{w\"*\"}} and not {} in {{r\"{}\"}}", value, value, kOrdinary));
  if ((kinds & Kinds::kBoolean) != 0)
    odd.push_back(fmt::format("{} in {{bool true, bool false}}", value));
  if (!odd.empty())
    out +=
        ask(fmt::format("{}", fmt::join(odd, " or ")), what.field + " is not an ordinary number");
  return out;
}

base::Result<std::string> equality_rule(const RampCondition& condition) {
  using Kind = RampCondition::Kind;
  std::string literal = condition.text;
  if (condition.kind == Kind::kString) literal = policy_string(condition.text);
  if (condition.kind == Kind::kNumber) TRY(decimal_of(condition.text));
  const bool word = condition.text == "true" || condition.text == "false";
  if (condition.kind == Kind::kBool && !word) return base::invalid("a boolean is true or false");
  return ask(fmt::format("{}.value == {}", condition.key, literal),
             fmt::format("{} matched '{}'", condition.key, condition.text));
}

}  // namespace

base::Result<std::string> pattern_over(std::string_view threshold, bool equal) {
  auto n = decimal_of(threshold);
  TRY(n);
  const std::string choices =
      n->negative && !n->zero() ? over_negative(*n, equal) : over_positive(*n, equal);
  return fmt::format("^(?:{})$", choices);
}

base::Result<std::string> policy_text(const RampTool& tool, const ToolShape& shape) {
  std::string out = fmt::format("tool {} {{\n", policy_string(shape.name));
  for (const std::string& scope : tool.scopes)
    out += fmt::format("  deny when not @principal.scopes grants {}\n    because {};\n",
                       policy_string(scope), policy_string("needs the scope " + scope));
  for (const RampCondition& condition : tool.conditions) {
    const auto what = compared(condition.key);
    const std::string& field = what ? what->field : condition.key;
    const ArgumentShape* argument = Shapes::argument(shape, field);
    if (argument == nullptr) return base::invalid("the tool has no argument " + field);
    auto rules = what ? threshold_rules(condition, *what, bits_of(argument->kind))
                      : equality_rule(condition);
    TRY(rules);
    out += *rules;
  }
  if (tool.approval && tool.conditions.empty())
    out += "  ask always because \"approval is always needed\";\n";
  return "language yett 1;\n\n" + out + "  allow always;\n}\n";
}

}  // namespace policy
