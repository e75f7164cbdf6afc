// SPDX-License-Identifier: Apache-2.0
#include "policy/explain/domain.h"

#include <algorithm>
#include <string>

#include "policy/canonical.h"

namespace policy::tracing {
namespace {

using Kind = Element::Kind;

std::size_t next_code_point(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) ++at;
  return at;
}

base::Error no_form(const char* what) {
  return base::invalid(std::string("there is no canonical form as ") + what);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

base::Result<std::string> path_form(std::string_view text) {
  CanonicalText out;
  if (!canonical_path(text, out)) return no_form("a path");
  return std::string(out.view());
}

base::Result<std::string> host_form(std::string_view text) {
  CanonicalText out;
  if (!canonical_host(text, out)) return no_form("a host");
  return std::string(out.view());
}

base::Result<std::string> email_form(std::string_view text) {
  CanonicalText out;
  if (!canonical_email(text, out)) return no_form("an address of mail");
  return std::string(out.view());
}

base::Result<bool> in_path(const Element& e, std::string_view text) {
  TRY_AS(const std::string path, path_form(text));
  if (e.kind == Kind::kPathLike) return is_like(e.text, path);
  TRY_AS(const std::string root, path_form(e.text));
  return e.kind == Kind::kPathIs ? path == root : path_is_under(path, root);
}

base::Result<bool> in_host(const Element& e, std::string_view text) {
  TRY_AS(const std::string host, host_form(text));
  if (e.kind == Kind::kHostLike) return is_like(e.text, host);
  TRY_AS(const std::string root, host_form(e.text));
  return e.kind == Kind::kHostIs ? host == root : host_is_under(host, root);
}

base::Result<bool> in_email(const Element& e, std::string_view text) {
  TRY_AS(const std::string email, email_form(text));
  if (e.kind == Kind::kEmailIs) {
    TRY_AS(const std::string other, email_form(e.text));
    return email == other;
  }
  TRY_AS(const std::string domain, host_form(e.text));
  return email.substr(email.rfind('@') + 1) == domain;
}

base::Result<bool> in_block(const Element& e, std::string_view text) {
  const auto address = address_of(text);
  const auto block = block_of(e.text);
  if (!address || !block) return no_form("an IP address");
  return contains(*block, *address);
}

base::Result<bool> in_url(const Element& e, std::string_view text) {
  CanonicalUrl url;
  if (!canonical_url(text, url)) return no_form("a URL");
  bool all = true;
  if (e.url.scheme) all = all && lower(*e.url.scheme) == url.scheme.view();
  if (e.url.host) {
    TRY_AS(const std::string host, host_form(*e.url.host));
    all = all && host == url.host.view();
  }
  if (e.url.host_under) {
    TRY_AS(const std::string root, host_form(*e.url.host_under));
    all = all && host_is_under(url.host.view(), root);
  }
  if (e.url.port) all = all && *e.url.port == url.port;
  if (e.url.path_under) {
    TRY_AS(const std::string root, path_form(*e.url.path_under));
    all = all && path_is_under(url.path.view(), root);
  }
  return all;
}

}  // namespace

bool is_like(std::string_view wildcard, std::string_view text) {
  std::size_t w = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // where the last `*` stood, and what it took
  std::size_t taken = 0;
  while (t < text.size()) {
    if (w < wildcard.size() && wildcard[w] == '*') {
      star = w++;
      taken = t;
    } else if (w < wildcard.size() && wildcard[w] == '?') {
      ++w;
      t = next_code_point(text, t);
    } else if (w < wildcard.size() && wildcard[w] == text[t]) {
      ++w;
      ++t;
    } else if (star != std::string_view::npos) {
      w = star + 1;
      t = taken = next_code_point(text, taken);
    } else {
      return false;
    }
  }
  while (w < wildcard.size() && wildcard[w] == '*') ++w;
  return w == wildcard.size();
}

base::Result<bool> in_domain(const Element& e, std::string_view text) {
  switch (e.kind) {
    case Kind::kPathIs:
    case Kind::kPathUnder:
    case Kind::kPathLike: return in_path(e, text);
    case Kind::kHostIs:
    case Kind::kHostUnder:
    case Kind::kHostLike: return in_host(e, text);
    case Kind::kEmailIs:
    case Kind::kEmailDomain: return in_email(e, text);
    case Kind::kCidr: return in_block(e, text);
    case Kind::kUrl: return in_url(e, text);
    default: return false;
  }
}

}  // namespace policy::tracing
