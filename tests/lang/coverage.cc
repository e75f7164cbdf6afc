// SPDX-License-Identifier: Apache-2.0
#include "lang/coverage.h"

#include <fmt/format.h>

#include "lang/names.h"
#include "lang/parse.h"

namespace lang {
namespace {

// In the order of NodeKind; a kind added there has to be added here.
constexpr std::string_view kNodes[] = {
    "None",      "True",      "False",     "Ellipsis",    "Int",         "Float",      "String",
    "FString",   "Formatted", "Name",      "Tuple",       "List",        "Set",        "Dict",
    "Star",      "Attribute", "Subscript", "Slice",       "Call",        "Keyword",    "Unary",
    "Binary",    "Bool",      "Compare",   "CompareTail", "Conditional", "Named",      "Lambda",
    "ListComp",  "SetComp",   "Generator", "DictComp",    "Clause",      "Expression", "Assign",
    "Augmented", "Annotated", "Delete",    "Pass",        "Break",       "Continue",   "If",
    "While",     "For",       "Body",      "Try",         "Handler",     "Raise",      "Assert",
    "Return",    "Function",  "Parameter", "Class",       "Import",      "ImportFrom", "Alias",
    "Global",    "Nonlocal",  "Module"};
static_assert(std::size(kNodes) == static_cast<std::size_t>(NodeKind::kModule) + 1);
constexpr std::string_view kOperators[] = {
    "+",   "-", "*",   "/",  "//", "%",  "**", "<<", ">>", "&",  "|",  "^",      "not", "neg",
    "pos", "~", "and", "or", "==", "!=", "<",  "<=", ">",  ">=", "is", "is not", "in",  "not in"};
static_assert(std::size(kOperators) == static_cast<std::size_t>(Operator::kNotIn) + 1);

bool has_operator(NodeKind kind) {
  return kind == NodeKind::kUnary || kind == NodeKind::kBinary || kind == NodeKind::kBool ||
         kind == NodeKind::kCompareTail || kind == NodeKind::kAugmented;
}

}  // namespace

void Coverage::add(const std::string& program) {
  const auto parsed = parse(program);
  const auto* tree = std::get_if<Tree>(&parsed);
  if (tree == nullptr) return;
  for (const Node& n : tree->nodes) {
    ++nodes_["node " + std::string(kNodes[static_cast<std::size_t>(n.kind)])];
    if (has_operator(n.kind)) ++nodes_["operator " + std::string(kOperators[n.op])];
  }
}

std::map<std::string, std::uint64_t> Coverage::all(const Grammar& grammar) const {
  std::map<std::string, std::uint64_t> out;
  for (const std::string_view word : kNodes)
    if (word != "Ellipsis") out["node " + std::string(word)] = 0;  // stands in Field(...) only
  for (const std::string_view word : kOperators) out["operator " + std::string(word)] = 0;
  for (const std::string& entry : library_entries()) out["entry " + entry] = 0;
  for (const auto& [name, n] : nodes_) out[name] += n;
  for (const Grammar::Rule& rule : grammar.rules())
    if (rule.entry != "-") out["entry " + rule.entry] += rule.used;
  return out;
}

void Coverage::print(const Grammar& grammar) const {
  for (const auto& [name, n] : all(grammar)) fmt::print("{:>12} {}\n", n, name);
}

std::vector<std::string> Coverage::missing(const Grammar& grammar) const {
  std::vector<std::string> out;
  for (const auto& [name, n] : all(grammar))
    if (n == 0) out.push_back(name);
  return out;
}

}  // namespace lang
