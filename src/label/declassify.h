// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// SECURITY: a door. A declared, named declassifier takes away from a label what its declaration
// lists, and no more. Who may include this stands in layers.txt. Trust zone: monitor.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "label/labelled.h"
#include "label/sets.h"

namespace label {

// Where a declassification is written down: a rule of a policy, or a key of the configuration.
struct Declared {
  std::string name;  // "redact-names", or of a policy's update the text of its target
  std::string file;
  std::uint32_t line = 0;
  // The most that it may take away and open.
  Names tags;
  Names producers;
  Names origins;
  Names admits;        // consumers
  bool opens = false;  // to everybody
};

// For the log: what was taken away, and who said that it may be. Holds no value.
struct Declassification {
  std::string name;
  std::string file;
  std::uint32_t line = 0;
  Lowered lowered;
};

struct Declassified {
  Sets after;
  Declassification record;
};

// The record of an update that a policy itself made, for the log. The policy is the declaration,
// so that nothing is refused here.
Declassification declassified_by_policy(std::string file, std::uint32_t line, const Sets& before,
                                        const Sets& after);

class Declassifier {
 public:
  explicit Declassifier(Declared declared) : declared_(std::move(declared)) {}

  // `before` without what is declared. The consumers gain the declared ones, or become everybody.
  // kDenied: `before` is restricted (`__restricted`), or the declaration names a reserved tag.
  base::Result<Declassified> apply(const Sets& before) const;

  // The value that `f` makes of it, under the lowered label: a declassifier is a function (the
  // count of a list, a text with the names cut out) and a label. The same error.
  template <class T, class Owner, class F>
  auto apply(TableOf<Owner>& table, const Labelled<T, Owner>& value, F f) const -> base::Result<
      std::pair<Labelled<decltype(f(std::declval<const T&>())), Owner>, Declassification>> {
    using R = decltype(f(std::declval<const T&>()));
    TRY_AS(Declassified done, apply(table.sets(value.label())));
    return std::pair{Labelled<R, Owner>(f(value.reveal(base::PassKey<Declassifier>())),
                                        table.intern(done.after)),
                     std::move(done.record)};
  }

 private:
  Declared declared_;
};

}  // namespace label
