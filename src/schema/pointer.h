// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// JSON Pointer (RFC 6901): which part of a value is meant, as a configuration names the kept fields
// of an answer. Trust zone: gateway, session, egress, cli.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/value.h"

namespace schema {

// A parsed pointer. The empty one means the whole value.
class Pointer {
 public:
  // `text` is "" or begins with '/'; '~0' is '~', '~1' is '/'. kInvalid: another beginning, another
  // '~', malformed UTF-8, or more than kDepthCap steps.
  static base::Result<Pointer> parse(std::string_view text);

  // The part of `root` that is meant; null if there is none. An item of an array is named by its
  // index in decimal without leading zeros; "-" (the item after the last) is never there.
  const Value* find(const Value& root) const;

  const std::vector<std::string>& steps() const { return steps_; }
  std::string text() const;

 private:
  std::vector<std::string> steps_;
};

}  // namespace schema
