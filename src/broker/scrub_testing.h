// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// For the tests of the scrubber: sets from plain strings, and encoders written apart from the code
// under test. Trust zone: tests.
#pragma once

#include <cctype>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/result.h"
#include "broker/scrub.h"
#include "broker/scrub_set.h"

namespace broker::testing {

inline std::shared_ptr<const ScrubSet> set_of(const std::vector<std::string>& values) {
  std::vector<Secret> secrets;
  std::vector<std::string> handles;
  std::vector<ScrubSet::Named> named;
  for (std::string value : values) secrets.push_back(Secret::take(value));
  for (std::size_t i = 0; i < values.size(); ++i) handles.push_back("h" + std::to_string(i));
  for (std::size_t i = 0; i < values.size(); ++i) named.push_back({handles[i], &secrets[i]});
  auto set = ScrubSet::compile(named);
  CHECK(set.ok());
  return *set;
}

struct Encoding {
  std::string_view name;
  std::string (*encode)(std::string_view);
};

template <class PerByte> std::string each(std::string_view s, PerByte f) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) out += f(static_cast<unsigned char>(s[i]), i);
  return out;
}
inline std::string one(unsigned char c) { return std::string(1, static_cast<char>(c)); }
inline std::string percent(unsigned char c) { return fmt::format("%{:02X}", c); }
inline std::string json(unsigned char c) { return fmt::format("\\u{:04x}", c); }

inline std::string all_percent(std::string_view s) {
  return each(s, [](unsigned char c, std::size_t) { return percent(c); });
}
inline std::string all_json(std::string_view s) {
  return each(s, [](unsigned char c, std::size_t) { return json(c); });
}
inline std::string utf16_of_ascii(std::string_view s, bool little) {
  return each(
      s, [&](unsigned char c, std::size_t) { return little ? one(c) + one(0) : one(0) + one(c); });
}
inline std::string json_nul(std::string_view s) {
  return each(s, [](unsigned char c, std::size_t) { return c == 0 ? json(0) : one(c); });
}
inline std::string mixed_hex(std::string_view s) {
  std::string hex = base::hex(s);
  for (std::size_t i = 0; i < hex.size(); i += 3) hex[i] = static_cast<char>(std::toupper(hex[i]));
  return hex;
}
inline std::string unpadded(std::string s) {
  while (!s.empty() && s.back() == '=') s.pop_back();
  return s;
}

inline std::vector<Encoding> plain_and_percent() {
  using V = std::string_view;
  return {
      {"raw", [](V s) { return std::string(s); }},
      {"base64", [](V s) { return base::base64(s); }},
      {"base64 unpadded", [](V s) { return unpadded(base::base64(s)); }},
      {"base64url", [](V s) { return base::base64(s, base::Base64::kUrl); }},
      {"base64 of Bearer",
       [](V s) { return base::base64("Authorization: Bearer " + std::string(s)); }},
      {"base64 of user:", [](V s) { return base::base64("me:" + std::string(s) + "\r\nX: y"); }},
      {"base64url of ab",
       [](V s) { return base::base64("ab" + std::string(s) + "c", base::Base64::kUrl); }},
      {"hex", [](V s) { return base::hex(s); }},
      {"hex mixed", mixed_hex},
      {"percent", all_percent},
      {"percent lower half",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t i) {
           return i % 2 ? fmt::format("%{:02x}", c) : one(c);
         });
       }},
      {"percent one",
       [](V s) {
         return each(s, [&](unsigned char c, std::size_t i) {
           return i == s.size() / 2 ? percent(c) : one(c);
         });
       }},
      {"percent all but one",
       [](V s) {
         return each(s, [&](unsigned char c, std::size_t i) {
           return i == s.size() / 2 ? one(c) : percent(c);
         });
       }},
      {"percent twice", [](V s) { return all_percent(all_percent(s)); }},
      {"percent %25",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t) { return fmt::format("%25{:02X}", c); });
       }},
  };
}

inline std::vector<Encoding> json_and_html() {
  using V = std::string_view;
  return {
      {"json", all_json},
      {"json first",
       [](V s) { return json(static_cast<unsigned char>(s[0])) + std::string(s.substr(1)); }},
      {"json last",
       [](V s) {
         return std::string(s.substr(0, s.size() - 1)) + json(static_cast<unsigned char>(s.back()));
       }},
      {"json upper",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t) { return fmt::format("\\u{:04X}", c); });
       }},
      {"json in json",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t i) {
           return i % 3 ? one(c) : fmt::format("\\\\u{:04x}", c);
         });
       }},
      {"json of json", [](V s) { return all_json(all_json(s)); }},
      {"percent in json", [](V s) { return all_json(all_percent(s)); }},
      {"html",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t i) {
           return i % 2 ? fmt::format("&#{};", c) : fmt::format("&#x{:X};", c);
         });
       }},
      {"html twice",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t) { return fmt::format("&amp;#{};", c); });
       }},
      {"x escapes",
       [](V s) {
         return each(s, [](unsigned char c, std::size_t) { return fmt::format("\\x{:02x}", c); });
       }},
  };
}

inline std::vector<Encoding> other_forms() {
  using V = std::string_view;
  return {
      {"utf16le", [](V s) { return utf16_of_ascii(s, true); }},
      {"utf16be", [](V s) { return utf16_of_ascii(s, false); }},
      {"utf16le json", [](V s) { return json_nul(utf16_of_ascii(s, true)); }},
      {"utf16be json", [](V s) { return json_nul(utf16_of_ascii(s, false)); }},
      {"reversed", [](V s) { return std::string(s.rbegin(), s.rend()); }},
      {"base64 of reversed", [](V s) { return base::base64(std::string(s.rbegin(), s.rend())); }},
      {"base64 percent", [](V s) { return all_percent(base::base64(s)); }},
      {"hex json", [](V s) { return all_json(base::hex(s)); }},
  };
}

// Every form that docs/reference/scrub.md promises, for ASCII secrets.
inline std::vector<Encoding> encodings() {
  std::vector<Encoding> all = plain_and_percent();
  for (const Encoding& encoding : json_and_html()) all.push_back(encoding);
  for (const Encoding& encoding : other_forms()) all.push_back(encoding);
  return all;
}

}  // namespace broker::testing
