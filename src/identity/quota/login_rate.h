// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How often one source may fail to log in: GCRA (ITU-T I.371; a leaky bucket as one time a source).
// Successes cost nothing and forgive nothing. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "identity/quota/key_table.h"

namespace identity {

class LoginRate {
 public:
  struct Rules {
    std::int64_t burst = 10;                              // failures at once, at least 1
    std::int64_t each_us = std::int64_t{12} * 1'000'000;  // then one in this time, at least 1 us
    std::size_t sources = 65'536;                         // kept apart
  };
  LoginRate(const Rules& rules, base::Random& random);

  struct Answer {
    bool admitted = false;
    bool full = false;  // no room to count another source: denied
    std::int64_t retry_us = 0;
  };
  // Whether the source may try now. Asked before anything of the credential is looked at.
  // `source`: what the caller cannot choose freely: an address (IPv6: its /64), a peer's uid; the
  // door's name stands in front. Never the name of an account or a key: whoever knows one could
  // shut its owner out.
  Answer may_try(std::string_view source, std::int64_t now_us);
  // It tried and failed.
  void failed(std::string_view source, std::int64_t now_us);

  std::size_t size() const { return table_.size(); }

 private:
  struct Entry {
    std::int64_t due_us = 0;   // the theoretical arrival time
    std::int64_t last_us = 0;  // of the last failure
  };
  bool make_room();

  Rules rules_;
  KeyedHash hash_;
  KeyTable<Entry> table_;
  std::int64_t last_us_ = 0;
};

}  // namespace identity
