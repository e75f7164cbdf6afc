// SPDX-License-Identifier: Apache-2.0
#include "egress/response.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace egress {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using Text = boost::beast::string_view;
using base::Reason;

std::string_view view(Text t) { return {t.data(), t.size()}; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool starts_folded(std::string_view text, std::string_view lower_prefix) {
  return text.size() >= lower_prefix.size() &&
         std::equal(lower_prefix.begin(), lower_prefix.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}
bool equal_folded(std::string_view text, std::string_view lower_text) {
  return text.size() == lower_text.size() && starts_folded(text, lower_text);
}

bool is_digits(std::string_view s) {
  return !s.empty() && s.size() <= 19 &&
         std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

ResponseReader::Media media_of(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const auto is = [&](std::string_view t) {
    return starts_folded(type, t) &&
           type.find_first_not_of(" \t", t.size()) == std::string_view::npos;
  };
  if (is("application/json")) return ResponseReader::Media::kJson;
  if (is("application/x-ndjson")) return ResponseReader::Media::kLines;
  if (is("text/event-stream")) return ResponseReader::Media::kEvents;
  return ResponseReader::Media::kOther;
}

// "timeout=5, max=100" → 5.
int timeout_of(std::string_view keep_alive) {
  const std::size_t at = keep_alive.find("timeout=");
  if (at == std::string_view::npos) return -1;
  int seconds = 0;
  for (const char c : keep_alive.substr(at + 8)) {
    if (c < '0' || c > '9' || seconds > 100'000) break;
    seconds = seconds * 10 + (c - '0');
  }
  return seconds;
}

// A line that begins with a space continues the one before (obs-fold, RFC 9112 §5.2), and a line
// that ends without CR is read differently by different programs: neither passes.
bool has_bad_line(std::string_view header) {
  for (std::size_t at = header.find('\n'); at != std::string_view::npos;
       at = header.find('\n', at + 1)) {
    if (at == 0 || header[at - 1] != '\r') return true;
    if (at + 1 < header.size() && (header[at + 1] == ' ' || header[at + 1] == '\t')) return true;
  }
  return header.find('\0') != std::string_view::npos;
}

}  // namespace

// Receives what Beast finds in one response. The first reason other than kOk stays.
class ResponseReader::Parser final : public http::basic_parser<false> {
 public:
  Parser(bool head, std::uint64_t max_body) : max_body_(max_body) {
    eager(true);
    skip(head);
    header_limit(static_cast<std::uint32_t>(kResponseHeaderBytes));
    body_limit(boost::none);  // ours, so that an error's body is cut instead of refused
  }

  Reason reason = Reason::kOk;
  std::string* body = nullptr;
  std::uint64_t received = 0;
  int status = 0;
  int keep_alive_s = -1;
  Media media = Media::kOther;
  bool header_complete = false;
  bool cut = false;

 private:
  void refuse(Reason why, error_code& ec) {
    reason = why;
    ec = http::make_error_code(http::error::bad_value);
  }
  void on_request_impl(http::verb, Text, Text, int, error_code&) override {}
  void on_response_impl(int code, Text, int version, error_code& ec) override {
    status = code;
    version_ = version;
    const bool interim = code == 100 || code == 102 || code == 103;
    if ((version != 10 && version != 11) || code > 599 || (code < 200 && !interim))
      return refuse(Reason::kBadResponse, ec);
  }
  void on_field_impl(http::field field, Text name, Text value, error_code& ec) override {
    if (++fields_ > kResponseHeaders) return refuse(Reason::kTooLarge, ec);
    if (header_complete) return;  // trailers say nothing that we would act on
    if (field == http::field::content_length) return on_length(view(value), ec);
    if (field == http::field::transfer_encoding) return on_coding(view(value), ec);
    if (field == http::field::content_type) media = media_of(view(value));
    if (field == http::field::keep_alive) keep_alive_s = timeout_of(view(value));
    if (field == http::field::content_encoding && !equal_folded(view(value), "identity") &&
        !value.empty())
      return refuse(Reason::kBadResponse, ec);
    (void)name;
  }
  void on_length(std::string_view value, error_code& ec) {
    if (++lengths_ > 1 || codings_ > 0 || !is_digits(value)) refuse(Reason::kBadResponse, ec);
  }
  void on_coding(std::string_view value, error_code& ec) {
    if (++codings_ > 1 || lengths_ > 0 || version_ == 10 || !equal_folded(value, "chunked"))
      refuse(Reason::kBadResponse, ec);
  }
  void on_header_impl(error_code& ec) override {
    header_complete = true;
    if (status >= 300 && status < 400) return refuse(Reason::kRedirectRefused, ec);
    const auto length = content_length();
    const bool body_follows = !skip() && status >= 200 && status < 300 && status != 204;
    if (body_follows && length && *length > max_body_) refuse(Reason::kTooLarge, ec);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t take(Text piece, error_code& ec) {
    received += piece.size();
    if (status >= 400) {
      const std::uint64_t bound = std::min<std::uint64_t>(kErrorBodyBytes, max_body_);
      const std::uint64_t before = received - piece.size();
      const std::uint64_t room = before < bound ? bound - before : 0;
      body->append(piece.data(), std::min<std::size_t>(piece.size(), room));
      cut = cut || received >= bound;
    } else if (received > max_body_) {
      refuse(Reason::kTooLarge, ec);
    } else {
      body->append(piece.data(), piece.size());
    }
    return piece.size();
  }
  std::size_t on_body_impl(Text piece, error_code& ec) override { return take(piece, ec); }
  void on_chunk_header_impl(std::uint64_t size, Text, error_code& ec) override {
    if (status < 400 && size > max_body_ - std::min(received, max_body_))
      refuse(Reason::kTooLarge, ec);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, Text piece, error_code& ec) override {
    return take(piece, ec);
  }
  void on_finish_impl(error_code&) override {}

  std::uint64_t max_body_;
  std::size_t fields_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  int version_ = 0;
};

ResponseReader::ResponseReader(bool head, std::uint64_t max_body)
    : head_(head), max_body_(max_body), parser_(std::make_unique<Parser>(head, max_body)) {}
ResponseReader::~ResponseReader() = default;

Reason ResponseReader::feed(std::string_view bytes, std::string& body) {
  parser_->body = &body;
  if (done()) {
    trailing_ = trailing_ || !bytes.empty();
    return Reason::kOk;
  }
  if (pending_.empty()) return feed_parser(bytes);
  std::string joined = std::move(pending_);
  pending_.clear();
  joined.append(bytes);
  return feed_parser(joined);
}

Reason ResponseReader::feed_parser(std::string_view bytes) {
  if (!parser_->header_complete) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (has_bad_line(bytes.substr(0, end))) return Reason::kBadResponse;
    if (std::min(end, bytes.size()) > kResponseHeaderBytes) return Reason::kTooLarge;
    if (end == std::string_view::npos) return pending_.assign(bytes), Reason::kOk;
  }
  error_code ec;
  const std::size_t used = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), ec);
  if (parser_->reason != Reason::kOk) return parser_->reason;
  if (ec == http::error::header_limit) return Reason::kTooLarge;
  if (ec && ec != http::error::need_more) return Reason::kBadResponse;
  const std::string_view rest = bytes.substr(used);
  if (parser_->is_done() && parser_->status < 200) {
    const Reason next = next_response();
    return next == Reason::kOk && !rest.empty() ? feed_parser(rest) : next;
  }
  if (parser_->is_done()) trailing_ = !rest.empty();
  else pending_.assign(rest);
  // LIMIT: a chunk's head (and its extension) or the trailers are held until they are whole.
  return pending_.size() > kResponseHeaderBytes ? Reason::kTooLarge : Reason::kOk;
}

// An interim response has ended; the real one, or another interim one, begins.
Reason ResponseReader::next_response() {
  if (++interim_ > kInterimResponses) return Reason::kBadResponse;
  std::string* const body = parser_->body;
  parser_ = std::make_unique<Parser>(head_, max_body_);
  parser_->body = body;
  return Reason::kOk;
}

Reason ResponseReader::end() {
  if (done()) return Reason::kOk;
  if (!header_done() || !pending_.empty()) return Reason::kBadResponse;
  error_code ec;
  parser_->put_eof(ec);
  return ec || !parser_->is_done() ? Reason::kBadResponse : Reason::kOk;
}

bool ResponseReader::header_done() const { return parser_->header_complete; }
bool ResponseReader::done() const { return parser_->is_done() || parser_->cut; }
bool ResponseReader::reusable() const {
  const bool whole = parser_->is_done() && !parser_->cut && !trailing_;
  return whole && !parser_->need_eof() && parser_->keep_alive();
}
int ResponseReader::keep_alive_s() const { return parser_->keep_alive_s; }
std::uint16_t ResponseReader::status() const {
  return header_done() ? static_cast<std::uint16_t>(parser_->status) : std::uint16_t{0};
}
ResponseReader::Media ResponseReader::media() const { return parser_->media; }
std::uint64_t ResponseReader::body_bytes() const { return parser_->received; }

}  // namespace egress
