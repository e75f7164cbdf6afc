// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a plan sees of the world: tools by signature, their calls with labels, their answers. The
// only way out of the language. Trust zone: session.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "label/table.h"
#include "schema/value.h"

namespace lang {

// A tool as a plan may call it: positional arguments take the parameters in order.
struct Signature {
  std::string name;
  std::vector<std::string> parameters;
  bool open_keywords = false;  // further keyword arguments are taken under any name
  // A parameter that takes a type (it goes out as its JSON schema) of which the result is made: a
  // result that does not fit raises ValidationError. Empty: the result is plain JSON.
  std::string result_type{};
};

// The label of one scalar (or empty container) of an argument: `path` as in wire::Leaf without the
// parameter's name ("", "/0", "/key/1"). It holds the labels of the containers around it.
struct LeafLabel {
  std::string path;
  label::LabelId label;
  friend bool operator==(const LeafLabel&, const LeafLabel&) = default;
};

struct Argument {
  std::string name;
  schema::Value value;
  label::LabelId label;  // the join over all of it
  std::vector<LeafLabel> leaves;
  friend bool operator==(const Argument&, const Argument&) = default;
};

struct Call {
  std::uint32_t tool = 0;  // index into the signatures
  std::vector<Argument> arguments;
  label::LabelId control;  // of what decided that the call is made
  std::uint32_t line = 0;
  friend bool operator==(const Call&, const Call&) = default;
};

// What became of a call. `label` holds for the value and, of an error, for the fact that it failed.
struct Answer {
  enum class Kind : std::uint8_t {
    kLater,      // not known yet: the machine suspends
    kResult,     // value
    kError,      // catchable in the plan as ToolError(text); text is fixed, never data
    kNotEnough,  // the same as NotEnoughInformationError(text)
    kDenied,     // SECURITY: cannot be caught; the plan ends
  };
  Kind kind = Kind::kLater;
  schema::Value value;
  std::string text;
  label::LabelId label = label::kClean;
};

class Host {
 public:
  virtual ~Host() = default;
  // Starts the call or answers at once. Called once for each call of the run.
  virtual Answer call(const Call& call) = 0;
};

}  // namespace lang
