// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A MAC oracle that has its secrets in the same process. SECURITY: for tests, for the conformance
// suites, and for the broker's side of the question; the monitor's process has no such object.
// Trust zone: tests, broker.
#pragma once

#include <map>
#include <string>

#include "identity/mac.h"

namespace identity {

// Where a secret comes from: one that another system gave out may be as short as it is.
enum class SecretOrigin : unsigned char { kOwn, kImported };

class LocalMac final : public MacOracle {
 public:
  LocalMac() = default;
  ~LocalMac() override;
  LocalMac(const LocalMac&) = delete;
  LocalMac& operator=(const LocalMac&) = delete;

  void add(std::string name, std::string secret, SecretOrigin origin = SecretOrigin::kOwn);

  // The MAC itself; empty if OpenSSL fails. For whoever makes tokens in tests.
  static std::string mac(Algorithm algorithm, std::string_view secret, std::string_view input);

 private:
  MacAnswer::Verdict verdict_of(const MacQuestion& question) override;

  struct Entry {
    std::string secret;
    SecretOrigin origin = SecretOrigin::kOwn;
  };
  std::map<std::string, Entry, std::less<>> secrets_;
};

}  // namespace identity
