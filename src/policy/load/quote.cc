// SPDX-License-Identifier: Apache-2.0
#include "policy/load/quote.h"

#include <fmt/format.h>

namespace policy {
namespace {

std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\t') out += "\\t";
    else if (byte < 0x20) out += fmt::format("\\u{:04x}", byte);
    else out += c;
  }
  return out + '"';
}

}  // namespace

std::string policy_string(std::string_view text) { return escaped(text); }
std::string json_string(std::string_view text) { return escaped(text); }

}  // namespace policy
