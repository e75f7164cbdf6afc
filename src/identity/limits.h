// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The bounds of this folder, each with its reason. Trust zone: monitor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace identity::limits {

inline constexpr std::int64_t kSecondUs = 1'000'000;

// A token in its compact form (DESIGN 10.10). A header line of HTTP is seldom allowed more.
inline constexpr std::size_t kTokenBytes = 8 * 1024;
// Its header: alg, kid, typ and a thumbprint take 200 bytes.
inline constexpr std::size_t kHeaderBytes = 1024;
inline constexpr std::size_t kHeaderMembers = 16;
inline constexpr std::size_t kKeyIdBytes = 256;
// Its payload: an array, in an object, in an object, in the claims.
inline constexpr std::size_t kClaimDepth = 8;
inline constexpr std::size_t kClaimValues = 2048;
inline constexpr std::size_t kAudiences = 64;
inline constexpr std::int64_t kLastSecond = 253'402'300'799;  // the year 9999
// Clocks of servers that anybody looks after are seconds apart; five minutes is what RFC 7519 calls
// "no more than a few minutes".
inline constexpr std::int64_t kSkewMaxS = 300;

// A document of keys. The largest that is known, of a large provider with certificates in it, has
// 30 KiB and a dozen keys.
inline constexpr std::size_t kKeySetBytes = 128 * 1024;
inline constexpr std::size_t kKeySetValues = 4096;
inline constexpr std::size_t kKeysPerSet = 32;
// RSA below 2048 bits is broken in reach; above 8192 one check takes a millisecond.
inline constexpr std::size_t kRsaMinBits = 2048;
inline constexpr std::size_t kRsaMaxBits = 8192;

// Names that stand in a principal. OpenID Connect ends a subject at 255 characters.
inline constexpr std::size_t kSubjectBytes = 255;
inline constexpr std::size_t kNameBytes = 128;
inline constexpr std::size_t kRoles = 64;
inline constexpr std::size_t kScopes = 256;

// PBKDF2 of an imported key: the other system writes 210,000; OWASP asks for 600,000. A million is
// a third of a second.
inline constexpr std::uint32_t kPbkdf2Iterations = 1'000'000;
inline constexpr std::size_t kPbkdf2SaltBytes = 64;
inline constexpr std::size_t kImportedKeyBytes = 256;

}  // namespace identity::limits
