// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a run tells about itself as it goes, for `yett plan trace`: lines, names and labels, never
// values. Trust zone: session.
#pragma once

#include <cstdint>
#include <string_view>

#include "label/table.h"

namespace lang {

// SECURITY: a trace holds no value, but which lines ran is itself decided by data: show it only to
// whom the labels in it may be shown. A run without a tracer pays nothing for it. Each event is
// told once, also of a run that was suspended and goes on.
class Tracer {
 public:
  virtual ~Tracer() = default;
  // `name` was assigned; of `name.field = v` and `name[i] = v` the name is `name`, and of a target
  // that begins with no name it is empty. `label`: the join over all of the value, with control.
  virtual void bound(std::uint32_t line, std::string_view name, label::LabelId label) = 0;
  // `tool` is about to be called; `control`: what decided that it is.
  virtual void called(std::uint32_t line, std::string_view tool, label::LabelId control) = 0;
};

}  // namespace lang
