// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The protected systems of the demo: what they answer to a request, right and wrong. They demand a
// credential, tell more than a caller needs, echo what they got, try to mislead the model and
// redirect to a thief. Trust zone: demo and tests only; plays the hostile outside world.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "demo/http_message.h"

namespace demo {

struct Mail {
  std::string to;
  std::string subject;
  std::string body;
};

class Protected {
 public:
  // `canary` is the credential that it demands.
  explicit Protected(std::string canary) : canary_(std::move(canary)) {}
  // Called with each mail that was accepted, as one line of JSON.
  void on_mail(std::function<void(std::string_view)> told) { told_ = std::move(told); }
  void set_ports(std::uint16_t own, std::uint16_t thief) { own_ = own, thief_ = thief; }

  // Answers at the first address.
  Reply answer(const Request& request);
  // Answers at the second: the thief's. Everything is welcome there, and counted.
  Reply steal(const Request& request);

  // "GET /path?appid=... HTTP/1.1 | Header, Header | body" for the record: names of headers, no
  // values, and the credential left out of the query where it belongs.
  std::string line_of(const Request& request) const;

 private:
  bool trusts(const Request& r) const;
  // The credential that came with it, right or wrong; empty if none.
  static std::string credential_of(const Request& r);
  Reply guarded(const Request& r);
  Reply weather(const Request& r) const;
  Reply echo(const Request& r) const;
  Reply take_mail(const Request& r);
  Reply mails() const;
  Reply stolen() const;

  std::string canary_;
  std::function<void(std::string_view)> told_;
  std::uint16_t own_ = 0;
  std::uint16_t thief_ = 0;
  std::vector<Mail> mails_;
  std::uint64_t thief_requests_ = 0;
  std::uint64_t thief_credentials_ = 0;
};

// Answers that no good server gives: /slow, /huge, /gzip, /bad-length, /bad-json, /sse, /cut,
// /code, /bad-text, /many-headers. Nothing if `request` is for none of them.
std::optional<Reply> odd_reply(const Request& request);

}  // namespace demo
