// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The bytes of one HTTP/1.1 request, after everything in it was checked once more: the broker has
// rendered it, the egress does not take its word for it. Pure. Trust zone: egress.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/frames.h"

namespace egress {

inline constexpr std::size_t kTargetBytes = 64 * 1024;
inline constexpr std::size_t kRequestHeaderBytes = 64 * 1024;  // names and values of one request

// True for an origin-form target (RFC 9112 §3.2.1) of RFC 3986 characters: begins with one "/", no
// fragment, no control or other raw byte, whole percent escapes, no "." or ".." segment in any
// spelling (V12).
bool is_target(std::string_view target);

// True for a field name (RFC 9110 §5.1) that is not one of ours: Host, Content-Length,
// Transfer-Encoding, Connection, Accept-Encoding and their kin are refused in any case.
bool is_allowed_header(std::string_view name);

// True for visible ASCII, spaces and tabs inside; nothing at the edges, no control byte (V13).
bool is_header_value(std::string_view value);

// Request line, headers and body in one piece, to be sent to `origin`. It holds the credential:
// the caller wipes it. kInvalid if any part breaks the rules above.
base::Result<std::string> render(const wire::Request& request, const wire::Origin& origin);

// Overwrites every text of `request`.
void wipe(wire::Request& request);

}  // namespace egress
