// SPDX-License-Identifier: Apache-2.0
#include "conformance/scenarios_reader.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "broker/scrub.h"

namespace conformance {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

std::string_view trimmed(std::string_view s) {
  const std::size_t begin = s.find_first_not_of(kSpace);
  if (begin == s.npos) return {};
  return s.substr(begin, s.find_last_not_of(kSpace) - begin + 1);
}

// What an escape at the front of a text says, and how long it is.
struct Decoded {
  std::string bytes;
  std::size_t length = 0;
};

std::optional<unsigned> number(std::string_view digits, int base) {
  unsigned value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return {};
  return value;
}

std::string utf8(unsigned c) {
  const auto byte = [](unsigned b) { return static_cast<char>(b); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xc0 | c >> 6), byte(0x80 | (c & 0x3f))};
  if (c < 0x10000)
    return {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 0x3f)), byte(0x80 | (c & 0x3f))};
  return {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 0x3f)), byte(0x80 | (c >> 6 & 0x3f)),
          byte(0x80 | (c & 0x3f))};
}

std::optional<Decoded> percent(std::string_view s) {
  if (s.size() < 3 || s[0] != '%') return {};
  if (s[1] == 'u' && s.size() >= 6) {
    if (const auto c = number(s.substr(2, 4), 16)) return Decoded{utf8(*c), 6};
  }
  const auto c = number(s.substr(1, 2), 16);
  if (!c) return {};
  return Decoded{{static_cast<char>(*c)}, 3};
}

std::optional<Decoded> json(std::string_view s) {
  if (s.size() < 2 || s[0] != '\\') return {};
  if (s[1] == 'u' && s.size() >= 6) {
    const auto high = number(s.substr(2, 4), 16);
    const bool pair = high && *high >= 0xd800 && *high < 0xdc00 && s.substr(6, 2) == "\\u";
    const auto low = pair ? number(s.substr(8, 4), 16) : std::nullopt;
    if (low) return Decoded{utf8(0x10000 + ((*high & 0x3ff) << 10) + (*low & 0x3ff)), 12};
    if (high) return Decoded{utf8(*high), 6};
  }
  if (s[1] == 'x' && s.size() >= 4) {
    if (const auto c = number(s.substr(2, 2), 16)) return Decoded{{static_cast<char>(*c)}, 4};
  }
  constexpr std::string_view kLetters = "ntrbf";
  constexpr std::string_view kMeant = "\n\t\r\b\f";
  if (const std::size_t at = kLetters.find(s[1]); at != kLetters.npos)
    return Decoded{{kMeant[at]}, 2};
  const auto c = static_cast<unsigned char>(s[1]);
  if (c < 0x80 && std::ispunct(c) != 0) return Decoded{{s[1]}, 2};
  return {};
}

std::optional<Decoded> html(std::string_view s) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  for (const auto& [name, meant] : kNamed)
    if (s.starts_with(name)) return Decoded{{meant}, name.size()};
  const std::size_t end = s.substr(0, 12).find(';');
  if (!s.starts_with("&#") || end == s.npos) return {};
  const bool hex = s[2] == 'x' || s[2] == 'X';
  const std::size_t from = hex ? 3 : 2;
  const auto c = end > from ? number(s.substr(from, end - from), hex ? 16 : 10) : std::nullopt;
  if (!c || *c > 0x10ffff) return {};
  return Decoded{utf8(*c), end + 1};
}

std::string unescaped(std::string_view s) {
  std::string out;
  while (!s.empty()) {
    std::optional<Decoded> found = percent(s);
    if (!found) found = json(s);
    if (!found) found = html(s);
    if (!found) found = Decoded{{s[0]}, 1};
    out += found->bytes;
    s.remove_prefix(found->length);
  }
  return out;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// The bytes that the digits of `s` stand for, once for each place within a byte where a run of
// digits may begin; between runs stands a byte that joins nothing.
template <class Digit>
std::vector<std::string> bytes_of(std::string_view s, Digit digit, unsigned bits) {
  const unsigned step = bits == 4 ? 4 : 2;
  std::vector<std::string> out;
  for (unsigned phase = 0; phase < 8; phase += step) {
    std::string& bytes = out.emplace_back();
    unsigned held = 0;
    unsigned held_bits = phase;
    for (const char c : s) {
      const int value = digit(c);
      if (value < 0) {
        bytes += '\x01';
        held = 0;
        held_bits = phase;
        continue;
      }
      held = (held << bits | static_cast<unsigned>(value)) & 0xffffu;
      held_bits += bits;
      if (held_bits < 8) continue;
      held_bits -= 8;
      bytes += static_cast<char>(held >> held_bits & 0xffu);
    }
  }
  return out;
}

std::string without_nul(std::string_view s) {
  std::string out(s);
  std::erase(out, '\0');
  return out;
}

bool holds(std::string_view text, std::string_view secret) {
  const std::string reversed(secret.rbegin(), secret.rend());
  std::vector<std::string> views{std::string(text), without_nul(text)};
  for (auto& bytes : bytes_of(text, base64_digit, 6)) views.push_back(std::move(bytes));
  for (auto& bytes : bytes_of(text, hex_digit, 4)) views.push_back(std::move(bytes));
  return std::ranges::any_of(views, [&](const std::string& view) {
    return view.find(secret) != view.npos || view.find(reversed) != view.npos;
  });
}

bool spells(std::string_view text, const std::vector<std::string>& secrets) {
  return std::ranges::any_of(secrets, [&](const auto& s) { return recoverable(text, s); });
}

// The stretch [begin, end) with up to `width` bytes at either side.
std::string_view widened(std::string_view text, std::size_t begin, std::size_t end,
                         std::size_t width) {
  begin -= std::min(begin, width);
  return text.substr(begin, std::min(end + width, text.size()) - begin);
}

// Whether one character less at either end would do as well: then the stretch takes a neighbour
// along. An escape's own backslash may be read both ways.
bool too_wide(std::string_view text, std::size_t begin, std::size_t end,
              const std::vector<std::string>& secrets) {
  std::size_t first = begin + 1;
  while (first < end && !spells(text.substr(begin, first - begin), secrets)) ++first;
  std::size_t last = end - 1;
  while (last > begin && !spells(text.substr(last, end - last), secrets)) --last;
  const bool front =
      text[begin] != '\\' && spells(text.substr(begin + 1, first - begin - 1), secrets);
  return front || spells(text.substr(last, end - 1 - last), secrets);
}

// Where the stretch ends that a marker stands for: from `at` to the first place where the text that
// was kept behind the marker goes on and that leaves a spelling of a secret before it. Npos:
// nowhere.
std::size_t replaced_until(std::string_view original, std::size_t at, std::string_view behind,
                           const std::vector<std::string>& secrets) {
  const std::string_view next = behind.substr(0, behind.find(broker::kRedacted));
  // A character of base64 at either end may stay, for it carries bits of a neighbour as well; it
  // may itself be spelled with an escape.
  for (const std::size_t width : {0u, 1u, 12u}) {
    for (std::size_t end = at + 1; end <= original.size(); ++end) {
      if (behind.empty()) end = original.size();
      if (original.substr(end, next.size()) != next) continue;
      if (spells(widened(original, at, end, width), secrets)) return end;
    }
  }
  return original.npos;
}

}  // namespace

bool recoverable(std::string_view text, std::string_view secret) {
  const std::string_view wanted = trimmed(secret);
  if (wanted.empty()) return false;
  std::string view(text);
  for (int level = 0; level <= 2; ++level) {
    if (holds(view, wanted)) return true;
    view = unescaped(view);
  }
  return false;
}

std::string damage(std::string_view original, std::string_view returned,
                   const std::vector<std::string>& secrets) {
  std::size_t at = 0;
  while (true) {
    const std::size_t marker = returned.find(broker::kRedacted);
    const std::string_view kept = returned.substr(0, marker);
    if (original.substr(at, kept.size()) != kept)
      return fmt::format("text beside the secret was changed near byte {}", at);
    at += kept.size();
    if (marker == returned.npos) break;
    returned.remove_prefix(marker + broker::kRedacted.size());
    const std::size_t end = replaced_until(original, at, returned, secrets);
    if (end == original.npos) return fmt::format("no secret stood where byte {} is replaced", at);
    if (too_wide(original, at, end, secrets))
      return fmt::format("more than the secret was replaced at byte {}", at);
    at = end;
  }
  return at == original.size() ? "" : "text behind the secret is missing";
}

}  // namespace conformance
