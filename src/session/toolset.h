// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The tools of a session: how they are offered to a model, and the check of a call before it may be
// proposed. Trust zone: session (reads hostile text, one channel).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/reason.h"
#include "base/result.h"
#include "schema/param.h"
#include "wire/start.h"

namespace session {

struct Tool {
  std::string description;
  base::Digest definition{};
  schema::ParamSet params;
  std::vector<std::uint32_t> max_bytes;  // of a value, one a parameter, in their order
  wire::Effect effect = wire::Effect::kWrite;
  bool json = false;  // its answer is JSON
};

class Toolset {
 public:
  // kInvalid: a parameter that the schema refuses, or a tool named twice.
  static base::Result<Toolset> create(const std::vector<wire::OfferedTool>& offered);

  // The tool of exactly this name, or null.
  const Tool* find(const std::string& name) const;
  // The function definitions as both dialects take them: an array, empty without tools.
  const schema::Value& definitions() const { return definitions_; }
  // Their names in the order in which they were offered.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::unordered_map<std::string, Tool> tools_;
  std::vector<std::string> names_;
  schema::Value definitions_ = schema::Value::array();
};

// A call that may be proposed. A tool that is not offered is proposed too, without definition and
// arguments: the monitor denies it, which puts the attempt into the log and says what it was.
struct Proposable {
  base::Digest definition{};
  std::vector<wire::Leaf> leaves;
  bool offered = false;
};
// A call that is refused here; `text` is fit for the model as it is.
struct Refusal {
  base::Reason reason = base::Reason::kInvalidArguments;
  std::string text;
};
struct CheckedCall {
  std::string arguments = "{}";  // what was understood of them: one JSON object, written by us
  std::variant<Proposable, Refusal> outcome;
};

// LIMIT: the text of one call's arguments.
inline constexpr std::size_t kArgumentsBytes = 4u << 20;

// Checks the call of the tool `name` with `arguments` (JSON text; nothing at all is {}): exact
// name, no repeated keys, the declared parameters and no others. The leaves are canonical and carry
// label index 0.
CheckedCall check_call(const Toolset& tools, const std::string& name, std::string_view arguments);

}  // namespace session
