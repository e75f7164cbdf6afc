// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The user's own words in one session, as far as the door is declared to carry them, and whether a
// value stands whole in them: "named by the user" (DESIGN §4). The value only is trusted by that;
// what led to the call keeps its label. Trust zone: monitor.
#pragma once

#include <string>
#include <string_view>

namespace monitor {

class UserWords {
 public:
  // LIMIT: the last so many bytes are kept; what was said before is no longer named.
  static constexpr std::size_t kBytes = 64 * 1024;

  // What the user wrote in a turn.
  void said(std::string_view text);
  // The arguments of a direct call, one JSON object: its scalars are the user's words. A string
  // with escapes is kept as it is spelled, so its value is not found.
  void typed(std::string_view json);

  // Whether `value` stands in the words with nothing around it but white space, quotes, brackets
  // and, behind it, the punctuation that ends a phrase: "eve@x.org" is not named by
  // "mallory.eve@x.org", nor 1 by "1,000". False for an empty value.
  bool name(std::string_view value) const;

 private:
  void trim();
  std::string text_;
};

}  // namespace monitor
