// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Parts of TOML files that are about policies: tools as a test or `--tools` declares them, labels,
// names, plain values. Seen only by files that read TOML. Trust zone: command line.
#pragma once

#include <optional>
#include <string>

#include "cli/toml_keys.h"
#include "label/sets.h"
#include "policy/options.h"
#include "policy/tools.h"
#include "schema/value.h"

namespace cli {

// `node` as a JSON value; a date or time becomes its ISO 8601 text.
schema::Value json_of(const toml::node& node);

// [tool.NAME] tables: `effect`, `args` (each `type`, `items`, `role`, `required`, `enum`), `keep`.
// A name that begins with "model:" is a model. In the order of the file.
policy::Tools read_tools(const toml::table& tools, Problems& problems);

// The names under `key`, an array of texts; nothing if it is not there.
std::optional<label::Names> read_names(Keys& keys, std::string_view key);
// `tags`, `producers`, `consumers`, `origins` of `keys`. Consumers that are ["*"] are everybody.
label::Sets read_label(Keys& keys);

// The whole file; nothing if it is malformed (the problem says where).
std::optional<toml::table> read_toml(std::string_view text, Problems& problems);

}  // namespace cli
