// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The messages between the broker and an egress. Identity is bound to the channel
// and is never sent again. Who may send which, and when: wire/permits.h. Trust zone: all programs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/frame.h"
#include "wire/manifest.h"
#include "wire/value.h"

namespace wire {

struct Header {
  std::string name;
  std::string value;
  template <class V> void visit(V& v) { v(name, value); }
};
// One rendered request. It holds one credential, so its buffers are wiped after use.
struct Request {
  static constexpr FrameType kType = FrameType::kRequest;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  static constexpr bool kSensitive = true;
  base::RequestId request;
  Method method = Method::kGet;
  std::string target;  // origin form: path ["?" query]
  std::vector<Header>
      headers;  // without Host, Content-Length, Connection, Accept-Encoding: egress adds these
  std::string body;
  Decode decode = Decode::kJson;
  std::vector<KeptField> keep;
  bool select = false;  // an empty `keep` is nothing of the answer, not all of it
  bool stream = false;
  std::uint32_t timeout_ms = 0;
  std::uint32_t max_answer_bytes = 0;
  template <class V> void visit(V& v) {
    v(request, method, target, headers, body, decode, keep, select, stream, timeout_ms,
      max_answer_bytes);
  }
};
struct CancelRequest {
  static constexpr FrameType kType = FrameType::kCancelRequest;
  static constexpr std::size_t kMaxBytes = 64;
  base::RequestId request;
  template <class V> void visit(V& v) { v(request); }
};
struct Sent {  // egress → broker: the connection stands, the first byte is about to leave
  static constexpr FrameType kType = FrameType::kSent;
  static constexpr std::size_t kMaxBytes = 64;
  base::RequestId request;
  template <class V> void visit(V& v) { v(request); }
};
struct AnswerDelta {  // egress → broker: not yet scrubbed
  static constexpr FrameType kType = FrameType::kAnswerDelta;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId request;
  DeltaKind kind = DeltaKind::kText;
  std::uint32_t index = 0;
  std::string text;
  template <class V> void visit(V& v) { v(request, kind, index, text); }
};
struct Answer {  // egress → broker: the one closing reply of a Request
  static constexpr FrameType kType = FrameType::kAnswer;
  static constexpr std::size_t kMaxBytes = base::limits::kBodyBytes;
  base::RequestId request;
  base::Reason reason = base::Reason::kOk;
  bool sent = false;  // a byte of the request may have left
  std::uint16_t http_status = 0;
  std::string content;
  std::uint64_t answer_bytes = 0;
  template <class V> void visit(V& v) {
    v(request, reason, sent, http_status, content, answer_bytes);
  }
};

}  // namespace wire
