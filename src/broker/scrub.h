// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The scrubber: removes every known secret of a tenant, plain and encoded, from streams of text.
// What it finds and what it cannot find: docs/reference/scrub.md. Trust zone: broker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

class ScrubSet;
struct Match;

// The form in which a secret was found. Escapes around an encoded form do not change its name.
enum class Form : std::uint8_t {
  kPlain,           // byte for byte
  kEscaped,         // through percent, JSON or HTML escapes, in any spelling, at most two levels
  kBase64,          // standard or url alphabet, any of the three alignments
  kHex,             // either case, mixed too
  kUtf16,           // either byte order
  kReversed,        // last character first
  kReversedBase64,  // base64 of that
};

// A short English name, for alerts.
std::string_view name(Form form);

// How often one secret was found in one form since the hits were last taken.
struct Hit {
  std::uint32_t secret = 0;  // index into the list from which the ScrubSet was made
  Form form = Form::kPlain;
  std::uint64_t count = 0;
};

inline constexpr std::string_view kRedacted = "[REDACTED]";

// One logical stream of text. Chunks may be cut anywhere, within a character too.
// What leaves is the text with each maximal run of overlapping finds replaced by one `kRedacted`;
// finds that only touch are replaced one by one. The result does not depend on the cuts.
// Holds back the shortest tail that may still become a find, nothing else: at most the length of
// the longest literal times the width of the widest escape, usually no byte or a few. Wiped at
// its end. One thread uses a ScrubSet and its streams.
class StreamScrubber {
 public:
  explicit StreamScrubber(std::shared_ptr<const ScrubSet> set);
  StreamScrubber(StreamScrubber&&) = default;
  StreamScrubber& operator=(StreamScrubber&&) = default;
  StreamScrubber(const StreamScrubber&) = delete;
  StreamScrubber& operator=(const StreamScrubber&) = delete;
  ~StreamScrubber();

  // Takes the next chunk and appends to `out` what may leave now. `chunk` must not view `out`.
  void feed(std::string_view chunk, std::string& out);
  // The stream has ended: appends the rest. The object is then as new.
  void finish(std::string& out);

  std::string feed(std::string_view chunk);
  std::string finish();

  // The finds in text that has left, in the order of first sight; emptied by the call.
  std::vector<Hit> take_hits();
  // Bytes held back now.
  std::size_t held_bytes() const { return held_.size(); }

 private:
  void settle(std::string_view piece, bool final, std::string& out);
  void redact(std::string_view text, std::size_t hold, const std::vector<Match>& matches,
              std::string& out);
  void count(std::uint32_t secret, Form form);

  std::shared_ptr<const ScrubSet> set_;  // shared: streams outlive a generation of secrets
  std::string held_;                     // the tail that may still become a find
  std::size_t covered_ = 0;              // leading bytes of it that a marker stands for already
  std::vector<Hit> hits_;
};

// A whole text at once. Appends its finds to `hits` where given.
std::string scrub_text(const std::shared_ptr<const ScrubSet>& set, std::string_view text,
                       std::vector<Hit>* hits = nullptr);

}  // namespace broker
