// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Shared by the fuzzers of streamed replies: decodes a body whole and in pieces and compares.
// Trust zone: tests only.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "egress/decode.h"

struct EgressDecoded {
  std::vector<egress::Delta> deltas;
  egress::Ending ending;
};

inline EgressDecoded egress_decode(std::string_view body, std::size_t piece, wire::Decode decode,
                                   egress::ResponseReader::Media media) {
  const auto decoder = egress::make_decoder(decode, {}, true, media);
  EgressDecoded out;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
    if (auto ending = decoder->feed(body.substr(0, piece), out.deltas)) {
      out.ending = *ending;
      return out;
    }
  out.ending = decoder->finish(out.deltas);
  return out;
}

inline int egress_cuts(const std::uint8_t* data, std::size_t size, wire::Decode decode,
                       egress::ResponseReader::Media media) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const EgressDecoded whole =
      egress_decode(body, std::max<std::size_t>(body.size(), 1), decode, media);
  const EgressDecoded cut = egress_decode(body, data[0] % 32u + 1u, decode, media);
  CHECK(whole.deltas == cut.deltas);
  CHECK(whole.ending.reason == cut.ending.reason && whole.ending.content == cut.ending.content);
  for (const egress::Delta& delta : whole.deltas) {
    CHECK(!delta.text.empty() && base::is_utf8(delta.text));
  }
  CHECK(base::is_utf8(whole.ending.content));
  return 0;
}
