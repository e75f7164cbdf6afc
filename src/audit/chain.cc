// SPDX-License-Identifier: Apache-2.0
#include "audit/chain.h"

#include <algorithm>

#include "audit/little_endian.h"
#include "base/bytes.h"

namespace audit {
namespace {

constexpr std::string_view kMagic = "yett-log";
constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kOriginAt = 58;
constexpr std::size_t kSumAt = kHeaderBytes - 32;

bool good_origin(std::string_view s) {
  return !s.empty() && s.size() <= base::limits::kNameBytes && base::printable(s) == s;
}

base::Error corrupt_header() { return {base::Errc::kCorrupt, "log header is damaged"}; }

}  // namespace

std::uint64_t mark_of(const Header& header) { return get_le<std::uint64_t>(base::view(header.id)); }

base::Result<std::string> encode_header(const Header& header) {
  if (!good_origin(header.origin)) return base::invalid("log origin is empty, long or unprintable");
  if (mark_of(header) == 0) return base::invalid("log id starts with zeros");
  std::string out(kMagic);
  put_le(out, kFormat);
  put_le(out, static_cast<std::uint32_t>(kSectorBytes));
  out += base::view(header.id);
  put_le(out, static_cast<std::uint64_t>(header.created_us));
  put_le(out, static_cast<std::uint16_t>(header.origin.size()));
  out += header.origin;
  out.resize(kSumAt, '\0');
  out += base::view(base::sha256({out}));
  return out;
}

base::Result<Header> decode_header(std::string_view bytes) {
  if (bytes.size() != kHeaderBytes || !bytes.starts_with(kMagic)) return corrupt_header();
  Header header;
  const std::string_view id = bytes.substr(16, header.id.size());
  std::copy(id.begin(), id.end(), header.id.begin());
  header.created_us = static_cast<std::int64_t>(get_le<std::uint64_t>(bytes.substr(48)));
  const auto length = get_le<std::uint16_t>(bytes.substr(kOriginAt - 2));
  if (length > base::limits::kNameBytes) return corrupt_header();
  header.origin = bytes.substr(kOriginAt, length);
  // Written again and compared: the one way to be sure that nothing else stands in it.
  const auto again = encode_header(header);
  if (!again.ok() || *again != bytes) return corrupt_header();
  return header;
}

std::string encode_head(const BatchHead& head, const base::Digest& before) {
  std::string out;
  put_le(out, head.mark);
  put_le(out, head.first_sequence);
  put_le(out, head.record_bytes);
  put_le(out, head.entries);
  out += base::view(base::sha256({base::view(before), out})).substr(0, 8);
  return out;
}

BatchHead get_batch_head(std::string_view bytes) {
  return {get_le<std::uint64_t>(bytes), get_le<std::uint64_t>(bytes.substr(8)),
          get_le<std::uint32_t>(bytes.substr(16)), get_le<std::uint32_t>(bytes.substr(20))};
}

std::uint64_t batch_extent(std::uint64_t record_bytes) {
  return (kBatchHeadBytes + record_bytes + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
}

base::Digest leaf_hash(std::string_view entry) {
  return base::sha256({std::string_view("\0", 1), entry});
}

base::Digest first_link(std::string_view header) { return base::sha256({header}); }

base::Digest next_link(const base::Digest& previous, const base::Digest& leaf) {
  return base::sha256({base::view(previous), base::view(leaf)});
}

}  // namespace audit
