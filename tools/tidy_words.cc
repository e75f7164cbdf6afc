// SPDX-License-Identifier: Apache-2.0
// Banned words and calls, each with what to write instead.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "tidy.h"

namespace tidy {
namespace {

struct Word {
  std::string_view word;
  std::string_view instead;
};
constexpr std::array kWords{
    Word{"manager", "say what it owns or does: Pool, Table, Supervisor"},
    Word{"helper", "name the verb that it performs"},
    Word{"util", "put it beside its subject"},
    Word{"utils", "put each part beside its subject"},
    Word{"utility", "put it beside its subject"},
    Word{"handler", "name the event and the act: on_frame, answer_call"},
    Word{"service", "name the thing: Door, Upstream, Server"},
    Word{"engine", "name what it computes: Decision, Interpreter"},
    Word{"processor", "name the stage: Parser, Scrubber"},
    Word{"common", "put it into base/ or the folder that owns it"},
    Word{"misc", "one file a subject"},
};

// "HTTPHandler_v2" gives http, handler, v2 (in lower case).
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> out(1);
  const auto upper = [&](std::size_t i) {
    return i < name.size() && std::isupper(static_cast<unsigned char>(name[i])) != 0;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool letter = std::isalnum(static_cast<unsigned char>(name[i])) != 0;
    const bool lower_next = i + 1 < name.size() && !upper(i + 1);
    const bool starts = upper(i) && i > 0 && (!upper(i - 1) || lower_next);
    if (!letter || starts) out.emplace_back();
    if (letter) out.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return out;
}

void check_name(const File& f, std::size_t line, std::string_view name, Findings& out) {
  for (const std::string& part : words_of(name)) {
    for (const Word& w : kWords) {
      if (part != w.word && part != std::string(w.word) + "s") continue;
      out.push_back({f.path, line, "name",
                     fmt::format("`{}` says nothing: `{}`; {}", w.word, name, w.instead)});
    }
  }
}

bool names_type(std::string_view before) {
  return before == "class" || before == "struct" || before == "enum" || before == "union" ||
         before == "namespace" || before == "concept" || before == "using";
}
bool qualifies(std::string_view before) {
  return before == "." || before == "->" || before == "::";
}

// A banned sequence of tokens. `where` narrows it.
enum class Where : unsigned char { kEverywhere, kShipped };
struct Call {
  std::array<std::string_view, 3> tokens;
  Where where;
  std::string_view instead;
};
constexpr auto kAll = Where::kEverywhere;
constexpr auto kSrc = Where::kShipped;  // src/ without its tests
constexpr std::array kCalls{
    Call{{"system", "("}, kAll, "starts a shell; let the runner exec an argv"},
    Call{{"popen", "("}, kAll, "starts a shell; let the runner exec an argv"},
    Call{{"strcpy", "("}, kAll, "no bound; use std::string"},
    Call{{"strcat", "("}, kAll, "no bound; use std::string"},
    Call{{"sprintf", "("}, kAll, "no bound; use fmt::format"},
    Call{{"vsprintf", "("}, kAll, "no bound; use fmt::format"},
    Call{{"sscanf", "("}, kAll, "hides errors; use std::from_chars"},
    Call{{"atoi", "("}, kAll, "hides errors; use std::from_chars"},
    Call{{"atol", "("}, kAll, "hides errors; use std::from_chars"},
    Call{{"gets", "("}, kAll, "no bound; read into a buffer of known size"},
    Call{{"alloca", "("}, kAll, "unbounded stack; use a vector"},
    Call{{"strtok", "("}, kAll, "hidden state; walk a string_view"},
    Call{{"tmpnam", "("}, kAll, "a race; use mkostemp or O_TMPFILE"},
    Call{{"mktemp", "("}, kAll, "a race; use mkostemp or O_TMPFILE"},
    Call{{"rand", "("}, kAll, "predictable; take a base::Random"},
    Call{{"srand", "("}, kAll, "predictable; take a base::Random"},
    Call{{"gmtime", "("}, kAll, "hidden state; use gmtime_r"},
    Call{{"localtime", "("}, kAll, "hidden state; use localtime_r"},
    Call{{"std", "::", "regex"}, kAll, "backtracks without bound; use RE2"},
    Call{{"std", "::", "endl"}, kAll, "flushes every time; write \\n"},
    Call{{"std", "::", "cout"}, kSrc, "hidden state; fmt::print to the stream you were given"},
    Call{{"using", "namespace", "std"}, kAll, "name what you use"},
    Call{{"mt19937", ""}, kSrc, "predictable; take a base::Random"},
    Call{{"random_device", ""}, kSrc, "tests cannot replace it; take a base::Random"},
    Call{{"system_clock", "::", "now"}, kSrc, "tests cannot replace it; take a base::Clock"},
    Call{{"steady_clock", "::", "now"}, kSrc, "tests cannot replace it; take a base::Clock"},
    Call{{"sleep_for", "("}, kSrc, "blocks the loop; wait with a deadline"},
    Call{{"usleep", "("}, kSrc, "blocks the loop; wait with a deadline"},
    Call{{"sleep", "("}, kSrc, "blocks the loop; wait with a deadline"},
    Call{{"detach", "("}, kAll, "nobody joins it; keep the thread in an owner"},
};

bool matches(const std::vector<Token>& tokens, std::size_t i, const Call& call) {
  for (std::size_t k = 0; k < call.tokens.size() && !call.tokens[k].empty(); ++k) {
    if (i + k >= tokens.size() || tokens[i + k].text != call.tokens[k]) return false;
  }
  const bool member = i > 0 && (tokens[i - 1].text == "." || tokens[i - 1].text == "->");
  return !member || call.tokens[0] == "detach";
}

std::string written(const Call& call) {
  return fmt::format("{}{}{}", call.tokens[0], call.tokens[1], call.tokens[2]);
}

void check_throw(const File& f, const Token& t, const Layers& layers, Findings& out) {
  if (t.text != "throw" || !f.under("src/") || f.test() || layers.throws.contains(f.path)) return;
  out.push_back({f.path, t.line, "call",
                 "`throw`; return a base::Result (or list the file under `throws` in layers.txt)"});
}

// Three macros are enough: TRY, TRY_AS and CHECK.
void check_macros(const File& f, Findings& out) {
  // A file whose macros only write rows of a table says so, with the reason.
  if (f.text.find("// MACROS: ") != std::string::npos) return;
  constexpr std::string_view kDefine = "#define ";
  for (std::size_t i = 0; i < f.lines.size(); ++i) {
    const std::string_view line = f.lines[i];
    if (!line.starts_with(kDefine) || f.path == "src/base/result.h") continue;
    const std::size_t end = line.find_first_of(" (", kDefine.size());
    if (end == std::string_view::npos || line[end] != '(') continue;
    out.push_back({f.path, i + 1, "macro", "a macro with arguments; write a function"});
  }
}

}  // namespace

void check_names(const File& f, Findings& out) {
  const bool code = f.under("src/") || f.under("tools/") || f.under("tests/") || f.under("fuzz/") ||
                    f.under("bench/") || f.under("spec/");
  if (code) check_name(f, 0, f.path, out);
  const std::vector<Token> tokens = tokens_of(f.code);
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    std::string_view before = tokens[i - 1].text;
    if (before == "class" && i > 1 && tokens[i - 2].text == "enum") before = "enum";
    if (before == "]" && i >= 6) before = tokens[i - 6].text;  // class [[nodiscard]] Name
    const bool called = i + 1 < tokens.size() && tokens[i + 1].text == "(";
    if (names_type(before) || (called && !qualifies(tokens[i - 1].text))) {
      check_name(f, tokens[i].line, tokens[i].text, out);
    }
  }
}

void check_calls(const File& f, const Layers& layers, Findings& out) {
  const bool shipped = f.under("src/") && !f.test() && f.path != "src/base/clock.cc";
  const std::vector<Token> tokens = tokens_of(f.code);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    for (const Call& call : kCalls) {
      if (call.where == Where::kShipped && !shipped) continue;
      if (!matches(tokens, i, call)) continue;
      out.push_back(
          {f.path, tokens[i].line, "call", fmt::format("`{}`: {}", written(call), call.instead)});
    }
    check_throw(f, tokens[i], layers, out);
  }
  if (f.cpp()) check_macros(f, out);
}

}  // namespace tidy
