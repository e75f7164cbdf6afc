// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Headers of a request, as a door hands them on, and the one credential among them.
// Trust zone: monitor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/refusal.h"

namespace identity {

struct Header {
  std::string name;  // any case
  std::string value;
};

// The one header of this name (in small letters). Nothing: there is none. `*twice` is set if there
// are two; the first is given.
const Header* find_header(const std::vector<Header>& headers, std::string_view name, bool* twice);

// What a credential is, by its form alone.
enum class CredentialKind : unsigned char {
  kKey,       // begins as a key of ours
  kToken,     // has two dots
  kImported,  // anything else: a key of another system
};

struct Credential {
  CredentialKind kind = CredentialKind::kImported;
  std::string text;
  std::string key_hint;  // of an imported key
};

// The credential of a request: `Authorization: Bearer X` (RFC 6750 §2.1), or `X-Yett-Key` or
// `X-ToolRampart-Key`, with `X-Yett-Key-Id` or `X-ToolRampart-Key-Id` as the hint. kNoCredential:
// none of them. kSeveral: two of them, or one twice, even if they say the same. kMalformed: another
// scheme, an empty value, a space or a byte outside of printable ASCII in it. kTooLong: more than
// 8 KiB. SECURITY: never read from a query string or a body, which end up in logs.
Checked<Credential> credential_of(const std::vector<Header>& headers);

}  // namespace identity
