// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The parts of a url, before each is brought into its form: docs/reference/policy.md §4, `url`.
// Trust zone: tests.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace spec {

// The text between the marks: "a//b" by '/' is "a", "", "b".
std::vector<std::string> split(const std::string& text, char mark);

struct UrlParts {
  std::string scheme;
  std::string host;  // without brackets
  bool bracketed = false;
  std::string port;  // as written; empty: none
  std::string path;  // begins with /
};
// Nothing if `text` is not scheme://host[:port]/path[?query], or holds what no url may.
std::optional<UrlParts> url_parts(const std::string& text);

// 1..65535 without a leading zero; without one the default of http and https; else nothing.
std::optional<int> port_of(const std::string& scheme, const std::string& port);

// Escapes of unreserved characters (RFC 3986 §2.3) decoded, others in upper case. Nothing if one
// is broken, stands for `/`, `\` or NUL, or makes a dot segment.
std::optional<std::string> decoded_path(const std::string& path);

}  // namespace spec
