// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a session was started with, checked once. Trust zone: session (reads hostile text, one
// channel); written by the supervisor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "session/toolset.h"
#include "wire/start.h"

namespace session {

struct Model {
  wire::OfferedModel offered;
  schema::Value options;
};

struct Setup {
  Toolset tools;
  std::vector<Model> models;  // the first is the default
  std::string system;         // the whole system prompt
  std::string operator_text;  // the operator's own part of it
  std::uint32_t max_calls_per_turn = 0;
  std::uint32_t max_calls_per_conversation = 0;
  const Model* quarantined() const;  // the one that reads data for plans, or null
  std::string quarantined_name;
  bool retry_after_denial = false;

  // kInvalid: a tool or a model's options that cannot be used; the message names which.
  static base::Result<Setup> create(const wire::StartSession& start);
  // The model of that name, the default for an empty one, or null.
  const Model* model(std::string_view name) const;
};

}  // namespace session
