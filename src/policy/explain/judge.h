// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One element of a set against one value or name: docs/reference/policy.md §4. Slow and plain; the
// compiled form has its own. Trust zone: supervisor; reads texts of hostile calls.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/tree.h"

namespace re2 {
class RE2;
}

namespace policy::tracing {

// A value that a comparison reads.
struct Datum {
  enum class Kind : std::uint8_t { kString, kNumber, kBool, kNull, kInstant };
  Kind kind = Kind::kNull;
  std::string text;
  Number number;
  bool truth = false;
  Instant instant;
};

// "a string", "a number", ...
std::string_view kind_name(Datum::Kind kind);

class Judge {
 public:
  explicit Judge(bool search);  // patterns match anywhere in a value
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  // kInvalid: `datum` is a text without the canonical form that the domain compares, or the
  // pattern is none.
  base::Result<bool> takes(const Element& element, const Datum& datum);
  // As a name of a label: only strings, patterns and wildcards take any.
  bool takes_name(const Element& element, const std::string& name);
  // Tool ids: the whole name, whatever `search` says.
  bool is_tool(const ToolId& id, const std::string& tool);

 private:
  base::Result<bool> takes_text(const Element& element, const std::string& text);
  base::Result<bool> matches(const std::string& pattern, const std::string& text, bool anywhere);

  bool search_;
  std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> patterns_;
};

}  // namespace policy::tracing
