// SPDX-License-Identifier: Apache-2.0
#include "policy/prove/prove_testing.h"

#include <gtest/gtest.h>

#include "policy/syntax/parse.h"

namespace policy::proving {
namespace {

using Kind = ArgumentShape::Kind;

ArgumentShape argument(std::string name, Kind kind, bool required = true) {
  ArgumentShape out;
  out.name = std::move(name);
  out.kind = kind;
  out.required = required;
  return out;
}

ToolShape tool(std::string name, ToolEffect effect, std::vector<ArgumentShape> arguments) {
  ToolShape out;
  out.name = std::move(name);
  out.effect = effect;
  out.arguments = std::move(arguments);
  return out;
}

ArgumentShape chosen(std::string name, Kind kind, std::vector<std::string> choices) {
  ArgumentShape out = argument(std::move(name), kind);
  out.choices = std::move(choices);
  return out;
}

}  // namespace

Tools sample_tools() {
  return {tool("send_email", ToolEffect::kSend,
               {argument("to", Kind::kString), argument("body", Kind::kString),
                argument("cc", Kind::kArray, false), argument("meta", Kind::kObject, false)}),
          tool("issue_refund", ToolEffect::kPay, {argument("amount", Kind::kNumber)}),
          tool("read_file", ToolEffect::kRead,
               {argument("path", Kind::kString), argument("lines", Kind::kInteger, false)}),
          tool("pick", ToolEffect::kWrite,
               {chosen("color", Kind::kString, {"red", "green", "blue"}),
                chosen("count", Kind::kInteger, {"1", "2", "3"})}),
          tool("note", ToolEffect::kWrite, {argument("text", Kind::kString)})};
}

Loaded loaded(const std::string& text) {
  Loaded out;
  auto tree = parse({"test", text});
  const Diagnostic* wrong = std::get_if<Diagnostic>(&tree);
  EXPECT_EQ(wrong, nullptr) << (wrong != nullptr ? wrong->message : "") << text;
  if (wrong == nullptr) out.trees.push_back(std::get<Tree>(std::move(tree)));
  out.tools = sample_tools();
  out.yett = !out.trees.empty() && out.trees[0].yett;
  return out;
}

Query query(const std::string& tool, const std::string& predicate) {
  Query out;
  out.tool = tool;
  if (predicate.empty()) return out;
  auto parsed = parse_predicate({"question", predicate});
  const Diagnostic* wrong = std::get_if<Diagnostic>(&parsed);
  EXPECT_EQ(wrong, nullptr) << (wrong != nullptr ? wrong->message : "") << predicate;
  if (wrong == nullptr) out.such_that = std::get<Predicate>(std::move(parsed));
  return out;
}

std::string word(const Proof& proof) {
  switch (proof.verdict) {
    case Proof::Verdict::kNo: return "no";
    case Proof::Verdict::kYes: return "yes";
    case Proof::Verdict::kUndecided: break;
  }
  return "undecided";
}

void check(const Case& c) {
  SCOPED_TRACE(c.name);
  const Proof proof = prove(loaded(c.policy), query(c.tool, c.predicate), Limits{});
  EXPECT_EQ(word(proof), c.expected) << proof.why;
}

}  // namespace policy::proving
