// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The last results of one session, each with its label, so that a direct call can take one of them,
// or a kept field of one, as an argument: the value comes with exactly that result's label.
// Trust zone: session (reads hostile text, one channel).
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "session/toolset.h"
#include "wire/frames.h"

namespace session {

class Results {
 public:
  // LIMIT: results kept and their bytes; the oldest are dropped.
  static constexpr std::size_t kCount = 64;
  static constexpr std::size_t kBytes = 8u << 20;

  void keep(base::CallId call, std::string content, wire::LabelText label);
  void forget();

  // A call's arguments with the references filled in, and the label of each that was.
  struct Filled {
    struct From {
      std::string argument;
      wire::LabelText label;
    };
    std::string arguments;  // one JSON object
    std::vector<From> from;
  };
  // `arguments` is JSON text. A text argument takes a whole result as it is; any other, and a
  // field, is taken as JSON. The error is fit for the caller: no such result, no such field, an
  // argument that is given twice.
  base::Result<Filled> fill(const Toolset& tools, const std::string& tool,
                            std::string_view arguments,
                            const std::vector<wire::ResultRef>& from) const;

 private:
  struct Kept {
    base::CallId call;
    std::string content;
    wire::LabelText label;
  };
  const Kept* find(base::CallId call) const;

  std::deque<Kept> kept_;
  std::size_t bytes_ = 0;
};

}  // namespace session
