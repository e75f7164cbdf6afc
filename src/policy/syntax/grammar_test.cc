// SPDX-License-Identifier: Apache-2.0
// The grammar of docs/reference/policy.md against the parser. The EBNF is read from the page;
// random sentences of it must parse; and changed ones must parse exactly if a general recognizer,
// which tries every reading, says that they are sentences.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "policy/syntax/parse.h"
#include "policy/syntax/scanner.h"
#include "policy/syntax/testing/random_tree.h"

namespace policy {
namespace {

constexpr int kSentences = 3'000;
constexpr int kChangesEach = 6;
constexpr std::size_t kLongest = 120;  // tokens of a sentence that the recognizer is asked about

struct Node {
  enum class Kind { kSequence, kChoice, kOption, kRepeat, kQuoted, kName };
  Kind kind = Kind::kSequence;
  std::string text;
  std::vector<std::size_t> parts;
  int height = 1'000;  // of the smallest tree
};

// The EBNF block, with or without the lines that end in (* yett *).
class Grammar {
 public:
  explicit Grammar(bool yett) {
    read(block(yett));
    for (int round = 0; round < 100; ++round)
      for (Node& node : nodes_) measure(node);
  }
  const Node& at(std::size_t node) const { return nodes_[node]; }
  std::size_t size() const { return nodes_.size(); }
  // The body of a production; none for a class of words.
  const std::size_t* rule(const std::string& name) const {
    const auto found = rules_.find(name);
    return found == rules_.end() ? nullptr : &found->second;
  }

 private:
  static std::string block(bool yett) {
    std::ifstream in(std::string(YETT_SOURCE_DIR) + "/docs/reference/policy.md");
    std::string out;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
      if (line.rfind("```", 0) == 0) {
        inside = line == "```ebnf";
        continue;
      }
      const std::size_t comment = line.find("(* yett *)");
      if (!inside || (!yett && comment != std::string::npos)) continue;
      // A production begins its line; the end of the one before may be on a line that is left out.
      if (!line.empty() && is_word_start(line[0])) out += " ; ";
      out += line.substr(0, comment) + "\n";
    }
    return out;
  }

  void read(const std::string& text) {
    for (std::size_t i = 0; i < text.size();) {
      const char c = text[i];
      std::size_t end = i + 1;
      if (c == '"') end = text.find('"', i + 1) + 1;
      else
        while (is_word_part(c) && end < text.size() && is_word_part(text[end])) ++end;
      if (c != ' ' && c != '\n') words_.push_back(text.substr(i, end - i));
      i = end;
    }
    while (next_ < words_.size()) {
      if (words_[next_] == ";") {
        ++next_;
        continue;
      }
      const std::string name = words_[next_];
      next_ += 2;
      rules_[name] = choice();
    }
  }

  bool ends() const {
    static const std::set<std::string> kEnds{";", "|", ")", "]", "}"};
    return next_ >= words_.size() || kEnds.count(words_[next_]) > 0;
  }
  std::size_t add(Node node) {
    nodes_.push_back(std::move(node));
    return nodes_.size() - 1;
  }
  std::size_t choice() {
    Node node{Node::Kind::kChoice, "", {sequence()}};
    while (next_ < words_.size() && words_[next_] == "|") {
      ++next_;
      node.parts.push_back(sequence());
    }
    return add(std::move(node));
  }
  std::size_t sequence() {
    Node node;
    while (!ends()) node.parts.push_back(item());
    return add(std::move(node));
  }
  std::size_t item() {
    const std::string word = words_[next_++];
    if (word[0] == '"') return add({Node::Kind::kQuoted, word.substr(1, word.size() - 2), {}, 0});
    if (is_word_start(word[0])) return add({Node::Kind::kName, word, {}});
    const std::size_t inner = choice();
    ++next_;
    if (word == "[") return add({Node::Kind::kOption, "", {inner}});
    if (word == "{") return add({Node::Kind::kRepeat, "", {inner}});
    return inner;
  }

  void measure(Node& node) const {
    int height = node.kind == Node::Kind::kChoice ? 1'000 : 0;
    for (const std::size_t part : node.parts) {
      const int of_part = nodes_[part].height;
      height =
          node.kind == Node::Kind::kChoice ? std::min(height, of_part) : std::max(height, of_part);
    }
    if (node.kind == Node::Kind::kOption || node.kind == Node::Kind::kRepeat) height = 0;
    if (node.kind == Node::Kind::kName) {
      const std::size_t* body = rule(node.text);
      height = body == nullptr ? 0 : nodes_[*body].height + 1;
    }
    node.height = std::min(height, 1'000);
  }

  std::vector<std::string> words_;
  std::size_t next_ = 0;
  std::vector<Node> nodes_;
  std::map<std::string, std::size_t> rules_;
};

using Words = std::vector<std::string>;

const std::map<std::string, Words>& classes() {
  static const std::map<std::string, Words> kClasses{
      {"IDENT", {"x",       "y",     "when", "and", "or",    "any",    "all",   "int",
                 "true",    "inf",   "path", "is",  "value", "tags",   "union", "with",
                 "because", "empty", "in",   "of",  "tags",  "session"}},
      {"STRING", {"\"2024-01-01\""}},  // an instant too, so it may stand after `datetime`
      {"REGEX", {"r\"a.*\""}},
      {"WILDCARD", {"w\"a*\""}},
      {"DATETIME", {"d\"2024-01-01\"", "d\"2024-01-31T10:00:00Z\""}},
      {"NUMBER", {"5", "-3", "2.5", "-0.5", "inf", "-inf", "+inf"}},
      {"INT", {"4", "-4"}},
      {"DECIMAL", {"1.5", "-1.5"}},
      {"NATURAL", {"7"}},
      {"BOOL", {"true", "false"}},
      {"DURATION", {"15m", "30s", "7d"}},
      {"EFFECT", {"read", "write", "send", "destroy", "pay", "exec"}},
      {"ROLE",
       {"recipient", "content", "path", "host", "url", "query", "amount", "command", "other"}},
      {"DOC", {"/// doc\n"}},
  };
  return kClasses;
}

class Generator {
 public:
  Generator(const Grammar& grammar, RandomTree& dice) : grammar_(grammar), dice_(dice) {}
  Words sentence(const std::string& start, int depth) {
    Words out;
    write(*grammar_.rule(start), depth, out);
    return out;
  }

 private:
  void write(std::size_t at, int left, Words& out) {
    const Node& node = grammar_.at(at);
    const int depth = out.size() < kLongest ? left : 0;
    switch (node.kind) {
      case Node::Kind::kQuoted: out.push_back(node.text); return;
      case Node::Kind::kName: return name(node.text, depth, out);
      case Node::Kind::kSequence:
        for (const std::size_t part : node.parts) write(part, depth, out);
        return;
      case Node::Kind::kOption:
        if (fits(node, depth) && dice_.below(2) == 0) write(node.parts[0], depth, out);
        return;
      case Node::Kind::kRepeat:
        while (out.size() < kLongest && fits(node, depth) && dice_.below(10) < 3)
          write(node.parts[0], depth, out);
        return;
      case Node::Kind::kChoice: return choose(node, depth, out);
    }
  }
  bool fits(const Node& node, int depth) const {
    return grammar_.at(node.parts[0]).height <= depth;
  }
  void choose(const Node& node, int depth, Words& out) {
    std::vector<std::size_t> can;
    for (const std::size_t part : node.parts)
      if (grammar_.at(part).height <= std::max(depth, node.height)) can.push_back(part);
    write(can[dice_.below(can.size())], depth, out);
  }
  void name(const std::string& text, int depth, Words& out) {
    if (const std::size_t* body = grammar_.rule(text)) return write(*body, depth - 1, out);
    const Words& words = classes().at(text);
    out.push_back(words[dice_.below(words.size())]);
  }

  const Grammar& grammar_;
  RandomTree& dice_;
};

// All readings at once: which ends a part of the grammar can have that begins at a token.
class Recognizer {
 public:
  Recognizer(const Grammar& grammar, std::vector<Token> tokens, bool yett)
      : grammar_(grammar),
        tokens_(std::move(tokens)),
        yett_(yett),
        known_(grammar.size() * (tokens_.size() + 1)) {}
  // The first token that continues no sentence: all before it were read in some way.
  std::size_t furthest() const { return furthest_; }
  bool sentence(const std::string& start) {
    const std::vector<std::size_t>& ends = ends_of(*grammar_.rule(start), 0);
    return std::find(ends.begin(), ends.end(), tokens_.size()) != ends.end();
  }

 private:
  using Ends = std::vector<std::size_t>;
  struct Known {
    bool done = false;
    Ends ends;
  };

  const Ends& ends_of(std::size_t node, std::size_t from) {
    Known& known = known_[node * (tokens_.size() + 1) + from];
    if (!known.done) {
      known.done = true;  // the grammar has no left recursion
      known.ends = find(grammar_.at(node), from);
    }
    return known.ends;
  }

  Ends find(const Node& node, std::size_t from) {
    std::set<std::size_t> ends;
    furthest_ = std::max(furthest_, from);
    switch (node.kind) {
      case Node::Kind::kQuoted: return quoted(node.text, from);
      case Node::Kind::kName:
        if (const std::size_t* body = grammar_.rule(node.text)) return ends_of(*body, from);
        return word(node.text, from);
      case Node::Kind::kChoice:
        for (const std::size_t part : node.parts)
          for (const std::size_t end : ends_of(part, from)) ends.insert(end);
        break;
      case Node::Kind::kSequence:
        ends.insert(from);
        for (const std::size_t part : node.parts) ends = after(ends, part);
        break;
      case Node::Kind::kOption:
        ends = after({from}, node.parts[0]);
        ends.insert(from);
        break;
      case Node::Kind::kRepeat:
        ends.insert(from);
        for (std::size_t size = 0; size != ends.size();) {
          size = ends.size();
          ends.merge(after(ends, node.parts[0]));
        }
        break;
    }
    return {ends.begin(), ends.end()};
  }
  std::set<std::size_t> after(const std::set<std::size_t>& starts, std::size_t part) {
    std::set<std::size_t> ends;
    for (const std::size_t start : starts)
      for (const std::size_t end : ends_of(part, start)) ends.insert(end);
    return ends;
  }

  std::string_view text(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].text : std::string_view();
  }
  Token::Kind kind(std::size_t at) const {
    return at < tokens_.size() ? tokens_[at].kind : Token::Kind::kEnd;
  }
  bool glued(std::size_t at) const { return at < tokens_.size() && tokens_[at].glued; }

  Ends quoted(const std::string& wanted, std::size_t at) const {
    if (wanted.size() > 1 && wanted[0] == '@') {
      const bool here = text(at) == "@" && glued(at + 1) && text(at + 1) == wanted.substr(1);
      return here ? Ends{at + 2} : Ends{};
    }
    return text(at) == wanted ? Ends{at + 1} : Ends{};
  }

  // `not` where a predicate may begin, as the page says. By the word before: close enough.
  bool operator_not(std::size_t at) const {
    static const std::set<std::string_view> kBefore{"when", "and", "or", "not", "(", "="};
    if (at == 0 || kBefore.count(text(at - 1)) == 0) return false;
    const std::string_view last = text(at + 2);
    const bool told =
        text(at + 1) == "is" && (last == "present" || last == "absent" || last == "named");
    if (text(at) != "not" || (yett_ && told)) return false;
    const Token::Kind next = kind(at + 1);
    if (next != Token::Kind::kSign) return next != Token::Kind::kEnd;
    return text(at + 1) == "@" || text(at + 1) == "(" || !word("NUMBER", at + 1).empty();
  }

  Ends number(std::size_t at, bool sign, bool whole, bool decimal) const {
    const bool signs = sign && text(at) == "-" && glued(at + 1);
    const std::size_t digits = signs ? at + 1 : at;
    if (kind(digits) != Token::Kind::kNumber) return {};
    if (glued(digits + 1) && kind(digits + 1) == Token::Kind::kWord) return {};
    const bool point = text(digits).find('.') != std::string_view::npos;
    return (point ? decimal : whole) ? Ends{digits + 1} : Ends{};
  }

  Ends any_number(std::size_t at) const {
    if (text(at) == "inf") return {at + 1};
    if ((text(at) == "-" || text(at) == "+") && glued(at + 1) && text(at + 1) == "inf")
      return {at + 2};
    return number(at, true, true, true);
  }

  Ends one(std::size_t at, Token::Kind wanted) const {
    return kind(at) == wanted ? Ends{at + 1} : Ends{};
  }

  Ends word(const std::string& name, std::size_t at) const {
    if (name == "IDENT") return operator_not(at) ? Ends{} : one(at, Token::Kind::kWord);
    if (name == "STRING") return one(at, Token::Kind::kString);
    if (name == "REGEX") return one(at, Token::Kind::kPattern);
    if (name == "WILDCARD") return one(at, Token::Kind::kWildcard);
    if (name == "DATETIME") return one(at, Token::Kind::kInstant);
    if (name == "DOC") return one(at, Token::Kind::kDoc);
    if (name == "NUMBER") return any_number(at);
    if (name == "INT") return number(at, true, true, false);
    if (name == "DECIMAL") return number(at, true, false, true);
    if (name == "NATURAL") return number(at, false, true, false);
    if (name == "DURATION") {
      const std::string_view unit = text(at + 1);
      const bool right = unit == "s" || unit == "m" || unit == "h" || unit == "d";
      return kind(at) == Token::Kind::kNumber && glued(at + 1) && right ? Ends{at + 2} : Ends{};
    }
    const Words& words = classes().at(name);
    const bool listed = std::find(words.begin(), words.end(), text(at)) != words.end();
    return listed ? Ends{at + 1} : Ends{};
  }

  const Grammar& grammar_;
  std::vector<Token> tokens_;
  bool yett_;
  std::vector<Known> known_;
  std::size_t furthest_ = 0;
};

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) {
    if (word.rfind("///", 0) == 0) text += '\n';
    text += word;
    if (text.back() != '\n') text += ' ';
  }
  return text;
}

std::vector<Token> tokens_of(const std::string& text) {
  Scanner scanner(text, false);
  std::vector<Token> tokens;
  for (Token token = scanner.next(); token.kind != Token::Kind::kEnd; token = scanner.next())
    tokens.push_back(token);
  return tokens;
}

// The token that holds where an error begins; their number at the end.
std::size_t token_at(const std::vector<Token>& tokens, const Span& span) {
  const auto before = [&span](const Token& token) {
    return token.end.line < span.line ||
           (token.end.line == span.line && token.end.column <= span.column);
  };
  return static_cast<std::size_t>(std::count_if(tokens.begin(), tokens.end(), before));
}

bool begins_yett(const Words& words) { return !words.empty() && words[0] == "language"; }

// One token more, less or elsewhere.
Words changed(Words words, RandomTree& dice) {
  if (words.empty()) return words;
  const std::size_t at = dice.below(words.size());
  const std::size_t other = dice.below(words.size());
  switch (dice.below(4)) {
    case 0: words.erase(words.begin() + static_cast<std::ptrdiff_t>(at)); break;
    case 1: words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), words[other]); break;
    case 2: std::swap(words[at], words[other]); break;
    default: words[at] = words[other]; break;
  }
  return words;
}

class GrammarTest : public testing::TestWithParam<bool> {
 protected:
  GrammarTest() : grammar_(GetParam()), dice_(GetParam() ? 1 : 2, {}) {}

  Words sentence() {
    Words words;
    if (GetParam()) words = {"language", "yett", "1", ";"};
    Generator generator(grammar_, dice_);
    for (std::uint64_t n = 1 + dice_.below(2); n > 0; --n) {
      const Words one = generator.sentence("declaration", 6 + static_cast<int>(dice_.below(14)));
      words.insert(words.end(), one.begin(), one.end());
    }
    return words;
  }

  Grammar grammar_;
  RandomTree dice_;
};

// Where the page chooses one of two readings and the words before do not tell the recognizer which:
// `not` at the beginning of a set or a predicate, `-inf` after a name or the word of a domain.
bool doubtful(const std::vector<Token>& tokens) {
  static const std::set<std::string_view> kOpen{"(", "="};
  static const std::set<std::string_view> kDomain{"int", "float", "datetime", "any",
                                                  "all", "..",    "<.."};
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    if (tokens[i].text == "not" && kOpen.count(tokens[i - 1].text) > 0) return true;
    if (tokens[i].text == "-" && kDomain.count(tokens[i - 1].text) > 0) return true;
  }
  return false;
}

// A bound that the grammar does not show.
bool beyond_grammar(const Diagnostic& error) {
  return error.message.find("was said before") != std::string::npos;
}

TEST_P(GrammarTest, EverySentenceOfThePageParses) {
  for (int i = 0; i < kSentences; ++i) {
    const std::string text = joined(sentence());
    const auto outcome = parse({"sentence", text});
    if (const auto* error = std::get_if<Diagnostic>(&outcome); error && !beyond_grammar(*error))
      FAIL() << render(*error, {{"sentence", text}}) << text;
  }
}

TEST_P(GrammarTest, AChangedSentenceParsesIfAndOnlyIfItIsOne) {
  int accepted = 0;
  int refused = 0;
  const Grammar sqrt(false);
  for (int i = 0; i < kSentences * kChangesEach; ++i) {
    const Words words = changed(sentence(), dice_);
    const std::string text = joined(words);
    const std::vector<Token> tokens = tokens_of(text);
    if (tokens.size() > kLongest) continue;
    const bool yett = begins_yett(words);
    Recognizer recognizer(yett ? grammar_ : sqrt, tokens, yett);
    const bool is_one = recognizer.sentence("file");
    const auto outcome = parse({"changed", text});
    const auto* error = std::get_if<Diagnostic>(&outcome);
    if (error != nullptr && beyond_grammar(*error)) continue;
    if (doubtful(tokens)) continue;
    ASSERT_EQ(error == nullptr, is_one)
        << (error ? render(*error, {{"changed", text}}) : "") << text;
    ++(is_one ? accepted : refused);
    if (is_one) continue;
    const std::size_t wrong = recognizer.furthest();
    const std::size_t found = token_at(tokens, error->span);
    // A word of two tokens (`@args`, `15m`) is wrong at the first or at the second of them.
    const bool two = wrong < tokens.size() &&
                     (tokens[wrong].text == "@" || tokens[wrong].kind == Token::Kind::kNumber);
    // `any` before a keyword is a name or a quantifier; the parser settles for one a token early.
    const std::size_t first = std::min(found, wrong);
    const std::string_view before = first == 0 ? "" : tokens[first - 1].text;
    if (before == "any" || before == "all") continue;
    ASSERT_TRUE(found == wrong || (two && found == wrong + 1))
        << wrong << " " << render(*error, {{"changed", text}}) << text;
  }
  EXPECT_GT(accepted, 500);
  EXPECT_GT(refused, 500);
}

INSTANTIATE_TEST_SUITE_P(Languages, GrammarTest, testing::Bool(),
                         [](const auto& language) { return language.param ? "Yett" : "Sqrt"; });

}  // namespace
}  // namespace policy
