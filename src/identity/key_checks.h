// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What can be said of a public key's numbers without using it; used by public_key.cc.
// Trust zone: monitor.
#pragma once

#include <string_view>

#include "identity/public_key.h"

namespace identity {

// Big-endian, as in a JWK.
KeyFault fault_of_rsa(std::string_view modulus, std::string_view exponent);

// Whether the modulus has the form of keys that a family of chips made: each is a power of 65537
// modulo every small prime (Nemec et al., The Return of Coppersmith's Attack, CCS 2017, §2.3). A
// modulus of another origin has it with a probability below 2^-27.
bool is_roca(std::string_view modulus);

// Whether 32 bytes name one of the eight points of small order of edwards25519, in any encoding.
bool is_small_order(std::string_view x);

}  // namespace identity
