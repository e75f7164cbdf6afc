// SPDX-License-Identifier: Apache-2.0
#include "cli/stored_calls.h"

#include "base/bytes.h"
#include "cli/vault_writer.h"

namespace cli {

base::Result<Stored> read_stored(const LogPlace& place) {
  Stored out;
  if (place.config.vault_key == "none") {
    out.why_not =
        "the vault has no key, so values end with each run: set `key` in [vault] to keep them";
    return out;
  }
  auto file = open_file(place.paths.values, Access::kRead, Privacy::kPrivate);
  if (!file.ok() && file.error().code == base::Errc::kNotFound) {
    out.why_not = "there is no argument store at " + place.paths.values;
    return out;
  }
  if (!file.ok()) return std::move(file).error();
  TRY_AS(std::string key, values_key(place.paths, place.config));
  audit::PosixFile values(std::move(*file));
  auto asked = read_asked(values, key);
  base::wipe(key);
  if (!asked.ok()) return std::move(asked).error();
  out.asked = std::move(*asked);
  return out;
}

}  // namespace cli
