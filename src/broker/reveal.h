// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// DANGEROUS DOOR: the only ways to the bytes of a Secret. The files that may include this header
// are a listed set (layers.txt): the renderer, the scrubber, the vault writer. Trust zone: broker.
#pragma once

#include <string_view>

#include "broker/secret.h"

namespace broker {

// For rendering: the bytes go into one request to the host that the secret is bound to.
// SECURITY: never into a message, a log, a frame to anyone but the egress of that host.
class Injector {
 public:
  static std::string_view open(const Secret& s) { return s.reveal(base::PassKey<Injector>{}); }
};

// For the scrubber: the bytes become patterns in locked memory.
class Scrubber {
 public:
  static std::string_view open(const Secret& s) { return s.reveal(base::PassKey<Scrubber>{}); }
};

// For the vault writer: the bytes become the plaintext of one AEAD seal.
class VaultWriter {
 public:
  static std::string_view open(const Secret& s) { return s.reveal(base::PassKey<VaultWriter>{}); }
};

}  // namespace broker
