// SPDX-License-Identifier: Apache-2.0
#include "broker/scrub.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <tuple>

#include "base/bytes.h"
#include "broker/scrub_set.h"

namespace broker {
namespace {

// Longer chunks are searched in pieces, which bounds the lists of a search.
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

// The order in which finds are settled: leftmost, then longest, then the pattern that came first.
bool settles_before(const Match& a, const Match& b) {
  return std::tuple(a.begin, b.end, a.pattern, a.escaped) <
         std::tuple(b.begin, a.end, b.pattern, b.escaped);
}

}  // namespace

std::string_view name(Form form) {
  switch (form) {
    case Form::kPlain: return "plain";
    case Form::kEscaped: return "escaped";
    case Form::kBase64: return "base64";
    case Form::kHex: return "hex";
    case Form::kUtf16: return "utf-16";
    case Form::kReversed: return "reversed";
    case Form::kReversedBase64: return "base64 of reversed";
  }
  return "unknown";
}

StreamScrubber::StreamScrubber(std::shared_ptr<const ScrubSet> set) : set_(std::move(set)) {}

StreamScrubber::~StreamScrubber() { base::wipe(held_); }

void StreamScrubber::feed(std::string_view chunk, std::string& out) {
  while (!chunk.empty()) {
    const std::string_view piece = chunk.substr(0, kPieceBytes);
    chunk.remove_prefix(piece.size());
    settle(piece, false, out);
  }
}

void StreamScrubber::finish(std::string& out) {
  settle({}, true, out);
  base::wipe(held_);
  covered_ = 0;
}

// Settles what can be settled of what was held and `piece`. The text is put together where it will
// mostly stay, in `out`, so that it is copied once.
void StreamScrubber::settle(std::string_view piece, bool final, std::string& out) {
  const std::size_t base = out.size();
  out += held_;
  out += piece;
  const std::string_view text = std::string_view(out).substr(base);
  std::vector<Match> matches;
  const std::size_t hold = set_->find(text, final, matches);
  std::sort(matches.begin(), matches.end(), settles_before);
  held_.assign(text.substr(hold));
  if (matches.empty() && covered_ == 0) {
    OPENSSL_cleanse(out.data() + base + hold, text.size() - hold);
    out.resize(base + hold);
    return;
  }
  std::string raw(text);
  OPENSSL_cleanse(out.data() + base, text.size());
  out.resize(base);
  redact(raw, hold, matches, out);
  base::wipe(raw);
}

// Appends text[0, hold) to `out`, redacted. INVARIANT: covered_ leading bytes of what is held, and
// so of the next text, are behind a marker already.
void StreamScrubber::redact(std::string_view text, std::size_t hold,
                            const std::vector<Match>& matches, std::string& out) {
  std::size_t done = covered_;  // text before it has left or is behind a marker
  for (const Match& match : matches) {
    if (match.begin >= hold) break;   // found again when its surroundings are known
    if (match.end <= done) continue;  // within what is redacted: the longer find stands for it
    if (match.begin >= done) {
      out.append(text, done, match.begin - done);
      out.append(kRedacted);
    }
    done = match.end;
    count(set_->secret_of(match), set_->form_of(match));
  }
  if (done < hold) out.append(text, done, hold - done);
  covered_ = done > hold ? done - hold : 0;
}

void StreamScrubber::count(std::uint32_t secret, Form form) {
  for (Hit& hit : hits_) {
    if (hit.secret == secret && hit.form == form) {
      ++hit.count;
      return;
    }
  }
  hits_.push_back({secret, form, 1});
}

std::string StreamScrubber::feed(std::string_view chunk) {
  std::string out;
  feed(chunk, out);
  return out;
}

std::string StreamScrubber::finish() {
  std::string out;
  finish(out);
  return out;
}

std::vector<Hit> StreamScrubber::take_hits() { return std::exchange(hits_, {}); }

std::string scrub_text(const std::shared_ptr<const ScrubSet>& set, std::string_view text,
                       std::vector<Hit>* hits) {
  StreamScrubber stream(set);
  std::string out = stream.feed(text);
  stream.finish(out);
  if (hits != nullptr) {
    for (const Hit& hit : stream.take_hits()) hits->push_back(hit);
  }
  return out;
}

}  // namespace broker
