// SPDX-License-Identifier: Apache-2.0
#include "identity/principal.h"

#include <algorithm>

#include <fmt/format.h>

#include "identity/limits.h"
#include "identity/names.h"
#include "identity/scope.h"

namespace identity {

std::string Principal::key() const {
  return fmt::format("{}:{}{}:{}{}:{}", parts_.tenant.size(), parts_.tenant,
                     parts_.authority.size(), parts_.authority, parts_.subject.size(),
                     parts_.subject);
}

bool Principal::may(std::string_view scope) const { return grants(parts_.scopes, scope); }

Checked<Principal> Principal::make(Parts parts) {
  if (!is_name(parts.subject, limits::kSubjectBytes)) return Refusal::kSubject;
  if (!is_name(parts.tenant)) return Refusal::kTenant;
  std::ranges::sort(parts.roles);
  parts.roles.erase(std::ranges::unique(parts.roles).begin(), parts.roles.end());
  const auto is_role = [](const std::string& role) { return is_name(role); };
  if (parts.roles.size() > limits::kRoles || !std::ranges::all_of(parts.roles, is_role))
    return Refusal::kRoles;
  auto scopes = scopes_of(std::move(parts.scopes));
  if (!scopes) return Refusal::kScopes;
  parts.scopes = std::move(*scopes);
  return Principal(std::move(parts));
}

}  // namespace identity
