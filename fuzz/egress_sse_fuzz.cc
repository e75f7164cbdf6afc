// SPDX-License-Identifier: Apache-2.0
// Server-sent events of a model: the same deltas and the same ending however the bytes are cut, and
// every delta is well-formed UTF-8. The first byte chooses the cut.
#include "egress_cuts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return egress_cuts(data, size, wire::Decode::kOpenAiChat, egress::ResponseReader::Media::kEvents);
}
