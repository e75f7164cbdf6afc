// SPDX-License-Identifier: Apache-2.0
#include "egress/request.h"

#include <algorithm>
#include <array>

#include "base/bytes.h"
#include "base/limits.h"

namespace egress {
namespace {

// What this side writes, or what would change how the message is framed or where it goes.
constexpr std::array<std::string_view, 15> kOurs = {"host",
                                                    "content-length",
                                                    "transfer-encoding",
                                                    "connection",
                                                    "accept-encoding",
                                                    "keep-alive",
                                                    "te",
                                                    "trailer",
                                                    "upgrade",
                                                    "expect",
                                                    "proxy-connection",
                                                    "proxy-authorization",
                                                    "proxy-authenticate",
                                                    "http2-settings",
                                                    "forwarded"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool equal_folded(std::string_view a, std::string_view lower_b) {
  return std::equal(a.begin(), a.end(), lower_b.begin(), lower_b.end(),
                    [](char x, char y) { return lower(x) == y; });
}

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

bool is_token(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return is_alnum(c) || (c != '\0' && is_one_of(c, "!#$%&'*+-.^_`|~"));
  });
}

// Length of a segment's spelling of ".": 1 for ".", 3 for "%2e"; 0 if it does not begin with one.
std::size_t dot_length(std::string_view s) {
  if (s.starts_with('.')) return 1;
  return s.size() >= 3 && equal_folded(s.substr(0, 3), "%2e") ? 3 : 0;
}

bool is_dot_segment(std::string_view segment) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t n = dot_length(segment);
    if (n == 0) return false;
    segment.remove_prefix(n);
    if (segment.empty()) return true;
  }
  return false;
}

bool has_dot_segment(std::string_view path) {
  for (std::string_view rest = path;;) {
    const std::size_t slash = rest.find('/');
    // Parameters of a segment ("..;x") do not hide it: some servers strip them first.
    const std::string_view segment = rest.substr(0, slash);
    if (is_dot_segment(segment.substr(0, segment.find(';')))) return true;
    if (slash == std::string_view::npos) return false;
    rest.remove_prefix(slash + 1);
  }
}

std::string_view name(wire::Method method) {
  switch (method) {
    case wire::Method::kGet: return "GET";
    case wire::Method::kHead: return "HEAD";
    case wire::Method::kPost: return "POST";
    case wire::Method::kPut: return "PUT";
    case wire::Method::kPatch: return "PATCH";
    case wire::Method::kDelete: return "DELETE";
  }
  return "";
}

bool always_has_length(wire::Method method) {
  return method == wire::Method::kPost || method == wire::Method::kPut ||
         method == wire::Method::kPatch;
}

std::string host_value(const wire::Origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  std::string out = v6 ? "[" + origin.host + "]" : origin.host;
  if (origin.port != (origin.tls ? 443 : 80)) out += ":" + std::to_string(origin.port);
  return out;
}

base::Status check(const wire::Request& request) {
  if (!is_target(request.target)) return base::invalid("request target is not in origin form");
  if (request.headers.size() > base::limits::kHeaders) return base::invalid("too many headers");
  std::size_t bytes = 0;
  for (const wire::Header& h : request.headers) {
    bytes += h.name.size() + h.value.size() + 4;
    if (!is_allowed_header(h.name)) return base::invalid("header name is not allowed");
    if (!is_header_value(h.value)) return base::invalid("header value holds a forbidden byte");
  }
  if (bytes > kRequestHeaderBytes) return base::invalid("headers are too large");
  return base::ok();
}

bool has_header(const wire::Request& request, std::string_view lower_name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const wire::Header& h) { return equal_folded(h.name, lower_name); });
}

}  // namespace

bool is_target(std::string_view target) {
  if (!target.starts_with('/') || target.starts_with("//")) return false;
  if (target.size() > kTargetBytes) return false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c == '%') {
      if (i + 2 >= target.size() || !is_hex(target[i + 1]) || !is_hex(target[i + 2])) return false;
    } else if (!is_alnum(c) && (c == '\0' || !is_one_of(c, "-._~!$&'()*+,;=:@/?"))) {
      return false;
    }
  }
  return !has_dot_segment(target.substr(0, target.find('?')));
}

bool is_allowed_header(std::string_view header) {
  return is_token(header) && std::none_of(kOurs.begin(), kOurs.end(), [&](std::string_view ours) {
           return equal_folded(header, ours);
         });
}

bool is_header_value(std::string_view value) {
  if (!value.empty() && (is_one_of(value.front(), " \t") || is_one_of(value.back(), " \t")))
    return false;
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\t'; });
}

base::Result<std::string> render(const wire::Request& request, const wire::Origin& origin) {
  TRY(check(request));
  std::size_t room = 256 + request.target.size() + request.body.size() + origin.host.size();
  for (const wire::Header& h : request.headers) room += h.name.size() + h.value.size() + 4;
  std::string out;
  out.reserve(room);  // SECURITY: grown in place, a credential would stay behind in freed memory
  out.append(name(request.method)).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
  out.append(host_value(origin)).append("\r\nAccept-Encoding: identity\r\n");
  if (!has_header(request, "user-agent")) out.append("User-Agent: yett\r\n");
  if (!has_header(request, "accept")) out.append("Accept: */*\r\n");
  for (const wire::Header& h : request.headers)
    out.append(h.name).append(": ").append(h.value).append("\r\n");
  if (!request.body.empty() || always_has_length(request.method))
    out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  out.append("\r\n").append(request.body);
  return out;
}

void wipe(wire::Request& request) {
  base::wipe(request.target);
  base::wipe(request.body);
  for (wire::Header& h : request.headers) base::wipe(h.value);
}

}  // namespace egress
