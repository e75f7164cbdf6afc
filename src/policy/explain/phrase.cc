// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/phrase.h"

#include <fmt/format.h>

#include "base/bytes.h"

namespace policy::tracing {
namespace {

constexpr std::size_t kValueBytes = 80;
constexpr std::string_view kEllipsis = "\xe2\x80\xa6";

// The longest prefix of at most `bytes` that ends between code points.
std::string_view prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0u) == 0x80u) --bytes;
  return text.substr(0, bytes);
}

template <class Range> std::string list_of(const Range& names) {
  std::string out;
  std::size_t shown = 0;
  for (const std::string& name : names) {
    if (shown == kNamesShown) return out + fmt::format(" and {} more", names.size() - shown);
    if (shown++ > 0) out += ", ";
    out += fitted(name, kNameShownBytes);
  }
  return out;
}

std::string number_text(const Number& n) {
  return n.whole ? std::to_string(n.integer) : fmt::format("{}", n.decimal);
}

struct Words {
  std::string_view some;
  std::string_view none;
  std::string_view every;
};

Words words_for(const Operand& operand) {
  if (operand.scope == Scope::kPrincipal) {
    if (operand.scopes) return {"has the scope ", "has no scope", "has every scope"};
    return {"has the role ", "has no role", "has every role"};
  }
  switch (operand.field) {
    case Field::kTags: return {"carries ", "carries no tag", "carries every tag"};
    case Field::kProducers: return {"was produced by ", "has no producer", "has every producer"};
    case Field::kConsumers: return {"may go to ", "may go to nobody", "may go to everybody"};
    case Field::kOrigins: return {"comes from ", "has no origin", "has every origin"};
  }
  return {};
}

}  // namespace

std::string fitted(std::string_view text, std::size_t bytes) {
  // Before it is made printable, so that a text of 16 MiB costs no more than a short one.
  std::string safe = base::printable(prefix(text, bytes));
  if (safe.size() <= bytes && text.size() <= bytes) return safe;
  return std::string(prefix(safe, bytes - kEllipsis.size())) + std::string(kEllipsis);
}

std::string listed(const std::vector<std::string>& names) { return list_of(names); }
std::string listed(const std::set<std::string>& names) { return list_of(names); }

std::string says(const Operand& operand, const NameSet& set) {
  const Words words = words_for(operand);
  if (set.universal) return std::string(words.every);
  if (set.names.empty()) return std::string(words.none);
  return std::string(words.some) + listed(set.names);
}

std::string subject(const Operand& operand, const Place* here) {
  switch (operand.scope) {
    case Scope::kArgument: return here != nullptr ? here->shown : Scene::place(operand.path).shown;
    case Scope::kArgs: return operand.intersect ? "each argument" : "the call as a whole";
    case Scope::kResult: return "the result";
    case Scope::kSession:
    case Scope::kHere: return "the session";
    case Scope::kControl: return "what led to the call";
    case Scope::kPrincipal: return "the principal";
  }
  return {};
}

std::string subject(const Value& value, const Place* here) {
  switch (value.kind) {
    case Value::Kind::kArgument:
      return here != nullptr ? here->shown : Scene::place(value.path).shown;
    case Value::Kind::kResult: return "the result";
    case Value::Kind::kSession: return "the session's value";
    case Value::Kind::kAttribute: return fmt::format("@{}", spelling(value.attribute));
    case Value::Kind::kCounter: return fmt::format("@counter.{}", value.text);
    case Value::Kind::kString: return fmt::format("\"{}\"", fitted(value.text, kValueBytes));
    case Value::Kind::kInstant: return instant_text(value.instant);
    case Value::Kind::kNumber: return number_text(value.number);
    case Value::Kind::kBool: return value.truth ? "true" : "false";
  }
  return {};
}

std::string from(const label::Names& origins) {
  if (origins.empty()) return {};
  return fmt::format(" (from {})", listed(origins.list()));
}

std::string shown_value(const Datum& datum) {
  switch (datum.kind) {
    case Datum::Kind::kString: return fmt::format("\"{}\"", fitted(datum.text, kValueBytes));
    case Datum::Kind::kNumber: return number_text(datum.number);
    case Datum::Kind::kBool: return datum.truth ? "true" : "false";
    case Datum::Kind::kNull: return "null";
    case Datum::Kind::kInstant: return instant_text(datum.instant);
  }
  return {};
}

}  // namespace policy::tracing
