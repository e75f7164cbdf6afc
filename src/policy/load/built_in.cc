// SPDX-License-Identifier: Apache-2.0
#include "policy/load/built_in.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/result.h"
#include "policy/syntax/parse.h"

namespace policy {
namespace {

constexpr std::string_view kModel = "model:";
constexpr std::string_view kSend =
    "deny when not @args.consumers.intersect is universal and\n"
    "       not all @role.recipient.value in @args.consumers.intersect";

bool has_yett_rule(const ToolPolicy& block) {
  return std::any_of(block.members.begin(), block.members.end(), [](const auto& member) {
    const Rule* rule = std::get_if<Rule>(&member);
    return rule != nullptr && !rule->level && rule->kind != Rule::Kind::kRedact &&
           rule->kind != Rule::Kind::kLog;
  });
}

// Which tools have a rule without a level.
class YettRules {
 public:
  YettRules(const std::vector<Tree>& trees, Shapes& shapes) : tools_(shapes.tools().size()) {
    for (const Tree& tree : trees)
      for (const auto& declaration : tree.declarations) {
        const auto* block = std::get_if<ToolPolicy>(&declaration);
        if (block == nullptr || !has_yett_rule(*block)) continue;
        for (std::uint32_t index : *shapes.reach(block->id)) tools_[index] = true;
      }
  }
  bool of(std::uint32_t index) const { return tools_[index]; }

 private:
  std::vector<bool> tools_;
};

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 ? fmt::format("\\u{:04x}", byte) : std::string(1, c);
  }
  return out;
}

// Blocks of one rule each, as trees and as the text that their spans point to.
class Writer {
 public:
  explicit Writer(std::uint32_t file) : file_(file) {}
  // The block of a tool `x`; CHECKs that it is in the grammar.
  ToolPolicy block_of(const std::string& rule) const;
  void add(Unit& unit, ToolPolicy block, const std::string& tool, const std::string& rule);
  std::string text = "// Rules that hold in every set; `yett policy show` prints them expanded.\n";

 private:
  std::uint32_t file_;
  std::uint32_t line_ = 2;
};

ToolPolicy Writer::block_of(const std::string& rule) const {
  const Source source{std::string(kBuiltIn), "language yett 1; tool \"x\" {\n  " + rule + "\n}\n"};
  auto parsed = parse(source, file_);
  CHECK(std::holds_alternative<Tree>(parsed));
  return std::get<ToolPolicy>(std::get<Tree>(parsed).declarations.at(0));
}

void Writer::add(Unit& unit, ToolPolicy block, const std::string& tool, const std::string& rule) {
  block.id.text = tool;
  Span& span = std::get<Rule>(block.members[0]).span;
  for (Span* one : {&span, &block.span, &block.id.span}) {
    one->line += line_ - 1;
    one->end_line += line_ - 1;
  }
  const std::string lines = fmt::format("tool \"{}\" {{\n  {}\n}}\n", escaped(tool), rule);
  line_ += static_cast<std::uint32_t>(std::count(lines.begin(), lines.end(), '\n'));
  text += lines;
  unit.tree.declarations.emplace_back(std::move(block));
}

bool has_recipient(const ToolShape& tool) {
  return effective(tool) == ToolEffect::kSend &&
         std::any_of(tool.arguments.begin(), tool.arguments.end(),
                     [](const ArgumentShape& a) { return a.role == Role::kRecipient; });
}

void add_sinks(Unit& unit, Writer& writer, const YettRules& yett, const Shapes& shapes) {
  const std::string send = std::string(kSend) + "\n       because \"a recipient may not have it\";";
  const std::string must = "must " + std::string(kSend) + ";";
  const ToolPolicy plain = writer.block_of(send);
  const ToolPolicy leveled = writer.block_of(must);
  for (std::uint32_t index = 0; index < shapes.tools().size(); ++index) {
    const ToolShape& tool = shapes.tool(index);
    const bool has = yett.of(index);
    if (tool.model) {
      std::string_view name = tool.name;
      if (name.starts_with(kModel)) name.remove_prefix(kModel.size());
      const std::string rule = fmt::format(
          "{}deny when not \"llm:{}\" in @args.consumers.intersect{};", has ? "" : "must ",
          escaped(name), has ? " because \"the model may not have it\"" : "");
      writer.add(unit, writer.block_of(rule), tool.name, rule);
    } else if (has_recipient(tool)) {
      writer.add(unit, has ? plain : leveled, tool.name, has ? send : must);
    }
  }
}

}  // namespace

BuiltIn built_in(const std::vector<Tree>& trees, Shapes& shapes, std::uint32_t file) {
  const YettRules rules(trees, shapes);
  Writer writer(file);
  BuiltIn out;
  out.sinks.tree.name = std::string(kBuiltIn);
  out.sinks.tree.yett = true;
  add_sinks(out.sinks, writer, rules, shapes);
  out.source = {std::string(kBuiltIn), writer.text};
  return out;
}

}  // namespace policy
