// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One reply of a model, put together from its deltas. Only the deltas of kinds kToolName, kToolId
// and kToolInput make calls: text that looks like a call is text. Trust zone: session (reads
// hostile text, one channel).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "wire/frames.h"

namespace session {

// A call as the model wrote it: nothing here has been checked.
struct AskedCall {
  std::string id;
  std::string name;
  std::string input;  // JSON text, or anything else
};

class ModelReply {
 public:
  // LIMIT: one reply, all kinds together; a context of a million tokens is about 4 MiB.
  static constexpr std::size_t kBytes = 4u << 20;
  // LIMIT: calls kept of one reply; further ones are only counted, and refuse the whole batch.
  static constexpr std::size_t kCalls = 1024;
  static constexpr std::size_t kNameBytes = 256;  // of a call's name and id

  // Takes the next delta. False: the reply is above its bound and must be given up.
  bool add(wire::DeltaKind kind, std::uint32_t index, std::string_view text);

  const std::string& text() const { return text_; }
  const std::string& finish() const { return finish_; }
  // How many calls were asked for, kept or not.
  std::size_t asked() const { return calls_.size() + unkept_; }
  // The calls by index. Valid only when the reply has ended: before, each may be half of itself.
  std::vector<AskedCall> take_calls();

 private:
  AskedCall* call_at(std::uint32_t index);

  std::string text_;
  std::string finish_;
  std::map<std::uint32_t, AskedCall> calls_;
  std::size_t unkept_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace session
