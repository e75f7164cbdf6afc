// SPDX-License-Identifier: Apache-2.0
// Reading C++ just well enough: blanking of literals, tokens, includes, function bodies.
#include <algorithm>
#include <cctype>

#include "tidy.h"

namespace tidy {
namespace {

bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

enum class Keep : unsigned char { kCode, kCodeAndLiterals };

// Walks `text` once and blanks what is not to be kept. Line ends always stay.
class Blanker {
 public:
  Blanker(std::string_view text, Keep keep) : text_(text), out_(text), keep_(keep) {}

  std::string run() && {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) blank_to(find("\n"));
    else if (rest.starts_with("/*")) blank_to(after("*/", at_ + 2));
    else if (rest.starts_with("R\"") && (at_ == 0 || !word(text_[at_ - 1]))) raw_string();
    else if (text_[at_] == '"') quoted('"');
    else if (text_[at_] == '\'' && (at_ == 0 || !word(text_[at_ - 1]))) quoted('\'');
    else if (text_[at_] == '#' && line_is_blank_before()) directive();
    else ++at_;
  }

  void raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return literal_to(text_.size());
    const std::string delimiter(text_.substr(at_ + 2, open - at_ - 2));
    literal_to(after(")" + delimiter + "\"", open));
  }

  void quoted(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    literal_to(std::min(end + 1, text_.size()));
  }

  // The words of a directive stay out of `code`; includes and macros are read from the lines.
  void directive() {
    std::size_t end = at_;
    do end = find_from("\n", end + 1);
    while (end < text_.size() && text_[end - 1] == '\\');
    literal_to(end);
  }

  bool line_is_blank_before() const {
    std::size_t i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    return i == 0 || text_[i - 1] == '\n';
  }

  std::size_t find(std::string_view what) const { return find_from(what, at_); }
  std::size_t find_from(std::string_view what, std::size_t from) const {
    return std::min(text_.find(what, from), text_.size());
  }
  std::size_t after(std::string_view what, std::size_t from) const {
    return std::min(find_from(what, from) + what.size(), text_.size());
  }
  void literal_to(std::size_t end) {
    if (keep_ == Keep::kCode) return blank_to(end);
    at_ = end;
  }
  void blank_to(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  std::string_view text_;
  std::string out_;
  Keep keep_;
  std::size_t at_ = 0;
};

// Follows braces and tells function bodies from classes, namespaces and initialisers.
class Bodies {
 public:
  explicit Bodies(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  std::vector<Function> run() && {
    for (std::size_t i = 0; i < tokens_.size(); ++i) step(i);
    return std::move(found_);
  }

 private:
  enum class Scope : unsigned char { kOuter, kFunction, kInside };

  bool in_function() const {
    return std::any_of(open_.begin(), open_.end(), [](Scope s) { return s != Scope::kOuter; });
  }

  void step(std::size_t i) {
    const std::string_view t = tokens_[i].text;
    if (t == "(") ++parens_;
    if (t == ")") --parens_;
    if (t == "{") open(i);
    else if (t == "}") close(i);
    else if (t == ";" && parens_ == 0 && !in_function()) head_ = i + 1;
    else if (t == ":" && i > head_ && access(tokens_[i - 1].text)) head_ = i + 1;
  }

  static bool access(std::string_view t) {
    return t == "public" || t == "private" || t == "protected";
  }

  void open(std::size_t i) {
    if (in_function() || parens_ > 0) return open_.push_back(Scope::kInside);
    const Scope scope = kind(i);
    open_.push_back(scope);
    if (scope == Scope::kOuter) head_ = i + 1;
    if (scope == Scope::kFunction) found_.push_back({name(i), tokens_[head_].line, 0});
  }

  void close(std::size_t i) {
    if (open_.empty()) return;
    const Scope scope = open_.back();
    open_.pop_back();
    if (scope == Scope::kInside) return;
    if (scope == Scope::kFunction) found_.back().lines = tokens_[i].line - found_.back().line + 1;
    head_ = i + 1;
  }

  // What the brace at token `i` opens, judged by the tokens since the last statement.
  Scope kind(std::size_t i) const {
    bool parameters = false;
    bool type = false;
    bool linkage = false;
    bool initialisers = false;
    bool operator_name = false;
    for (std::size_t k = head_; k < i; ++k) {
      const std::string_view t = tokens_[k].text;
      if (t == "template") k = group_end(k + 1, "<", ">");
      else if (t == "alignas") k = group_end(k + 1, "(", ")");
      else if (t == "(") k = group_end(k, "(", ")"), parameters = true;
      else if (t == "namespace") return Scope::kOuter;
      else if (t == "extern") linkage = true;
      else if (t == "operator") operator_name = true;
      else if (t == "=" && !operator_name) return Scope::kInside;
      else if (t == ":" && parameters) initialisers = true;
      else if (type_word(t)) type = true, parameters = false;
    }
    if (!parameters) return type || linkage ? Scope::kOuter : Scope::kInside;
    return initialisers && word(tokens_[i - 1].text.back()) ? Scope::kInside : Scope::kFunction;
  }

  // The index of the token that closes the group which opens at `k`.
  std::size_t group_end(std::size_t k, std::string_view left, std::string_view right) const {
    int depth = 0;
    for (; k < tokens_.size(); ++k) {
      if (tokens_[k].text == left) ++depth;
      if (tokens_[k].text == right && --depth == 0) break;
    }
    return k;
  }

  static bool type_word(std::string_view t) {
    return t == "class" || t == "struct" || t == "union" || t == "enum";
  }

  std::string name(std::size_t i) const {
    for (std::size_t k = head_ + 1; k < i; ++k) {
      if (tokens_[k].text != "(" || !word(tokens_[k - 1].text.back())) continue;
      std::string found(tokens_[k - 1].text);
      if (found == "TEST" || found == "TEST_F" || found == "TEST_P") {
        return k + 3 < i ? std::string(tokens_[k + 3].text) : found;
      }
      return found;
    }
    return "?";
  }

  std::vector<Token> tokens_;
  std::vector<Scope> open_;
  std::vector<Function> found_;
  std::size_t head_ = 0;  // the first token of the current statement
  int parens_ = 0;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

File make_file(std::string path, std::string text) {
  File file{std::move(path), std::move(text), {}, {}, {}};
  if (file.cpp()) {
    file.code = Blanker(file.text, Keep::kCode).run();
    file.bare = Blanker(file.text, Keep::kCodeAndLiterals).run();
  }
  file.lines = split_lines(file.text);
  return file;
}

std::vector<Token> tokens_of(std::string_view code) {
  std::vector<Token> out;
  std::size_t line = 1;
  for (std::size_t i = 0; i < code.size();) {
    std::size_t n = 1;
    if (code[i] == '\n') ++line;
    if (word(code[i])) {
      while (i + n < code.size() && (word(code[i + n]) || code[i + n] == '\'')) ++n;
    } else if (code.substr(i, 2) == "::" || code.substr(i, 2) == "->") {
      n = 2;
    }
    if (std::isspace(static_cast<unsigned char>(code[i])) == 0) {
      out.push_back({code.substr(i, n), line});
    }
    i += n;
  }
  return out;
}

std::vector<Include> includes_of(const File& file) {
  constexpr std::string_view kStart = "#include \"";
  std::vector<Include> out;
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string_view line = file.lines[i];
    if (!line.starts_with(kStart)) continue;
    const std::size_t end = line.find('"', kStart.size());
    out.push_back({i + 1, std::string(line.substr(kStart.size(), end - kStart.size()))});
  }
  return out;
}

std::vector<Function> functions_of(const File& file) { return Bodies(tokens_of(file.code)).run(); }

}  // namespace tidy
