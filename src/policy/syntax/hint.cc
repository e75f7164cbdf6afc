// SPDX-License-Identifier: Apache-2.0
#include "policy/syntax/hint.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace policy {
namespace {

constexpr std::size_t kLongestKeyword = 16;

// Levenshtein distance; both are short.
std::size_t distance(std::string_view a, std::string_view b) {
  std::array<std::size_t, kLongestKeyword + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({change, above + 1, row[j - 1] + 1});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool wants(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string sign_hint(const Mistake& m) {
  if (m.found == "'" || m.found == "`") return "strings stand in double quotes";
  if (m.found == "}" && m.before == ",") return "there is no comma after the last element";
  if (m.found == "=" && wants(m.signs, "==")) return "equality is ==";
  if (m.found == "!=") return "write not (a == b), or begin the file with language yett 1;";
  if (m.found == "&&" || (m.found == "&" && wants(m.words, "and"))) return "write and";
  if (m.found == "|" && wants(m.words, "or")) return "write or";
  if (m.found == "!") return "write not";
  if (m.found == "+") return "a number has no plus sign; only +inf has";
  if (m.found == ";" && m.before == "}") return "no semicolon stands after a block";
  if (m.found.substr(0, 3) == "///")
    return "a doc comment stands before a declaration, a member or a statement; else write //";
  if (m.before.substr(0, 3) == "///")
    return "a doc comment stands before what it describes; else write //";
  if (m.found == "#") return "a comment begins with //";
  if (wants(m.signs, ";")) return "a statement ends with ;";
  return "";
}

std::string word_hint(const Mistake& m) {
  if (m.found == "matching" || m.found == "like")
    return m.found == "like" ? "write x.value in {str like w\"...\"}"
                             : "write x.value in {str matching r\"...\"}";
  if (m.found == "value" && m.before == ".") return ".value is one word: no space after the dot";
  if (m.found == "true" || m.found == "false") return "a boolean in a set is bool true";
  if (m.found == "not" && m.before == "is") return "write not (x is ...)";
  if (m.found == "language") return "language yett 1; stands before everything else";
  if (m.found == "overlaps" || m.found == "subset" || m.found == "superset" || m.found == "is")
    return "to its left stands x.tags or the like, not a name, a set or parentheses";
  const std::string small = lower(m.found);
  if (small != m.found && wants(m.words, small)) return "keywords are lower case: " + small;
  const std::string_view near = nearest(m.found, m.words);
  if (!near.empty()) return fmt::format("did you mean {}?", near);
  return "";
}

bool is_letter(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  std::string_view best;
  std::size_t least = std::min<std::size_t>(2, word.size() / 2) + 1;
  if (word.size() > 2 * kLongestKeyword) return best;
  for (const std::string_view candidate : words) {
    if (candidate.size() > kLongestKeyword) continue;
    const std::size_t edits = distance(word, candidate);
    if (edits < least) {
      least = edits;
      best = candidate;
    }
  }
  return best;
}

std::string hint_of(const Mistake& m) {
  if (m.found.empty()) return sign_hint(m);
  return is_letter(m.found[0]) ? word_hint(m) : sign_hint(m);
}

}  // namespace policy
