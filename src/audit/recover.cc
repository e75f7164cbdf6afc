// SPDX-License-Identifier: Apache-2.0
#include "audit/recover.h"

#include <algorithm>
#include <array>

namespace audit {
namespace {

// Overwrites [from, to) with zeros, whole sectors, durably.
base::Status blank(File& file, std::uint64_t from, std::uint64_t to) {
  const std::string zeros(64 * 1024, '\0');
  to = (to + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  for (; from < to; from += std::min<std::uint64_t>(to - from, zeros.size()))
    TRY(file.write_at(from, std::string_view(zeros).substr(0, to - from)));
  return file.sync();
}

// A file in which no log was ever begun: empty, or of one sector that was allocated but not
// written when the power failed.
base::Result<bool> is_blank(File& file) {
  TRY_AS(const std::uint64_t size, file.size());
  if (size > kHeaderBytes) return false;
  std::array<char, kHeaderBytes> bytes{};
  TRY_AS(const std::size_t n, file.read_at(0, bytes));
  return std::all_of(bytes.begin(), bytes.begin() + n, [](char c) { return c == '\0'; });
}

base::Result<Recovered> create(File& file, const base::Clock& clock, base::Random& random,
                               const std::string& origin) {
  Recovered out;
  out.header = {origin, {}, clock.wall_us()};
  while (mark_of(out.header) == 0) random.fill(std::as_writable_bytes(std::span(out.header.id)));
  TRY_AS(const std::string bytes, encode_header(out.header));
  TRY(file.write_at(0, bytes));
  TRY(file.sync());
  out.position = {mark_of(out.header), 0, first_link(bytes), kHeaderBytes, kHeaderBytes};
  return out;
}

Entry first_entry(const base::Clock& clock, const Recovered& from, bool created,
                  const OpenOptions& options) {
  Entry e;
  e.kind = created ? Kind::kLogOpened : Kind::kLogRecovered;
  e.wall_us = clock.wall_us();
  e.dropped_bytes = from.dropped_bytes;
  if (options.continues) {
    e.prior_head = options.continues->head;
    e.prior_entries = options.continues->entries;
  }
  return e;
}

}  // namespace

base::Result<Recovered> recover(File& file) {
  TRY(file.sync());
  file.drop_cache();
  TRY_AS(Reader reader, Reader::open(file));
  Recovered out;
  for (;;) {
    auto more = reader.next();
    if (!more.ok()) {
      if (!reader.finding() || reader.finding()->damage != Damage::kTorn)
        return std::move(more).error();
      break;
    }
    if (!*more) break;
    out.state.apply(reader.entry());
  }
  out.header = reader.header();
  out.position = reader.position();
  if (const auto& torn = reader.finding()) {
    out.dropped_bytes = torn->dirt_end - torn->batch;
    TRY(blank(file, torn->batch, torn->dirt_end));
  }
  TRY_AS(out.position.allocated, file.size());
  // A file cut inside a sector, by a copy for instance: whole sectors from here on.
  out.position.allocated =
      std::max(out.position.offset, out.position.allocated / kSectorBytes * kSectorBytes);
  return out;
}

base::Result<Opened> open(File& file, const base::Clock& clock, base::Random& random,
                          const OpenOptions& options) {
  TRY_AS(const bool created, is_blank(file));
  if (options.continues && !created)
    return base::invalid("a log that exists cannot begin as the continuation of another");
  TRY_AS(Recovered found, created ? create(file, clock, random, options.origin) : recover(file));
  if (found.header.origin != options.origin)
    return base::invalid("the log bears the origin `" + found.header.origin + "`, not `" +
                         options.origin + "`");
  found.state.forget_before(clock.wall_us() - options.keep_finished_us);
  Opened out{found.header, Writer(file, found.position, options.step_bytes), std::move(found.state),
             found.dropped_bytes, created};
  Entry e = first_entry(clock, found, created, options);
  TRY(out.writer.append(e));
  TRY(out.writer.commit());
  return out;
}

}  // namespace audit
