// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Who asks: the last state of a credential. Identity, tenant, roles and scopes come from the
// credential and from nothing else; there is no anonymous and no default principal.
// Trust zone: monitor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "identity/refusal.h"

namespace identity {

class VerifiedClaims;
class PresentedKey;
struct ClaimMap;
struct KeyRecord;
struct ImportedRecord;
struct ProxyRule;
struct Peer;
struct Header;

class Principal {
 public:
  // What kind of credential said so.
  enum class Means : unsigned char { kToken, kKey, kImportedKey, kProxy };

  // The name that its authority gives it. Two authorities may give one name to two people.
  const std::string& subject() const { return parts_.subject; }
  // Who vouches for the name: an issuer, the keys of a tenant, a proxy; as configured.
  const std::string& authority() const { return parts_.authority; }
  const std::string& tenant() const { return parts_.tenant; }
  const std::vector<std::string>& roles() const { return parts_.roles; }    // sorted, each once
  const std::vector<std::string>& scopes() const { return parts_.scopes; }  // sorted, each once
  Means means() const { return parts_.means; }
  // The key's id or the token's `kid`; may be empty. For quotas and the log, never a secret.
  const std::string& credential() const { return parts_.credential; }
  // Wall clock; at or after it the principal is nobody. Nothing: the credential has no end.
  std::optional<std::int64_t> expires_us() const { return parts_.expires_us; }

  // Tenant, authority and subject in one text that no other three give: for every cache, session
  // and quota.
  std::string key() const;
  bool may(std::string_view scope) const;  // scope.h: grants

 private:
  struct Parts {
    std::string subject;
    std::string authority;
    std::string tenant;
    std::vector<std::string> roles;
    std::vector<std::string> scopes;
    Means means = Means::kToken;
    std::string credential;
    std::optional<std::int64_t> expires_us;
  };
  // SECURITY: these four make principals and nobody else does. Adding one is a review.
  friend Checked<Principal> principal_of(const VerifiedClaims& claims, const ClaimMap& map);
  friend Checked<Principal> principal_of(const PresentedKey& key, const KeyRecord* record,
                                         std::int64_t now_us);
  friend Checked<Principal> principal_of(const std::string& key, const ImportedRecord* record,
                                         std::int64_t now_us);
  friend Checked<Principal> principal_of(const ProxyRule& rule, const Peer& peer,
                                         const std::vector<Header>& headers);

  // Checks every name and sorts the lists: kSubject, kTenant, kRoles, kScopes.
  static Checked<Principal> make(Parts parts);
  explicit Principal(Parts parts) : parts_(std::move(parts)) {}
  Parts parts_;
};

}  // namespace identity
