// SPDX-License-Identifier: Apache-2.0
#include "egress/dial.h"

#include <netdb.h>
#include <netinet/in.h>
#include <nss.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace egress {
namespace {

std::optional<Address> address_of(const addrinfo& info) {
  Address out;
  if (info.ai_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, info.ai_addr, sizeof in);
    std::memcpy(out.bytes.data(), &in.sin_addr, 4);
    return out;
  }
  if (info.ai_family != AF_INET6) return std::nullopt;
  sockaddr_in6 in{};
  std::memcpy(&in, info.ai_addr, sizeof in);
  std::memcpy(out.bytes.data(), &in.sin6_addr, 16);
  out.v6 = true;
  return out;
}

std::vector<Address> candidates(const Host& host, Resolver& resolver) {
  switch (host.kind) {
    case Host::Kind::kAddress: return {host.address};
    case Host::Kind::kLocalhost: return {*parse_address("127.0.0.1"), *parse_address("::1")};
    case Host::Kind::kName: return resolver.resolve(host.text);
  }
  return {};
}

}  // namespace

void SystemResolver::prepare() {
  CHECK(::setenv("RES_OPTIONS", "timeout:2 attempts:2", 1) == 0);
  (void)::unsetenv("HOSTALIASES");
  (void)::unsetenv("LOCALDOMAIN");
  (void)::__nss_configure_lookup("hosts", "files dns");
}

std::vector<Address> SystemResolver::resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<Address> out;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    const auto address = address_of(*info);
    if (address && std::find(out.begin(), out.end(), *address) == out.end())
      out.push_back(*address);
  }
  return out;
}

Admission admit(const wire::Origin& origin, Resolver& resolver) {
  const auto host = check_origin(origin);
  if (!host.ok()) return {base::Reason::kAddressRefused, {}};
  std::vector<Address> addresses = candidates(*host, resolver);
  if (addresses.empty()) return {base::Reason::kNameNotResolved, {}};
  const bool all = std::all_of(addresses.begin(), addresses.end(),
                               [&](const Address& a) { return may_connect(origin, *host, a); });
  if (!all) return {base::Reason::kAddressRefused, {}};
  return {base::Reason::kOk, std::move(addresses)};
}

}  // namespace egress
