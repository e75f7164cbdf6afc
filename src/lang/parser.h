// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The parser's state: recursive descent over lexemes, one function a rule of the Python 3.11
// grammar. Expressions and statements are defined in files of their own. Trust zone: session.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lang/scan.h"
#include "lang/texts.h"
#include "lang/tree.h"

namespace lang {

// What a parse needs beside its source; kept from one to the next.
struct ParseMemory {
  Tree tree;
  std::vector<Lexeme> lexemes;
  std::vector<std::uint32_t> slots;        // of Texts
  std::vector<NodeId> gathered;            // of Parser
  std::deque<std::vector<Lexeme>> fields;  // of f-strings, by how deep they stand in each other

  void clear();
};

class Parser {
  static constexpr std::size_t kNodes = 10'000;
  static constexpr unsigned kDepth = 64;

 public:
  // Both are borrowed; `memory` has the lexemes of `source` and an empty tree.
  Parser(std::string_view source, ParseMemory& memory)
      : source_(source),
        tree_(memory.tree),
        texts_(memory.tree, memory.slots),
        gathered_(memory.gathered),
        fields_(memory.fields),
        at_(memory.lexemes.data()),
        last_(memory.lexemes.data() + memory.lexemes.size() - 1) {}

  NodeId module();
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  // INVARIANT: fail() moves to the last lexeme, kEnd, so all loops end.
  const Lexeme& peek() const { return *at_; }
  Token second() const { return at_ == last_ ? Token::kEnd : at_[1].token; }
  bool is(Token token) const { return at_->token == token; }
  bool accept(Token token) {
    if (at_->token != token || at_ == last_) return false;
    ++at_;
    return true;
  }
  bool expect(Token token, std::string_view where);
  const Lexeme& take() {
    const Lexeme& lexeme = *at_;
    if (at_ != last_) ++at_;
    return lexeme;
  }
  NodeId fail(Problem::Kind kind, Place place, std::string message, std::string hint = "");
  NodeId unexpected(std::string_view expected);
  NodeId unsupported(std::string_view what, std::string_view hint);

  NodeId add(NodeKind kind, Place place) {
    const auto id = static_cast<NodeId>(tree_.nodes.size());
    if (id >= kNodes) too_many(place);  // fails; the node is there, so that callers can go on
    Node& made = tree_.nodes.emplace_back();
    made.kind = kind;
    made.place = place;
    return id;
  }
  NodeId too_many(Place place);
  bool nested_too_deep();
  std::uint32_t text_of(const Lexeme& lexeme) { return intern(source_of(lexeme)); }
  std::string_view source_of(const Lexeme& lexeme) const {
    return source_.substr(lexeme.begin, lexeme.end - lexeme.begin);
  }
  std::uint32_t intern(std::string_view text) { return texts_.intern(text); }
  Node& node(NodeId id) { return tree_.nodes[id]; }
  // Lists are gathered on a stack, so that nested ones do not mix.
  std::size_t mark() const { return gathered_.size(); }
  void gather(NodeId id) { gathered_.push_back(id); }
  void close(NodeId owner, std::size_t from);

  class Level;    // one level of nesting
  struct Format;  // an f-string that is being read

  // parse_expression.cc
  NodeId expression();        // conditional, lambda
  NodeId named_expression();  // also :=
  NodeId star_expression();   // *x or an expression
  NodeId element();           // *x or a named expression: of displays, calls, indices
  NodeId expressions();       // a tuple without brackets, if there is a comma
  NodeId disjunction();
  NodeId conjunction();
  NodeId inversion();
  NodeId comparison();
  NodeId binary(int least);
  NodeId unary();
  NodeId power();
  NodeId primary();
  NodeId atom();
  NodeId name();
  NodeId number();
  NodeId group();
  NodeId grouped(Token closing, Place place);
  bool close_bracket(Token closing, std::string_view where);
  NodeId list();
  NodeId braces();
  NodeId dictionary(Place place, std::size_t from);
  NodeId lambda();
  NodeId call(NodeId callee, Place place);
  void arguments(Place open, bool generator_allowed, bool ellipsis_allowed);
  NodeId argument();
  NodeId subscript(NodeId value, Place place);
  NodeId slice();
  NodeId comprehension(NodeKind kind, Place place, NodeId element, NodeId value);
  NodeId target_list();  // of for
  NodeId lone_target();
  bool comparator(Operator& op);
  bool ends_expressions() const;

  // parse_string.cc
  NodeId strings();
  bool unescape(std::string_view raw_text, bool raw, Place place, std::string& out);
  void format_parts(Format& format, unsigned nested, std::string& pending);
  void format_text(Format& format, unsigned nested, std::string& pending);
  NodeId formatted(Format& format, unsigned nested, std::string& pending);
  NodeId embedded(std::string_view text, Place place);
  void format_label(Format& format, std::string_view expression, std::string& pending);
  std::uint8_t conversion(Format& format);
  NodeId format_spec(Format& format, unsigned nested);
  void flush(std::string& pending, Place place);

  // parse_statement.cc
  void statement();
  void simple_statements();
  NodeId simple_statement();
  NodeId expression_statement();
  NodeId assignment(NodeId first, Place place);
  NodeId augmented(NodeId target, Operator op, Place place);
  NodeId annotated(NodeId target, Place place);
  bool is_match() const;
  bool ends_statement() const;
  bool is_target(NodeId id, bool star_allowed);
  NodeId target_problem(NodeId id);
  NodeId if_statement();
  NodeId while_statement();
  NodeId for_statement();
  NodeId try_statement();
  NodeId except_clause();
  NodeId function();
  void parameters(Token end, bool annotations);
  NodeId parameter(std::uint8_t kind, bool annotations);
  NodeId marker(std::uint8_t kind, Place place);
  NodeId class_statement(NodeId decorators);
  NodeId decorated();
  NodeId import_statement();
  NodeId import_from();
  NodeId alias(bool dotted);
  NodeId delete_statement();
  NodeId names_statement(NodeKind kind);
  NodeId body_node(std::string_view owner);
  NodeId else_body();
  void block(NodeId owner, std::string_view owner_name);
  NodeId return_statement();
  NodeId raise_statement();
  NodeId assert_statement();

  std::string_view source_;
  Tree& tree_;
  Texts texts_;
  std::vector<NodeId>& gathered_;
  std::deque<std::vector<Lexeme>>& fields_;
  std::size_t inside_fields_ = 0;
  unsigned depth_ = 0;
  const Lexeme* at_;
  const Lexeme* last_;
  std::optional<Problem> problem_;
};

class Parser::Level {
 public:
  explicit Level(Parser& parser) : parser_(parser) { ++parser_.depth_; }
  ~Level() { --parser_.depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  bool too_deep() { return parser_.depth_ > kDepth && parser_.nested_too_deep(); }

 private:
  Parser& parser_;
};

}  // namespace lang
