// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A secret value that cannot be copied, compared, printed or logged by accident, and is wiped at
// its end. Nobody outside the broker can name the type. Trust zone: broker.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

#include "base/pass_key.h"
#include "broker/locked_bytes.h"

namespace broker {

// The three doors; each is defined in broker/reveal.h, whose includers are a listed set.
class Injector;     // puts a credential into a rendered request
class Scrubber;     // derives the forms that are removed from what comes back
class VaultWriter;  // seals a value into the vault file

// The bytes of one secret. Moved, never copied. A moved-from Secret is empty.
// SECURITY: stays closed: no copy, no comparison, no stream, no formatting, no JSON. A reading
// needs the pass key of a door; the view is valid as long as this object lives where it is.
class Secret {
 public:
  // Takes the value over; `raw` is wiped and empty afterwards, whatever its size.
  static Secret take(std::string& raw);

  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::string_view reveal(base::PassKey<Injector>) const { return view(); }
  std::string_view reveal(base::PassKey<Scrubber>) const { return view(); }
  std::string_view reveal(base::PassKey<VaultWriter>) const { return view(); }

  std::size_t size_bytes() const { return bytes_.size(); }
  // Whether the pages are kept out of swap; `yett check` reports it.
  bool locked() const { return bytes_.locked(); }

  bool operator==(const Secret&) const = delete;
  friend std::ostream& operator<<(std::ostream&, const Secret&) = delete;
  template <class Json> friend void to_json(Json&, const Secret&) = delete;

 private:
  explicit Secret(LockedBytes bytes) : bytes_(std::move(bytes)) {}
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  LockedBytes bytes_;
};

}  // namespace broker
