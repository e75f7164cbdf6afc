// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Writes the answers of file tools as JSON. Only a writer: nothing in the runner reads JSON.
// Trust zone: runner; pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runner/workspace/result.h"

namespace workspace {

// One object or array after another, commas put by itself. `out` outlives it.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}
  JsonText& open(char bracket);   // '{' or '['
  JsonText& close(char bracket);  // '}' or ']'
  JsonText& key(std::string_view name);
  // As a JSON string, malformed bytes as U+FFFD.
  JsonText& text(std::string_view value);
  JsonText& number(std::uint64_t value);
  JsonText& boolean(bool value);

 private:
  void separate();
  std::string& out_;
  bool fresh_ = true;  // nothing stands since the last bracket or key
};

// The members that OAP's tools have (`content`, `success`, `results`, `files`, `diff`), then ours.
std::string json_of(const ReadAnswer& answer);
std::string json_of(const ChangeAnswer& answer, std::string_view message);
std::string json_of(const ListAnswer& answer);
std::string json_of(const SearchAnswer& answer);
std::string json_of(const StatAnswer& answer, const Path& path);
std::string json_of(const DiffAnswer& answer);
// {"error": ..., "cause": slug}
std::string json_of(const Failure& failure);

}  // namespace workspace
