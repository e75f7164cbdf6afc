// SPDX-License-Identifier: Apache-2.0
#include "tests/plan/shrink.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace plan_test {
namespace {

using Pieces = std::vector<std::string>;

std::string joined(const Pieces& pieces) {
  std::string out;
  for (const std::string& piece : pieces) out += piece;
  return out;
}

Pieces lines_of(const std::string& source) {
  Pieces lines;
  for (std::size_t at = 0; at < source.size();) {
    const std::size_t end = std::min(source.find('\n', at), source.size() - 1) + 1;
    lines.push_back(source.substr(at, end - at));
    at = end;
  }
  return lines;
}

std::size_t indent_of(const std::string& line) { return line.find_first_not_of(' '); }

// One past the last line that hangs below `at`.
std::size_t end_of_block(const Pieces& lines, std::size_t at) {
  std::size_t end = at + 1;
  while (end < lines.size() && indent_of(lines[end]) > indent_of(lines[at])) ++end;
  return end;
}

bool word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Words, strings, indentations and single signs: joined they are the text again.
Pieces tokens_of(const std::string& source) {
  Pieces out;
  for (std::size_t at = 0; at < source.size();) {
    std::size_t end = at + 1;
    if (word(source[at]))
      while (end < source.size() && word(source[end])) ++end;
    else if (source[at] == '\'') end = std::min(source.find('\'', at + 1), source.size() - 1) + 1;
    else if (source[at] == '\n')
      while (end < source.size() && source[end] == ' ') ++end;
    else if (source[at] == ' ')
      while (end < source.size() && source[end] == ' ') ++end;
    out.push_back(source.substr(at, end - at));
    at = end;
  }
  return out;
}

class Shrinker {
 public:
  Shrinker(const std::function<bool(const std::string&)>& shows, std::size_t tries)
      : shows_(shows), left_(tries) {}

  bool better(const std::string& candidate, std::string& best) {
    if (left_ == 0 || candidate.size() >= best.size()) return false;
    --left_;
    if (!shows_(candidate)) return false;
    best = candidate;
    return true;
  }

  bool drop_lines(std::string& best) {
    bool any = false;
    for (std::size_t i = lines_of(best).size(); i-- > 0;) {
      const Pieces lines = lines_of(best);
      if (i >= lines.size()) continue;
      const std::size_t end = end_of_block(lines, i);
      Pieces without(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(i));
      Pieces lifted = without;
      for (std::size_t k = i + 1; k < end; ++k) lifted.push_back(lines[k].substr(2));
      without.insert(without.end(), lines.begin() + static_cast<std::ptrdiff_t>(end), lines.end());
      lifted.insert(lifted.end(), lines.begin() + static_cast<std::ptrdiff_t>(end), lines.end());
      any = better(joined(without), best) || (end > i + 1 && better(joined(lifted), best)) || any;
    }
    return any;
  }

  bool drop_tokens(std::string& best) {
    bool any = false;
    for (std::size_t length : {24, 12, 6, 5, 4, 3, 2, 1})
      for (std::size_t i = 0; i + length <= tokens_of(best).size(); ++i) {
        const Pieces tokens = tokens_of(best);
        Pieces without(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(i));
        Pieces zero = without;
        const auto rest = tokens.begin() + static_cast<std::ptrdiff_t>(i + length);
        without.insert(without.end(), rest, tokens.end());
        zero.push_back("0");
        zero.insert(zero.end(), rest, tokens.end());
        any = better(joined(without), best) || (length > 1 && better(joined(zero), best)) || any;
        if (left_ == 0) return false;
      }
    return any;
  }

 private:
  const std::function<bool(const std::string&)>& shows_;
  std::size_t left_;
};

}  // namespace

std::string shrink(std::string source, const std::function<bool(const std::string&)>& shows,
                   std::size_t tries) {
  Shrinker shrinker(shows, tries);
  while (shrinker.drop_lines(source)) continue;
  while (shrinker.drop_tokens(source) || shrinker.drop_lines(source)) continue;
  return source;
}

}  // namespace plan_test
