// SPDX-License-Identifier: Apache-2.0
#include "session/plan_prompt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "schema/write.h"

namespace session {
namespace {

constexpr std::string_view kRules =
    "You plan. You write one Python program that does what the user asks; a gate runs it and "
    "checks "
    "each call of a tool before it happens. You never see what the tools return: write the whole "
    "program in advance, and let it work with the values.\n"
    "Answer with exactly one block of code between ```python and ```; words around it are for the "
    "user.\n"
    "The language is a part of Python 3.11: expressions, f-strings, comprehensions, lambda; "
    "if, for, while, try, def; classes of typed fields (pydantic BaseModel, @dataclass, Enum); "
    "import of json, re, math, datetime, typing, pydantic, dataclasses, enum and collections. "
    "There "
    "are no methods in classes, no decorators but @dataclass, no with, match, yield, async, eval "
    "or "
    "open, no names that begin with two underscores, no other modules.\n"
    "Call tools by keyword or by position; a result is what the tool returns: text, or the members "
    "of its JSON answer as a dict. An error of a tool is ToolError and may be caught. A call that "
    "the gate denies ends the program and cannot be caught; do not try the same thing in another "
    "form.\n"
    "To read text (find a name, a date, a decision in it) do not guess its form: hand it to "
    "query_ai_assistant. Values that the user wrote stand in the program as they were written.\n"
    "End with final_return_value(answer), or with the answer as the last expression. Never write a "
    "credential or a placeholder for one; credentials are added outside of your reach.\n";

constexpr std::string_view kFunctions =
    "def query_ai_assistant(query: str, output_schema: type = str) -> Any:\n"
    "    \"\"\"Another model reads `query` and answers with a value of the type: str, int, float, "
    "bool, list[...], Literal[...], Optional[...], an Enum, a @dataclass or a BaseModel. It has no "
    "tools and sees nothing but `query`: put the whole text into it. Raises "
    "NotEnoughInformationError.\"\"\"\n"
    "def parse_with_ai(query: str, output_schema: type | dict) -> Any:\n"
    "    \"\"\"The same; `output_schema` may also be a JSON schema as a dict.\"\"\"\n"
    "def choose(query: str, options: list) -> Any:\n"
    "    \"\"\"One of at most 16 options, all written by you or the user, picked by that model for "
    "what stands in `query`.\"\"\"\n"
    "def final_return_value(value: Any, **metadata) -> None:\n"
    "    \"\"\"The answer to the user.\"\"\"\n";

constexpr std::array<std::string_view, 35> kKeywords{
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield"};

// A name of ours as Python can spell it.
std::string python_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (digit && out.empty()) out += '_';
    out += letter || digit ? c : '_';
  }
  if (std::ranges::find(kKeywords, out) != kKeywords.end()) out += '_';
  return out;
}

std::string_view type_name(schema::ParamType type) {
  switch (type) {
    case schema::ParamType::kString: return "str";
    case schema::ParamType::kInteger: return "int";
    case schema::ParamType::kNumber: return "float";
    case schema::ParamType::kBoolean: return "bool";
    case schema::ParamType::kArray: return "list";
  }
  return "Any";
}

std::string annotation(const schema::Param& p) {
  const auto scalar = p.type == schema::ParamType::kArray ? p.item_type : p.type;
  std::string of(type_name(scalar));
  if (!p.one_of.empty()) {
    of = "Literal[";
    for (const schema::Value& v : p.one_of)
      of += (of.ends_with('[') ? "" : ", ") + schema::write(v);
    of += "]";
  }
  return p.type == schema::ParamType::kArray ? "list[" + of + "]" : of;
}

// Descriptions are the operator's; one line each, so that none ends the docstring.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c == '"' ? '\'' : c;
  return out;
}

std::string definition(const lang::Signature& signature, const Tool& tool) {
  std::string out = "def " + signature.name + "(";
  const auto& params = tool.params.params();
  for (std::size_t i = 0; i < params.size(); ++i)
    out += fmt::format("{}{}: {}{}", i == 0 ? "" : ", ", signature.parameters[i],
                       annotation(params[i]), params[i].required ? "" : " = None");
  out +=
      fmt::format(") -> {}:\n    \"\"\"{}", tool.json ? "Any" : "str", one_line(tool.description));
  for (std::size_t i = 0; i < params.size(); ++i)
    if (!params[i].description.empty())
      out += fmt::format("\n    {}: {}", signature.parameters[i], one_line(params[i].description));
  return out + "\"\"\"\n";
}

lang::Signature function(std::string name, std::vector<std::string> parameters) {
  lang::Signature out;
  out.name = std::move(name);
  out.parameters = std::move(parameters);
  return out;
}

std::vector<lang::Signature> functions() {
  std::vector<lang::Signature> out{
      function("final_return_value", {"value"}),
      function("query_ai_assistant", {"query", "output_schema"}),
      function("parse_with_ai", {"query", "output_schema"}),
      function("choose", {"query", "options"}),
  };
  out[0].open_keywords = true;
  out[1].result_type = out[2].result_type = "output_schema";
  return out;
}

// A parameter list in which every name is Python's and no two are the same; empty otherwise.
std::optional<std::vector<std::string>> parameters_of(const Tool& tool) {
  std::vector<std::string> out;
  for (const schema::Param& p : tool.params.params()) {
    std::string name = python_name(p.name);
    if (std::ranges::find(out, name) != out.end()) return std::nullopt;
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace

PlanTools PlanTools::of(const Setup& setup) {
  PlanTools out;
  out.signatures = functions();
  std::set<std::string> taken;
  for (const lang::Signature& s : out.signatures) taken.insert(s.name);
  for (const std::string& name : setup.tools.names()) {
    const Tool& tool = *setup.tools.find(name);
    auto parameters = parameters_of(tool);
    const std::string spelled = python_name(name);
    if (!parameters || !taken.insert(spelled).second) continue;
    out.signatures.push_back(function(spelled, std::move(*parameters)));
    Named named{name, {}};
    for (const schema::Param& p : tool.params.params()) named.parameters.push_back(p.name);
    out.named.push_back(std::move(named));
    out.text += definition(out.signatures.back(), tool);
  }
  return out;
}

const PlanTools::Named* PlanTools::tool(std::uint32_t index) const {
  constexpr auto kFunctionCount = static_cast<std::uint32_t>(PlanFunction::kCount_);
  return index < kFunctionCount ? nullptr : &named.at(index - kFunctionCount);
}

std::string planner_system(const PlanTools& tools, std::string_view operator_text) {
  std::string out(kRules);
  out.append("These functions are there:\n\n").append(kFunctions).append(tools.text);
  if (!operator_text.empty()) out.append("\n").append(operator_text);
  return out;
}

std::optional<std::string> fenced_program(std::string_view reply) {
  std::optional<std::string> found;
  std::optional<std::string> open;
  std::string fence;
  for (std::size_t at = 0; at <= reply.size();) {
    const std::size_t end = std::min(reply.find('\n', at), reply.size());
    std::string_view line = reply.substr(at, end - at);
    at = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view word = line.substr(indent);
    const std::size_t ticks = std::min(word.find_first_not_of('`'), word.size());
    if (open) {
      const bool closes = ticks >= fence.size() && ticks == word.find_last_not_of(" \t") + 1;
      if (!closes) {
        open->append(line).append("\n");
        continue;
      }
      if (found) return std::nullopt;
      found = std::exchange(open, std::nullopt);
      continue;
    }
    if (ticks < 3) continue;
    std::string tag(word.substr(ticks));
    tag.erase(tag.find_last_not_of(" \t") + 1);
    if (!tag.empty() && tag != "python" && tag != "py" && tag != "python3") return std::nullopt;
    fence = word.substr(0, ticks);
    open.emplace();
  }
  return open ? std::nullopt : found;
}

namespace words {

std::string no_program() {
  return "The reply must hold exactly one program, between ```python and ```. Write it again.";
}

std::string plan_problem(const lang::Problem& problem, std::string_view program) {
  return "The program cannot run:\n" + lang::render(problem, program) +
         "\nWrite the whole program again.";
}

std::string plan_error(std::string_view type, std::uint32_t line) {
  return fmt::format(
      "The program ended with {} at line {}, before it had changed anything. Write the whole "
      "program again.",
      type, line);
}

std::string plan_error_withheld() {
  return "The program ended with an error, before it had changed anything; what it was is withheld "
         "because it may come from data. Write a program that expects less of the data's form.";
}

std::string plan_denied(base::Reason reason, std::uint32_t line) {
  return fmt::format(
      "The call at line {} was denied ({}). Write a program that does without it, or one that "
      "says why the task cannot be done.",
      line, base::slug(reason));
}

}  // namespace words

}  // namespace session
