// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// From an origin to the addresses that may be connected: look the name up here, check every answer,
// and hand on only what was checked. Trust zone: egress.
#pragma once

#include <string>
#include <vector>

#include "base/reason.h"
#include "egress/address.h"
#include "wire/manifest.h"

namespace egress {

// Names to addresses. An interface, so that tests can answer as a rebinding server would.
class Resolver {
 public:
  virtual ~Resolver() = default;
  // All addresses of `name`, in the order in which to try them; none if it does not resolve.
  virtual std::vector<Address> resolve(const std::string& name) = 0;
};

// getaddrinfo(3). LIMIT: it blocks, for 2 * kLookupSeconds at most a name server.
class SystemResolver final : public Resolver {
 public:
  // To be called once before lockdown and before any lookup: only files and dns are asked (no
  // module is loaded later), each name server once for kLookupSeconds, twice.
  static void prepare();
  static constexpr int kLookupSeconds = 2;
  std::vector<Address> resolve(const std::string& name) override;
};

// What of an origin may be connected, or why nothing.
struct Admission {
  base::Reason reason = base::Reason::kOk;
  std::vector<Address> addresses;
};

// kAddressRefused: the origin itself is refused (check_origin), or ANY address that its name
// resolves to may not be connected: a name that mixes public and private answers is an attack
// (V18), so the good ones do not help. kNameNotResolved: no address. Literals and localhost are
// never looked up.
Admission admit(const wire::Origin& origin, Resolver& resolver);

}  // namespace egress
