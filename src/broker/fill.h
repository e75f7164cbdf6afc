// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The values that the pieces of a template ask for, and the text of a template of one place. Pure.
// Trust zone: broker; the arguments may be a model's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "broker/render.h"

namespace broker {

// What one rendering draws from. All references outlive it.
struct Fill {
  const ManifestView& view;
  const wire::ToolSpec& tool;
  const std::vector<wire::Leaf>& leaves;
  const SecretLookup& secrets;

  // The scalar argument `name`, or null if the call does not have it.
  const wire::Leaf* argument(std::string_view name) const;
  // The items of the array `name`, in order; empty also if it is absent.
  std::vector<const wire::Leaf*> items(std::string_view name) const;
  // kUnavailable if `tool` may not carry the secret `name` or it is not there now.
  base::Result<const Secret*> secret(std::string_view name) const;
};

// Appends `text`, encoded for `place`. kInvalid if it cannot stand there.
base::Status append_encoded(std::string& out, wire::Escape place, std::string_view text);

// Appends one literal, argument or secret, encoded for `place`. False, and nothing appended, if an
// optional argument is absent.
base::Result<bool> append_piece(std::string& out, const Fill& fill, const wire::Piece& piece,
                                wire::Escape place);

// The text of a whole template of one place; nothing if it names an absent optional argument, and
// then the parameter, header or member is dropped as a whole.
base::Result<std::optional<std::string>> fill_template(const Fill& fill,
                                                       const wire::Template& pieces,
                                                       wire::Escape place);

// The JSON body of `body` (checked by check_json_template): the renderer writes the commas and
// leaves out members and items whose optional argument is absent.
base::Result<std::string> fill_json(const Fill& fill, const wire::Template& body);

}  // namespace broker
