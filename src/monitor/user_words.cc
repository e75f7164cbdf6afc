// SPDX-License-Identifier: Apache-2.0
#include "monitor/user_words.h"

namespace monitor {
namespace {

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_blank(char c) { return is_one_of(c, " \t\r\n"); }
bool opens(char c) { return is_blank(c) || is_one_of(c, "\"'`(<[{"); }
bool closes(char c) { return is_blank(c) || is_one_of(c, "\"'`)>]}"); }

// Nothing of the value's own word behind it: a blank, or punctuation that a blank follows.
bool ends_word(std::string_view rest) {
  if (rest.empty() || closes(rest[0])) return true;
  return is_one_of(rest[0], ".,;:!?") && (rest.size() == 1 || closes(rest[1]));
}

}  // namespace

void UserWords::said(std::string_view text) {
  text_ += '\n';
  text_ += text;
  trim();
}

void UserWords::typed(std::string_view json) {
  text_ += '\n';
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\' && i + 1 < json.size()) {
      text_ += c;
      text_ += json[++i];
      continue;
    }
    quoted ^= c == '"';
    text_ += !quoted && is_one_of(c, "{}[],:") ? ' ' : c;
  }
  trim();
}

// The word that the bound cuts is dropped whole.
void UserWords::trim() {
  if (text_.size() <= kBytes) return;
  text_.erase(0, text_.size() - kBytes);
  text_.erase(0, text_.find_first_of(" \t\r\n"));
}

bool UserWords::name(std::string_view value) const {
  if (value.empty()) return false;
  const std::string_view text = text_;
  for (std::size_t at = text.find(value); at != std::string_view::npos;
       at = text.find(value, at + 1)) {
    const bool begins = at == 0 || opens(text[at - 1]);
    if (begins && ends_word(text.substr(at + value.size()))) return true;
  }
  return false;
}

}  // namespace monitor
