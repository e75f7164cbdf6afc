// SPDX-License-Identifier: Apache-2.0
#include "demo/http_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace demo {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

// Cuts `s` at the first `mark`; the rest is empty if there is none.
std::pair<std::string_view, std::string_view> split(std::string_view s, std::string_view mark) {
  const std::size_t at = s.find(mark);
  if (at == std::string_view::npos) return {s, {}};
  return {s.substr(0, at), s.substr(at + mark.size())};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

void take_target(Request& r) {
  const auto [path, query] = split(r.target, "?");
  r.path = percent_decoded(path, false);
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto [pair, next] = split(rest, "&");
    const auto [name, value] = split(pair, "=");
    r.query.emplace_back(percent_decoded(name, true), percent_decoded(value, true));
    rest = next;
  }
}

base::Status take_start(std::string_view line, Request& r) {
  const auto [method, after] = split(line, " ");
  const auto [target, version] = split(after, " ");
  if (method.empty() || target.empty()) return base::invalid("not a request line");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return base::invalid("not HTTP/1");
  r.method = method;
  r.target = target;
  r.keep_alive = version == "HTTP/1.1";
  take_target(r);
  return base::ok();
}

base::Status take_headers(std::string_view lines, Request& r) {
  while (!lines.empty()) {
    const auto [line, rest] = split(lines, "\r\n");
    const auto [name, value] = split(line, ":");
    if (name.empty() || name.size() == line.size()) return base::invalid("not a header line");
    r.headers.emplace_back(std::string(name), std::string(trimmed(value)));
    lines = rest;
  }
  const std::string_view connection = r.header("Connection");
  if (same_name(connection, "close")) r.keep_alive = false;
  if (same_name(connection, "keep-alive")) r.keep_alive = true;
  return base::ok();
}

base::Result<std::size_t> body_length(const Request& r) {
  if (!r.header("Transfer-Encoding").empty()) return base::invalid("chunked bodies are not read");
  const std::string_view text = r.header("Content-Length");
  if (text.empty()) return std::size_t{0};
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc() || end != text.data() + text.size())
    return base::invalid("not a content length");
  if (length > kBodyBytes) return base::Error{base::Errc::kExhausted, "the body is too large"};
  return length;
}

std::string_view phrase(int status) {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 302: return "Found";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 413: return "Content Too Large";
    case 429: return "Too Many Requests";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Other";
  }
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return {};
}

base::Result<Parsed> parse_request(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kHeadBytes).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    if (bytes.size() < kHeadBytes) return Parsed{};
    return base::Error{base::Errc::kExhausted, "the head is too large"};
  }
  const auto [start, lines] = split(bytes.substr(0, end), "\r\n");
  Request request;
  TRY(take_start(start, request));
  TRY(take_headers(lines, request));
  TRY_AS(const std::size_t length, body_length(request));
  const std::size_t used = end + 4 + length;
  if (bytes.size() < used) return Parsed{};
  request.body = bytes.substr(end + 4, length);
  return Parsed{used, std::move(request)};
}

std::string percent_decoded(std::string_view text, bool form) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += form && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Reply reply_of(int status, std::string content_type, std::string body) {
  Reply reply{.status = status};
  reply.headers.emplace_back("Content-Type", std::move(content_type));
  reply.steps.push_back({.bytes = std::move(body)});
  return reply;
}

std::string head_of(const Reply& reply, bool keep_alive) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, phrase(reply.status));
  for (const auto& [name, value] : reply.headers) out += fmt::format("{}: {}\r\n", name, value);
  std::size_t length = 0;
  for (const Step& s : reply.steps) length += s.bytes.size() * s.times;
  if (reply.framing == Framing::kLength) out += fmt::format("Content-Length: {}\r\n", length);
  if (reply.framing == Framing::kChunked) out += "Transfer-Encoding: chunked\r\n";
  if (!keep_alive) out += "Connection: close\r\n";
  return out + "\r\n";
}

std::string framed(const Reply& reply, std::string_view bytes) {
  if (reply.framing != Framing::kChunked || bytes.empty()) return std::string(bytes);
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace demo
