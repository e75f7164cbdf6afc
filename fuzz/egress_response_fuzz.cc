// SPDX-License-Identifier: Apache-2.0
// HTTP responses: no crash, no body above its bound, and the same reading however the bytes are
// cut. The first byte chooses the cut and whether the request was HEAD.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "egress/response.h"

namespace {

constexpr std::uint64_t kMaxBody = 300;

struct Reading {
  base::Reason reason = base::Reason::kOk;
  std::string body;
  bool done = false;
  bool reusable = false;
  int status = 0;
};

Reading read(std::string_view bytes, std::size_t piece, bool head) {
  egress::ResponseReader reader(head, kMaxBody);
  Reading out;
  for (; !bytes.empty() && out.reason == base::Reason::kOk;
       bytes.remove_prefix(std::min(piece, bytes.size())))
    out.reason = reader.feed(bytes.substr(0, piece), out.body);
  if (out.reason == base::Reason::kOk) out.reason = reader.end();
  out.done = reader.done();
  out.reusable = out.done && reader.reusable();
  out.status = reader.status();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool head = (data[0] & 0x80) != 0;
  const Reading whole = read(bytes, std::max<std::size_t>(bytes.size(), 1), head);
  const Reading cut = read(bytes, data[0] % 64u + 1u, head);
  CHECK(whole.body.size() <= kMaxBody && cut.body.size() <= kMaxBody);
  CHECK((whole.reason == base::Reason::kOk) == (cut.reason == base::Reason::kOk));
  if (whole.reason != base::Reason::kOk) return 0;
  CHECK(whole.body == cut.body && whole.done == cut.done && whole.status == cut.status);
  CHECK(whole.reusable == cut.reusable && whole.done);
  return 0;
}
