// SPDX-License-Identifier: Apache-2.0
#include "policy/parse.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/bytes.h"
#include "base/limits.h"

namespace policy {
namespace {

enum class Kind { kWord, kString, kNumber, kPunctuation, kEnd };

struct Token {
  Kind kind = Kind::kEnd;
  std::string_view text;  // a string's content without its quotes
  std::size_t at = 0;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Scanner {
 public:
  explicit Scanner(std::string_view source) : source_(source) {}

  base::Error error_at(std::size_t at, std::string_view message) const {
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i < at && i < source_.size(); ++i) {
      if (source_[i] == '\n') ++line, column = 1;
      else ++column;
    }
    return base::invalid(fmt::format("line {}, column {}: {}", line, column, message));
  }

  std::uint32_t line_of(std::size_t at) const {
    std::uint32_t line = 1;
    for (std::size_t i = 0; i < at; ++i) line += source_[i] == '\n';
    return line;
  }

  base::Result<Token> next() {
    TRY(skip_blank());
    const std::size_t start = at_;
    if (at_ == source_.size()) return Token{Kind::kEnd, "end of file", start};
    const char c = source_[at_];
    if (c == '"') return string();
    if (is_letter(c)) return run(Kind::kWord, [](char x) { return is_letter(x) || is_digit(x); });
    if (is_digit(c) || c == '-') {
      ++at_;
      while (at_ < source_.size() && is_digit(source_[at_])) ++at_;
      return Token{Kind::kNumber, source_.substr(start, at_ - start), start};
    }
    ++at_;
    return Token{Kind::kPunctuation, source_.substr(start, 1), start};
  }

 private:
  template <class Accepts> Token run(Kind kind, Accepts accepts) {
    const std::size_t start = at_;
    while (at_ < source_.size() && accepts(source_[at_])) ++at_;
    return {kind, source_.substr(start, at_ - start), start};
  }

  base::Status skip_blank() {
    while (at_ < source_.size()) {
      const std::string_view rest = source_.substr(at_);
      if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n' || rest[0] == '\r') {
        ++at_;
      } else if (rest.starts_with("//")) {
        at_ = std::min(source_.find('\n', at_), source_.size());
      } else if (rest.starts_with("/*")) {
        const auto end = source_.find("*/", at_ + 2);
        if (end == std::string_view::npos) return error_at(at_, "found a comment without its end");
        at_ = end + 2;
      } else {
        break;
      }
    }
    return base::ok();
  }

  base::Result<Token> string() {
    const std::size_t start = at_++;
    while (at_ < source_.size() && source_[at_] != '"') {
      if (source_[at_] == '\\' || source_[at_] == '\n')
        return error_at(at_, "found an escape or a line end, expected a plain tool id");
      ++at_;
    }
    if (at_ == source_.size()) return error_at(start, "found a string without its closing quote");
    return Token{Kind::kString, source_.substr(start + 1, at_++ - start - 1), start};
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view source) : scanner_(source) {}

  base::Result<std::vector<Rule>> run() {
    TRY(advance());
    while (token_.kind != Kind::kEnd) TRY(tool());
    return std::move(rules_);
  }

 private:
  base::Status advance() {
    TRY_AS(token_, scanner_.next());
    return base::ok();
  }

  base::Error unexpected(std::string_view expected) const {
    return scanner_.error_at(
        token_.at, fmt::format("found `{}`, expected {}", base::printable(token_.text), expected));
  }

  bool at(std::string_view text) const {
    return token_.kind != Kind::kString && token_.text == text;
  }

  base::Status expect(std::string_view text, std::string_view expected) {
    if (!at(text)) return unexpected(expected);
    return advance();
  }

  base::Status tool() {
    if (at("let") || at("language"))
      return unexpected(
          "`tool`: this version of Yett reads exact tool ids and `always` rules only");
    TRY(expect("tool", "`tool`"));
    if (token_.kind != Kind::kString) return unexpected("a tool id in double quotes");
    const std::string id(token_.text);
    if (id.empty() || id.size() > base::limits::kNameBytes)
      return unexpected("a tool id of 1 to 128 bytes");
    TRY(advance());
    TRY(expect("{", "`{`"));
    const std::size_t first = rules_.size();
    std::int32_t priority = 0;
    while (!at("}")) {
      if (at("priority")) TRY(read_priority(priority));
      else TRY(rule(id));
    }
    for (std::size_t i = first; i < rules_.size(); ++i) rules_[i].priority = priority;
    return advance();
  }

  base::Status read_priority(std::int32_t& out) {
    TRY(advance());
    const auto [end, failed] =
        std::from_chars(token_.text.data(), token_.text.data() + token_.text.size(), out);
    if (token_.kind != Kind::kNumber || failed != std::errc() ||
        end != token_.text.data() + token_.text.size())
      return unexpected("a whole number");
    TRY(advance());
    return expect(";", "`;`");
  }

  std::optional<Level> level() const {
    if (at("must") || at("hard")) return Level::kHard;
    if (at("should") || at("soft")) return Level::kSoft;
    return std::nullopt;
  }

  base::Status rule(const std::string& id) {
    const auto strength = level();
    if (!strength) return unexpected("`must`, `hard`, `should`, `soft`, `priority` or `}`");
    Rule made{id, *strength, RuleEffect::kDeny, 0, scanner_.line_of(token_.at)};
    TRY(advance());
    if (!at("allow") && !at("deny")) return unexpected("`allow` or `deny`");
    made.effect = at("allow") ? RuleEffect::kAllow : RuleEffect::kDeny;
    TRY(advance());
    if (at("when"))
      return unexpected(
          "`always`: conditions come with a later version; a rule is never skipped silently");
    TRY(expect("always", "`always`"));
    TRY(expect(";", "`;`"));
    rules_.push_back(std::move(made));
    return base::ok();
  }

  Scanner scanner_;
  Token token_;
  std::vector<Rule> rules_;
};

}  // namespace

base::Result<std::vector<Rule>> parse(std::string_view source) {
  if (source.size() > (std::size_t{1} << 20))
    return base::invalid("line 1, column 1: a policy has at most 1 MiB");
  if (!base::is_utf8(source)) return base::invalid("line 1, column 1: a policy is UTF-8 text");
  return Parser(source).run();
}

}  // namespace policy
