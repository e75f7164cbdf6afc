// SPDX-License-Identifier: Apache-2.0
// Decoding and encoding of base/bytes.h agree: whatever decodes encodes back to the same text.
#include "base/bytes.h"

#include <cstdint>
#include <string_view>

#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  CHECK(base::unhex(base::hex(text)) == text);
  for (const auto alphabet : {base::Base64::kStandard, base::Base64::kUrl}) {
    CHECK(base::unbase64(base::base64(text, alphabet), alphabet) == text);
    if (const auto decoded = base::unbase64(text, alphabet)) {
      CHECK(base::base64(*decoded, alphabet) == text);
    }
  }
  const std::string shown = base::printable(text);
  CHECK(base::is_utf8(shown));
  CHECK(base::printable(shown) == shown);
  return 0;
}
