// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the quarantined model is asked, and its reply held to the schema that it was given. It reads
// data, so it has no tools, and nothing of its reply counts but a value of the asked form.
// Trust zone: session (reads hostile text, one channel).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "schema/value.h"
#include "session/setup.h"

namespace session {

// Whether `value` is of the JSON schema: type, enum, const, anyOf, properties, required,
// additionalProperties, items; anything else in a schema holds for every value. Depth is bounded by
// schema::kDepthCap.
bool fits(const schema::Value& schema, const schema::Value& value);

// {"have_enough_info": bool, "value": `schema` or null}. `strict`: every object closed and whole,
// as OpenAI's strict mode demands.
schema::Value wrapped_schema(const schema::Value& schema, bool strict);

// The body of the request. `again`: how many replies were not of the form; it changes fixed words
// only.
std::string quarantined_body(const Model& model, std::string_view query,
                             const schema::Value& wrapped, std::uint32_t again);

// The reply: nothing if it is not of the form; else whether there was enough information, and the
// value.
struct QuarantinedReply {
  bool enough = false;
  schema::Value value;
};
std::optional<QuarantinedReply> quarantined_reply(std::string_view text,
                                                  const schema::Value& schema);

}  // namespace session
