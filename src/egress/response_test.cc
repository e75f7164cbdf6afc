// SPDX-License-Identifier: Apache-2.0
#include "egress/response.h"

#include <gtest/gtest.h>

namespace egress {
namespace {

using base::Reason;

struct Read {
  Reason reason = Reason::kOk;
  std::string body;
  bool done = false;
  bool reusable = false;
  int status = 0;
};

// Feeds `text` in pieces of `piece` bytes, then the end if `close`.
Read read(std::string_view text, std::size_t piece = 1u << 20, bool close = false,
          bool head = false, std::uint64_t max_body = 1000) {
  ResponseReader reader(head, max_body);
  Read out;
  for (std::size_t at = 0; at < text.size() && out.reason == Reason::kOk; at += piece)
    out.reason = reader.feed(text.substr(at, piece), out.body);
  if (close && out.reason == Reason::kOk) out.reason = reader.end();
  out.done = out.reason == Reason::kOk && reader.done();
  out.reusable = out.done && reader.reusable();
  out.status = reader.status();
  return out;
}

const std::string kOk = "HTTP/1.1 200 OK\r\n";

struct Good {
  const char* what;
  std::string text;
  std::string body;
  bool close = false;
  bool reusable = true;
};

const Good kGood[] = {
    {"length", kOk + "Content-Length: 5\r\n\r\nhello", "hello"},
    {"length 0", kOk + "content-length: 0\r\n\r\n", ""},
    {"chunked", kOk + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
     "hello"},
    {"chunk extension", kOk + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n0\r\n\r\n", "hel"},
    {"trailers", kOk + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n", "a"},
    {"until close", kOk + "\r\nhello", "hello", true, false},
    {"1.0 until close", "HTTP/1.0 200 OK\r\n\r\nhello", "hello", true, false},
    {"connection close", kOk + "Connection: close\r\nContent-Length: 2\r\n\r\nhi", "hi", false,
     false},
    {"no reason phrase", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", ""},
    {"204", "HTTP/1.1 204 No Content\r\n\r\n", ""},
    {"interim", "HTTP/1.1 100 Continue\r\n\r\n" + kOk + "Content-Length: 1\r\n\r\nx", "x"},
    {"early hints",
     "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + kOk + "Content-Length: 1\r\n\r\nx", "x"},
    {"identity", kOk + "Content-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", "x"},
};

TEST(Response, IsReadTheSameHoweverItIsCut) {
  for (const Good& g : kGood)
    for (const std::size_t piece :
         {std::size_t{1} << 20, std::size_t{1}, std::size_t{2}, std::size_t{7}}) {
      const Read r = read(g.text, piece, g.close);
      EXPECT_EQ(r.reason, Reason::kOk) << g.what << " in pieces of " << piece;
      EXPECT_TRUE(r.done) << g.what << " in pieces of " << piece;
      EXPECT_EQ(r.body, g.body) << g.what << " in pieces of " << piece;
      EXPECT_EQ(r.reusable, g.reusable) << g.what << " in pieces of " << piece;
    }
}

TEST(Response, ATruncatedOneIsNeverComplete) {
  for (const Good& g : kGood) {
    if (g.close) continue;
    for (std::size_t n = 0; n < g.text.size(); ++n)
      EXPECT_FALSE(read(g.text.substr(0, n)).done) << g.what << " cut at " << n;
  }
}

TEST(Response, AnEarlyCloseIsABadResponse) {
  for (const Good& g : kGood) {
    if (g.close) continue;
    for (std::size_t n = 0; n < g.text.size(); ++n)
      EXPECT_EQ(read(g.text.substr(0, n), 1u << 20, true).reason, Reason::kBadResponse)
          << g.what << " cut at " << n;
  }
}

struct Bad {
  const char* what;
  std::string text;
  Reason reason = Reason::kBadResponse;
};

std::string many(const char* line, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += line;
  return out;
}

const Bad kBad[] = {
    {"not HTTP", "SSH-2.0-x\r\n\r\n"},
    {"HTTP/2", "HTTP/2.0 200 OK\r\n\r\n"},
    {"HTTP/0.9", "HTTP/0.9 200 OK\r\n\r\n"},
    {"status of two digits", "HTTP/1.1 20 OK\r\n\r\n"},
    {"status 999", "HTTP/1.1 999 OK\r\n\r\n"},
    {"switching protocols", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"},
    {"CL and TE", kOk + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"TE and CL", kOk + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"},
    {"two CL", kOk + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"},
    {"two equal CL", kOk + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
    {"CL list", kOk + "Content-Length: 5, 5\r\n\r\nhello"},
    {"CL with sign", kOk + "Content-Length: +5\r\n\r\nhello"},
    {"negative CL", kOk + "Content-Length: -5\r\n\r\nhello"},
    {"hex CL", kOk + "Content-Length: 0x5\r\n\r\nhello"},
    {"empty CL", kOk + "Content-Length:\r\n\r\nhello"},
    {"CL above 2^64", kOk + "Content-Length: 99999999999999999999\r\n\r\n"},
    {"two TE", kOk + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"TE gzip", kOk + "Transfer-Encoding: gzip\r\n\r\nx"},
    {"TE gzip, chunked", kOk + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
    {"TE xchunked", kOk + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
    {"TE in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"space before colon", kOk + "Content-Length : 5\r\n\r\nhello"},
    {"folded field", kOk + "X: a\r\n b\r\nContent-Length: 0\r\n\r\n"},
    {"folded by tab", kOk + "X: a\r\n\tb\r\nContent-Length: 0\r\n\r\n"},
    {"bare LF", "HTTP/1.1 200 OK\nContent-Length: 0\n\n"},
    {"bare LF in a field", kOk + "X: a\nContent-Length: 5\r\n\r\n"},
    {"bare CR in a field", kOk + "X: a\rY: b\r\nContent-Length: 0\r\n\r\n"},
    {"NUL in a field", kOk + std::string("X: a\0b\r\n\r\n", 10)},
    {"control in a field", kOk + "X: a\x01\r\nContent-Length: 0\r\n\r\n"},
    {"no colon", kOk + "X\r\n\r\n"},
    {"gzip", kOk + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"},
    {"br in two fields", kOk + "Content-Encoding: identity\r\nContent-Encoding: br\r\n\r\nx"},
    {"gzip on an error", "HTTP/1.1 500 X\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"},
    {"chunk size is no number", kOk + "Transfer-Encoding: chunked\r\n\r\nzz\r\nhel\r\n"},
    {"negative chunk", kOk + "Transfer-Encoding: chunked\r\n\r\n-1\r\nhel\r\n"},
    {"chunk longer than said", kOk + "Transfer-Encoding: chunked\r\n\r\n2\r\nhel\r\n0\r\n\r\n"},
    {"chunk size overflows", kOk + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx"},
    {"redirect 301", "HTTP/1.1 301 X\r\nLocation: http://evil/\r\nContent-Length: 0\r\n\r\n",
     Reason::kRedirectRefused},
    {"redirect 307", "HTTP/1.1 307 X\r\nLocation: //evil\r\n\r\n", Reason::kRedirectRefused},
    {"304", "HTTP/1.1 304 X\r\n\r\n", Reason::kRedirectRefused},
    {"CL above the bound", kOk + "Content-Length: 1001\r\n\r\n", Reason::kTooLarge},
    {"chunk above the bound", kOk + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", Reason::kTooLarge},
    {"huge chunk", kOk + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
     Reason::kTooLarge},
    {"header flood", kOk + many("X: y\r\n", kResponseHeaders + 1) + "\r\n", Reason::kTooLarge},
    {"trailer flood",
     kOk + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + many("X: y\r\n", kResponseHeaders + 1) +
         "\r\n",
     Reason::kTooLarge},
    {"long header", kOk + "X: " + std::string(kResponseHeaderBytes, 'a'), Reason::kTooLarge},
    {"long status line", "HTTP/1.1 200 " + std::string(kResponseHeaderBytes, 'a'),
     Reason::kTooLarge},
    {"long chunk extension",
     kOk + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(kResponseHeaderBytes + 1, 'a'),
     Reason::kTooLarge},
    {"interim flood", many("HTTP/1.1 100 Continue\r\n\r\n", kInterimResponses + 1)},
};

TEST(Response, AbuseIsRefusedHoweverItIsCut) {
  for (const Bad& b : kBad)
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{1}, std::size_t{3}}) {
      if (piece == 1 && b.text.size() > 2000) continue;
      EXPECT_EQ(read(b.text, piece).reason, b.reason) << b.what << " in pieces of " << piece;
    }
}

TEST(Response, ABodyAboveTheBoundIsRefusedAsItArrives) {
  EXPECT_EQ(read(kOk + "\r\n" + std::string(1001, 'x')).reason, Reason::kTooLarge);
  EXPECT_EQ(read(kOk + "\r\n" + std::string(1000, 'x'), 1u << 20, true).reason, Reason::kOk);
  const std::string chunks = kOk + "Transfer-Encoding: chunked\r\n\r\n" +
                             many(
                                 "64\r\n0123456789012345678901234567890123456789012345678901234567"
                                 "890123456789012345678901234567890123456789\r\n",
                                 11);
  EXPECT_EQ(read(chunks).reason, Reason::kTooLarge);
}

TEST(Response, OfAnErrorTheFirstPartIsKept) {
  const std::string head = "HTTP/1.1 500 X\r\nContent-Length: 5000\r\n\r\n";
  const Read r = read(head + std::string(2000, 'e'));
  EXPECT_EQ(r.reason, Reason::kOk);
  EXPECT_TRUE(r.done);
  EXPECT_FALSE(r.reusable);
  EXPECT_EQ(r.body.size(), 1000u);
  EXPECT_EQ(r.status, 500);
}

TEST(Response, AfterHeadThereIsNoBody) {
  const Read r = read(kOk + "Content-Length: 5000\r\n\r\n", 1u << 20, false, true);
  EXPECT_EQ(r.reason, Reason::kOk);
  EXPECT_TRUE(r.done);
  EXPECT_TRUE(r.reusable);
}

TEST(Response, BytesBehindTheEndMakeTheConnectionUseless) {
  const Read r = read(kOk + "Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\n\r\n");
  EXPECT_TRUE(r.done);
  EXPECT_FALSE(r.reusable);
  EXPECT_EQ(r.body, "x");
}

TEST(Response, MediaAndKeepAliveAreRead) {
  const auto media = [](const std::string& type) {
    ResponseReader reader(false, 10);
    std::string body;
    EXPECT_EQ(reader.feed(kOk + "Content-Type: " + type + "\r\n\r\n", body), Reason::kOk);
    return reader.media();
  };
  EXPECT_EQ(media("application/json"), ResponseReader::Media::kJson);
  EXPECT_EQ(media("Application/JSON; charset=utf-8"), ResponseReader::Media::kJson);
  EXPECT_EQ(media("application/jsonp"), ResponseReader::Media::kOther);
  EXPECT_EQ(media("application/x-ndjson"), ResponseReader::Media::kLines);
  EXPECT_EQ(media("text/event-stream;charset=utf-8"), ResponseReader::Media::kEvents);
  ResponseReader reader(false, 10);
  std::string body;
  EXPECT_EQ(reader.feed(kOk + "Keep-Alive: timeout=7, max=9\r\nContent-Length: 0\r\n\r\n", body),
            Reason::kOk);
  EXPECT_EQ(reader.keep_alive_s(), 7);
}

}  // namespace
}  // namespace egress
