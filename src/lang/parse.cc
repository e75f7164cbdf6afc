// SPDX-License-Identifier: Apache-2.0
#include "lang/parse.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "lang/parser.h"

namespace lang {
namespace {

// Without its end; lines end as Python reads them.
std::string_view line_of(std::string_view source, std::uint32_t line) {
  for (; line > 1; --line) {
    const std::size_t end = std::min(source.find_first_of("\r\n"), source.size());
    source.remove_prefix(source.substr(end).starts_with("\r\n") ? end + 2
                                                                : std::min(end + 1, source.size()));
  }
  return source.substr(0, source.find_first_of("\r\n"));
}

}  // namespace

std::string render(const Problem& problem, std::string_view source) {
  std::string out = fmt::format("line {}, column {}: {}", problem.place.line,
                                problem.place.column + 1, problem.message);
  const std::string_view text = line_of(source, problem.place.line);
  if (!text.empty() && text.size() <= 200 && base::is_utf8(text))
    out +=
        fmt::format("\n    {}\n    {:>{}}", base::printable(text), '^', problem.place.column + 1);
  if (!problem.hint.empty()) out += "\n  hint: " + problem.hint;
  return out;
}

bool Parser::expect(Token token, std::string_view where) {
  if (accept(token)) return true;
  unexpected(fmt::format("{}{}{}", spelling(token), where.empty() ? "" : " ", where));
  return false;
}

NodeId Parser::fail(Problem::Kind kind, Place place, std::string message, std::string hint) {
  if (!problem_) problem_ = Problem{kind, place, std::move(message), std::move(hint)};
  at_ = last_;
  return kNoNode;
}

NodeId Parser::unexpected(std::string_view expected) {
  const Lexeme& found = peek();
  std::string what = spelling(found.token);
  if (found.token == Token::kName)
    what = fmt::format("the name `{}`", source_of(found).substr(0, 60));
  return fail(Problem::Kind::kSyntax, found.place,
              fmt::format("found {}, expected {}", what, expected));
}

NodeId Parser::unsupported(std::string_view what, std::string_view hint) {
  return fail(Problem::Kind::kUnsupported, peek().place,
              fmt::format("{} is not part of the plan language", what), std::string(hint));
}

NodeId Parser::too_many(Place place) {
  return fail(Problem::Kind::kLimit, place, "the plan has more than 10,000 parts");
}

void ParseMemory::clear() {
  slots.assign(Texts::kSlots, 0);
  gathered.clear();
  tree.nodes.clear();
  tree.links.clear();
  tree.texts.clear();
  tree.root = kNoNode;
}

void Parser::close(NodeId owner, std::size_t from) {
  Node& n = node(owner);
  n.first = static_cast<std::uint32_t>(tree_.links.size());
  n.count = static_cast<std::uint32_t>(gathered_.size() - from);
  tree_.links.insert(tree_.links.end(), gathered_.begin() + static_cast<std::ptrdiff_t>(from),
                     gathered_.end());
  gathered_.resize(from);
}

bool Parser::nested_too_deep() {
  fail(Problem::Kind::kLimit, peek().place, "more than 64 levels of nesting");
  return true;
}

ParseWorkspace::ParseWorkspace() : memory_(std::make_unique<ParseMemory>()) {}
ParseWorkspace::~ParseWorkspace() = default;
const Tree& ParseWorkspace::tree() const { return memory_->tree; }
Tree& ParseWorkspace::tree() { return memory_->tree; }

std::optional<Problem> ParseWorkspace::parse(std::string_view source) {
  ParseMemory& memory = *memory_;
  memory.clear();
  memory.lexemes.reserve(source.size() / 3 + 16);
  if (auto problem = scan(source, memory.lexemes)) return problem;
  memory.tree.nodes.reserve(memory.lexemes.size());
  memory.tree.links.reserve(memory.lexemes.size());
  memory.tree.texts.reserve(64);
  Parser parser(source, memory);
  memory.tree.root = parser.module();
  return parser.problem();
}

std::variant<Tree, Problem> parse(std::string_view source) {
  // One for the thread: what it keeps of one plan is cleared before the next is read. LIMIT: 64 KiB
  // of text make some MiB.
  static thread_local ParseWorkspace workspace;
  auto problem = workspace.parse(source);
  Tree tree = std::exchange(workspace.tree(), Tree());
  if (problem) return std::move(*problem);
  return tree;
}

}  // namespace lang
