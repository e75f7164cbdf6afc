// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The three hashes of the algorithms, fetched once. Trust zone: monitor.
#pragma once

#include <openssl/types.h>

#include <string>
#include <string_view>

#include "identity/algorithm.h"

namespace identity {

// The hash that an algorithm names, of OpenSSL's default provider; lives as long as the process.
const EVP_MD* fetched_hash(Algorithm algorithm);
// Its name, as OpenSSL's parameters want it.
const char* hash_name(Algorithm algorithm);
// `algorithm`'s hash of `input`; empty if OpenSSL fails.
std::string hash_of(Algorithm algorithm, std::string_view input);

}  // namespace identity
