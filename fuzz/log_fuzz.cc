// SPDX-License-Identifier: Apache-2.0
// The reader of the log over arbitrary bytes: as one entry, as the entries of a log that chains
// rightly, as a file that begins like one, and as a whole file. Whatever decodes has no other
// encoding; whatever recovers is whole afterwards and renders on one line.
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/fault_file.h"
#include "audit/little_endian.h"
#include "audit/recover.h"
#include "audit/render.h"

namespace {

void one_entry(std::string_view bytes) {
  audit::Entry e;
  if (!audit::decode(bytes, e).ok()) return;
  std::string again;
  CHECK(audit::encode(e, again).ok());
  CHECK(again == bytes);
  for (const std::string& text : {audit::line(e), audit::json(e)})
    for (const char c : text) CHECK(static_cast<unsigned char>(c) >= ' ');
}

void whole_file(std::string disk) {
  audit::FaultFile file(std::move(disk));
  const auto before = audit::verify(file);
  const auto found = audit::recover(file);
  if (before.ok() && !before->finding) CHECK(found.ok() && found->dropped_bytes == 0);
  if (!found.ok()) return;
  const auto after = audit::verify(file);
  CHECK(after.ok() && !after->finding);
  CHECK(after->position.entries == found->position.entries);
}

std::string header() {
  return *audit::encode_header({"fuzz.example/log", base::sha256({"id"}), 1});
}

// Each piece of `bytes` (its length in front) as an entry, rightly framed and chained.
void chained(std::string_view bytes) {
  std::string disk = header(), records;
  const base::Digest first = audit::first_link(disk);
  base::Digest link = first;
  std::uint32_t entries = 0;
  while (bytes.size() >= 2 && records.size() < 64 * 1024) {
    const std::string_view entry = bytes.substr(2, audit::get_le<std::uint16_t>(bytes));
    bytes.remove_prefix(2 + entry.size());
    link = audit::next_link(link, audit::leaf_hash(entry));
    audit::put_le(records, static_cast<std::uint32_t>(entry.size()));
    records += entry;
    records += base::view(link);
    ++entries;
  }
  const auto mark = audit::get_le<std::uint64_t>(std::string_view(disk).substr(16));
  disk += audit::encode_head({mark, 0, static_cast<std::uint32_t>(records.size()), entries}, first);
  disk += records;
  disk.resize((disk.size() + audit::kSectorBytes - 1) / audit::kSectorBytes * audit::kSectorBytes,
              '\0');
  whole_file(std::move(disk));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: one_entry(bytes); break;
    case 1: chained(bytes); break;
    case 2: whole_file(header() + std::string(bytes)); break;
    default: whole_file(std::string(bytes)); break;
  }
  return 0;
}
