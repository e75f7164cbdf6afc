// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub_forms.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/limits.h"

namespace broker {
namespace {

constexpr std::string_view kSpace = " \t\r\n\v\f";

// The characters of base64(`before` unknown bytes + `secret` + anything) that depend on `secret`
// alone. Character c covers the bits 6c..6c+5.
std::string inner_base64(std::string_view secret, std::size_t before, base::Base64 alphabet) {
  std::string shifted(before, '\0');
  shifted += secret;
  std::string all = base::base64(shifted, alphabet);
  const std::size_t first = (8 * before + 5) / 6;
  const std::size_t last = 8 * shifted.size() / 6;
  std::string inner = all.substr(first, last - first);
  base::wipe(shifted);
  base::wipe(all);
  return inner;
}

void add_base64(std::string_view secret, Form form, std::vector<Literal>& out) {
  for (std::size_t before = 0; before < 3; ++before) {
    for (const auto alphabet : {base::Base64::kStandard, base::Base64::kUrl}) {
      out.push_back({inner_base64(secret, before, alphabet), form, false});
    }
  }
}

// The code point at the front of `s`, taken off; a byte of malformed UTF-8 stands for itself.
char32_t next_code_point(std::string_view& s, bool utf8) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  std::size_t size = 1;
  char32_t code = lead;
  if (utf8 && lead >= 0xc0) {
    size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    code = lead & (0x7fu >> size);
    for (std::size_t i = 1; i < size; ++i) code = code << 6 | (byte(i) & 0x3fu);
  }
  s.remove_prefix(size);
  return code;
}

std::u16string utf16(std::string_view s) {
  const bool utf8 = base::is_utf8(s);
  std::u16string out;
  while (!s.empty()) {
    const char32_t code = next_code_point(s, utf8);
    if (code < 0x10000) {
      out += static_cast<char16_t>(code);
      continue;
    }
    out += static_cast<char16_t>(0xd800 + ((code - 0x10000) >> 10));
    out += static_cast<char16_t>(0xdc00 + ((code - 0x10000) & 0x3ff));
  }
  return out;
}

// Both byte orders without the zero byte at the outer end: for ASCII the two are then the same
// literal, which also matches where a reader dropped that byte.
void add_utf16(std::string_view secret, std::vector<Literal>& out) {
  std::string little;
  std::string big;
  for (const char16_t unit : utf16(secret)) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xff);
    little += {low, high};
    big += {high, low};
  }
  if (little.back() == '\0') little.pop_back();
  if (big.front() == '\0') big.erase(0, 1);
  out.push_back({std::move(little), Form::kUtf16, false});
  out.push_back({std::move(big), Form::kUtf16, false});
}

// By character where the secret is UTF-8, for that is how a reader reverses text; else by byte.
std::string reversed(std::string_view s) {
  std::string out(s.rbegin(), s.rend());
  if (!base::is_utf8(s)) return out;
  for (std::size_t i = 0; i < out.size();) {
    std::size_t size = 1;
    while ((static_cast<unsigned char>(out[i + size - 1]) & 0xc0) == 0x80) ++size;
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(i),
                 out.begin() + static_cast<std::ptrdiff_t>(i + size));
    i += size;
  }
  return out;
}

}  // namespace

std::string_view trimmed(std::string_view secret) {
  const std::size_t first = secret.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return secret.substr(first, secret.find_last_not_of(kSpace) - first + 1);
}

std::vector<Literal> literals_of(std::string_view secret) {
  std::vector<Literal> out;
  if (secret.empty()) return out;
  out.push_back({std::string(secret), Form::kPlain, false});
  if (secret.size() < base::limits::kSecretMinBytes) return out;
  std::string backwards = reversed(secret);
  add_base64(secret, Form::kBase64, out);
  out.push_back({base::hex(secret), Form::kHex, true});
  add_utf16(secret, out);
  add_base64(backwards, Form::kReversedBase64, out);
  out.push_back({std::move(backwards), Form::kReversed, false});
  return out;
}

}  // namespace broker
