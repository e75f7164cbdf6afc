// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Entries as text: one line for people, one JSON object for machines. Trust zone: command line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "audit/entry.h"

namespace audit {

// What numbers of other folders mean. A function may be null, and may return "": then the number
// is shown.
struct Wording {
  std::string_view (*reason)(std::uint16_t) = nullptr;
  std::string_view (*outcome)(std::uint16_t) = nullptr;
};

// Sessions and calls are written as 16 lower-case hexadecimal digits: JSON numbers lose the low
// bits of such values.
std::string id_text(std::uint64_t id);

// "2026-11-20 13:06:01.123456 #17 intent allow notes.search session=... rule=3 ...": local time,
// sequence, kind, decision or alert, tool or program, then every other field as name=value, digests
// by their first 12 digits. No line break, nothing that could move a cursor.
std::string line(const Entry& e, const Wording& wording = {});

// {"sequence":17,"time":"2026-11-20T13:06:01.123456Z","kind":"intent",...}: every field that is
// present, under its name, digests as 64 hexadecimal digits, codes as {"code":n,"text":"..."}. No
// line break.
std::string json(const Entry& e, const Wording& wording = {});

}  // namespace audit
