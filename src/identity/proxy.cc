// SPDX-License-Identifier: Apache-2.0
#include "identity/proxy.h"

#include <algorithm>

#include "base/bytes.h"
#include "identity/limits.h"
#include "identity/names.h"
#include "identity/scope.h"

namespace identity {
namespace {

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= limits::kNameBytes &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// The value of the one header of this name. kProxyHeader: none, or two, or empty.
Checked<std::string> only(const std::vector<Header>& headers, std::string_view name) {
  bool twice = false;
  const Header* found = find_header(headers, name, &twice);
  if (found == nullptr || twice || found->value.empty()) return Refusal::kProxyHeader;
  return found->value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// "a, b.*" as a list; nothing if a part is empty.
std::optional<std::vector<std::string>> list_of(std::string_view text) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view one = trimmed(text.substr(0, comma));
    if (one.empty() || out.size() == limits::kScopes) return std::nullopt;
    out.emplace_back(one);
    if (comma == std::string_view::npos) return out;
    text.remove_prefix(comma + 1);
  }
}

bool is_the_proxy(const ProxyRule& rule, const Peer& peer) {
  if (rule.uid.has_value() == !rule.key_id.empty()) return false;  // check() was not called
  if (rule.uid) return peer.uid == rule.uid;
  return base::equal_constant_time(rule.key_id, peer.key_id);
}

Checked<std::vector<std::string>> scopes_from(const ProxyRule& rule,
                                              const std::vector<Header>& headers) {
  bool twice = false;
  if (find_header(headers, rule.scopes_header, &twice) == nullptr)
    return std::vector<std::string>();
  const auto text = only(headers, rule.scopes_header);
  if (!text) return text.refusal();
  auto list = list_of(*text);
  if (!list) return Refusal::kProxyHeader;
  for (const std::string& scope : *list)
    if (!is_scope(scope) || !covers(rule.scopes, scope)) return Refusal::kScopes;
  return std::move(*list);
}

Checked<std::string> tenant_from(const ProxyRule& rule, const std::vector<Header>& headers) {
  if (rule.tenants.empty()) return Refusal::kTenant;
  if (rule.tenant_header.empty()) return rule.tenants.front();
  auto tenant = only(headers, rule.tenant_header);
  if (!tenant) return tenant.refusal();
  if (std::ranges::find(rule.tenants, *tenant) == rule.tenants.end()) return Refusal::kTenant;
  return tenant;
}

}  // namespace

base::Status check(const ProxyRule& rule) {
  if (!is_plain_name(rule.name)) return base::invalid("the proxy's name is no name");
  if (rule.uid.has_value() == !rule.key_id.empty())
    return base::invalid("a proxy is named by its uid or by its key, and by one of them");
  if (rule.tenants.empty()) return base::invalid("a proxy needs a tenant it may speak for");
  if (rule.tenants.size() > 1 && rule.tenant_header.empty())
    return base::invalid("several tenants and no header that tells them apart");
  std::vector<std::string> names = {rule.actor_header, rule.scopes_header};
  if (!rule.tenant_header.empty()) names.push_back(rule.tenant_header);
  if (!std::ranges::all_of(names, is_header_name))
    return base::invalid("a header's name is not in small letters");
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end())
    return base::invalid("two headers have one name");
  if (!std::ranges::all_of(rule.tenants, [](const std::string& t) { return is_name(t); }))
    return base::invalid("a tenant's name is no name");
  if (!std::ranges::all_of(rule.scopes, is_scope)) return base::invalid("a scope is no scope");
  return base::ok();
}

Checked<Principal> principal_of(const ProxyRule& rule, const Peer& peer,
                                const std::vector<Header>& headers) {
  if (!is_the_proxy(rule, peer)) return Refusal::kProxyPeer;
  auto actor = only(headers, rule.actor_header);
  if (!actor) return actor.refusal();
  auto tenant = tenant_from(rule, headers);
  if (!tenant) return tenant.refusal();
  auto scopes = scopes_from(rule, headers);
  if (!scopes) return scopes.refusal();
  Principal::Parts parts;
  parts.subject = std::move(*actor);
  parts.authority = "proxy." + rule.name;
  parts.tenant = std::move(*tenant);
  parts.scopes = std::move(*scopes);
  parts.means = Principal::Means::kProxy;
  parts.credential = rule.name;
  return Principal::make(std::move(parts));
}

}  // namespace identity
