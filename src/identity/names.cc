// SPDX-License-Identifier: Apache-2.0
#include "identity/names.h"

#include <algorithm>

#include "base/bytes.h"

namespace identity {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool is_name(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && text.front() != ' ' && text.back() != ' ' &&
         base::printable(text) == text;
}

bool is_plain_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::kNameBytes && is_alphanumeric(text.front()) &&
         std::ranges::all_of(
             text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace identity
