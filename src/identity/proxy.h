// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Trusted headers: a proxy in front of the door has authenticated the caller and says who it is.
// Off unless a proxy is named. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/header.h"
#include "identity/principal.h"

namespace identity {

// One named proxy. SECURITY: whoever can speak as the proxy can be anybody in `tenants` with any
// scope under `scopes`; so it is recognised by what it cannot give away by mistake, not by an
// address: the user id at the other end of a unix socket, or an API key of its own.
struct ProxyRule {
  std::string name;                  // in the configuration; part of the authority
  std::optional<std::uint32_t> uid;  // of its process (SO_PEERCRED), or
  std::string key_id;                // the id of its API key; exactly one of the two
  std::string actor_header = "x-yett-actor";
  std::string scopes_header = "x-yett-scopes";  // a list with commas
  std::string tenant_header;                    // empty: the one tenant below
  std::vector<std::string> tenants;             // whom it may speak for; never empty
  std::vector<std::string> scopes;              // what it may grant at most
};

// kInvalid: a name that is none, none or both of uid and key, no tenant, several without a header,
// two headers of one name or not in small letters, a scope that is none.
base::Status check(const ProxyRule& rule);

// Who is at the other end of the connection, as the kernel or `principal_of` said.
struct Peer {
  std::optional<std::uint32_t> uid;
  std::string key_id;  // of an API key that was verified on this very request; else empty
};

// The caller that the proxy names. kProxyPeer: the peer is not the proxy; kProxyHeader: a header is
// absent, stands twice, is empty or no list; kSubject, kTenant (also one that the proxy may not
// speak for), kScopes (also one beyond what it may grant). SECURITY: headers of anybody else are no
// credential; they are refused here and never merely ignored, so that a misrouted request is seen.
Checked<Principal> principal_of(const ProxyRule& rule, const Peer& peer,
                                const std::vector<Header>& headers);

}  // namespace identity
