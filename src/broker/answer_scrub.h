// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What comes back for one call, scrubbed: one carried state for each logical stream (kind, index),
// and the finds of the call added up. Trust zone: broker; the texts are a hostile server's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/scrub.h"
#include "broker/scrub_set.h"
#include "wire/value.h"

namespace broker {

class AnswerScrub {
 public:
  // LIMIT: streams of one call; a server that opens more breaks the protocol.
  static constexpr std::size_t kStreams = 512;

  struct Rest {
    wire::DeltaKind kind;
    std::uint32_t index;
    std::string text;
  };
  // The finds of one secret in one form.
  struct Found {
    std::string handle;
    std::string form;
    std::uint32_t count;
  };

  // `set` holds every secret of the tenant that has been loaded. Never null.
  explicit AnswerScrub(std::shared_ptr<const ScrubSet> set) : set_(std::move(set)) {}

  // What may leave of the next piece of a stream. kExhausted above kStreams.
  base::Result<std::string> feed(wire::DeltaKind kind, std::uint32_t index, std::string_view text);
  // Ends all streams: what they still held back, in order of kind and index.
  std::vector<Rest> finish();
  // A whole text.
  std::string whole(std::string_view text);
  // A newer set, with secrets that were loaded meanwhile. Streams that have begun go over to it
  // where they hold nothing back.
  void renew(std::shared_ptr<const ScrubSet> set);

  std::vector<Found> found() const;
  std::uint32_t total() const;

 private:
  void add(const ScrubSet& set, const std::vector<Hit>& hits);
  struct Stream {
    std::shared_ptr<const ScrubSet> set;
    StreamScrubber scrubber;
  };
  std::shared_ptr<const ScrubSet> set_;
  std::map<std::pair<wire::DeltaKind, std::uint32_t>, Stream> streams_;
  std::map<std::pair<std::string, Form>, std::uint64_t> found_;
};

}  // namespace broker
