// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The URLs that a configuration may hold: http(s)://host[:port][/path template]. Strict: no user
// information, query, fragment, or spelling of an address that a resolver would read otherwise.
// Trust zone: supervisor.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "wire/manifest.h"

namespace cli {

struct Url {
  wire::Origin origin;
  std::string path;  // as written, "/" if absent; may hold {name}
};

// kInvalid with what was found and expected. An IP literal or "localhost" is an exact address; a
// plain-http URL must be one. The host is lower-cased; its dots may not be doubled or end it.
base::Result<Url> parse_url(std::string_view text);

// "https://host:port", the port left out where it is the scheme's own.
std::string origin_text(const wire::Origin& origin);

}  // namespace cli
