// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Reads one HTTP/1.1 response out of a hostile server's bytes, piece by piece, within bounds.
// Pure: bytes in, body bytes out. Boost.Beast parses, behind this header. Trust zone: egress.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/reason.h"

namespace egress {

inline constexpr std::size_t kResponseHeaderBytes = 32 * 1024;  // status line and all fields
inline constexpr std::size_t kResponseHeaders = 100;
inline constexpr std::size_t kInterimResponses = 8;        // 100, 102, 103 before the real one
inline constexpr std::size_t kErrorBodyBytes = 64 * 1024;  // kept of an answer of 400 or above

class ResponseReader {
 public:
  // What the answer says it is, as far as a decoder cares.
  enum class Media : std::uint8_t { kOther, kJson, kLines, kEvents };

  // `head`: the request was HEAD, so no body follows. `max_body`: bytes, after chunks are joined.
  ResponseReader(bool head, std::uint64_t max_body);
  ~ResponseReader();

  // Takes the next bytes and appends to `body` what of the body they hold. kOk: go on, or done().
  // kRedirectRefused: a status of 3xx. kTooLarge: the body is, or says that it will be, above
  // max_body; or header bytes or count are above their bounds. kBadResponse: not HTTP/1.x; bare LF,
  // folded field, Content-Length twice or beside Transfer-Encoding, a transfer coding other than
  // chunked, a Content-Encoding other than identity, a protocol switch. An answer of 400 or above
  // is cut at kErrorBodyBytes and then done.
  base::Reason feed(std::string_view bytes, std::string& body);

  // The peer has closed its side in order. kOk if that completes the response.
  base::Reason end();

  bool header_done() const;
  bool done() const;
  bool reusable() const;         // after done(): the connection may carry another request
  int keep_alive_s() const;      // what "Keep-Alive: timeout=" says; -1: nothing
  std::uint16_t status() const;  // 0 until header_done()
  Media media() const;
  std::uint64_t body_bytes() const;  // so far, also beyond what was kept of an error

 private:
  class Parser;
  base::Reason feed_parser(std::string_view bytes);
  base::Reason next_response();

  bool head_;
  std::uint64_t max_body_;
  std::unique_ptr<Parser> parser_;
  std::string pending_;  // bytes that the parser could not use yet
  std::size_t interim_ = 0;
  bool trailing_ = false;  // bytes after the end
};

}  // namespace egress
