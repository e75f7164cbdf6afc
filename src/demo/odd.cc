// SPDX-License-Identifier: Apache-2.0
// Answers that a client must survive.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "demo/protected.h"

namespace demo {
namespace {

constexpr std::uint32_t kSlowMaxMs = 600'000;
constexpr std::uint32_t kHugeMaxMb = 4096;

std::uint32_t number(const Request& r, std::string_view name, std::uint32_t otherwise,
                     std::uint32_t most) {
  const std::string_view text = r.parameter(name);
  std::uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool good = !text.empty() && error == std::errc() && end == text.data() + text.size();
  return good ? std::min(out, most) : otherwise;
}

Reply json(std::string body) { return reply_of(200, "application/json", std::move(body)); }

Reply slow(const Request& r) {
  Reply out = json(R"({"status":"late"})");
  out.steps[0].wait_ms = number(r, "ms", 1000, kSlowMaxMs);
  return out;
}

// One JSON string of so many megabytes.
Reply huge(const Request& r) {
  const std::uint32_t megabytes = number(r, "mb", 64, kHugeMaxMb);
  Reply out = json("{\"filler\":\"");
  out.steps.push_back({std::string(1024 * 1024, 'x'), 0, megabytes});
  out.steps.push_back({"\"}"});
  if (r.parameter("chunked") == "1") out.framing = Framing::kChunked;
  return out;
}

// {"status":"packed"} as gzip with one stored block (RFC 1952, RFC 1951 §3.2.4).
Reply gzip() {
  constexpr std::string_view kBody = R"({"status":"packed"})";
  std::string out("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\x01", 11);
  const auto add = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  };
  const auto size = static_cast<std::uint32_t>(kBody.size());
  add(size, 2);
  add(~size, 2);
  out += kBody;
  std::uint32_t crc = ~0U;
  for (const char c : kBody) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  add(~crc, 4);
  add(size, 4);
  Reply reply = json(std::move(out));
  reply.headers.emplace_back("Content-Encoding", "gzip");
  return reply;
}

// mode=long (default): fewer bytes than promised; short: more; two: two lengths; word: no number.
Reply bad_length(const Request& r) {
  constexpr std::string_view kBody = R"({"status":"odd"})";
  const std::string_view mode = r.parameter("mode");
  Reply out = json(std::string(kBody));
  out.framing = Framing::kBare;
  const auto add = [&](std::string length) {
    out.headers.emplace_back("Content-Length", std::move(length));
  };
  if (mode == "short") add("5");
  else if (mode == "word") add("many");
  else add(std::to_string(kBody.size() + (mode == "two" ? 0 : 100)));
  if (mode == "two") add("7");
  if (mode == "both") out.headers.emplace_back("Transfer-Encoding", "chunked");
  return out;
}

Reply events() {
  Reply out{.framing = Framing::kChunked};
  out.headers.emplace_back("Content-Type", "text/event-stream");
  for (const char* event : {": a comment\n\n", "event: tick\ndata: {\"n\":1}\n\n",
                            "data: {\"n\":\ndata: 2}\n\n", "data: [DONE]\n\n"})
    out.steps.push_back({event});
  return out;
}

Reply cut(const Request& r) {
  Reply out = json(R"({"status":"whole","filler":"0123456789")");
  out.framing = Framing::kChunked;
  out.cut = true;
  out.no_head = r.parameter("at") == "start";
  if (out.no_head) out.steps.assign(1, Step{});
  return out;
}

Reply many_headers(const Request& r) {
  Reply out = json("{}");
  const std::uint32_t count = number(r, "n", 500, 100'000);
  for (std::uint32_t i = 0; i < count; ++i)
    out.headers.emplace_back(fmt::format("X-Filler-{}", i), "x");
  return out;
}

Reply code(const Request& r) {
  const auto status = static_cast<int>(number(r, "status", 503, 599));
  return reply_of(status, "application/json", fmt::format(R"({{"code":{}}})", status));
}

}  // namespace

std::optional<Reply> odd_reply(const Request& r) {
  if (r.path == "/slow") return slow(r);
  if (r.path == "/huge") return huge(r);
  if (r.path == "/gzip") return gzip();
  if (r.path == "/bad-length") return bad_length(r);
  if (r.path == "/bad-json") return json(R"({"status": "ok", "list": [1, 2)");
  if (r.path == "/bad-text") return reply_of(200, "text/plain", "caf\xe9 \xff\xfe");
  if (r.path == "/sse") return events();
  if (r.path == "/cut") return cut(r);
  if (r.path == "/code") return code(r);
  if (r.path == "/many-headers") return many_headers(r);
  return {};
}

}  // namespace demo
