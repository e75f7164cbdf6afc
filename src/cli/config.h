// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// yett.toml as plain data, read strictly: an unknown key, a duplicate, a wrong type, a value out of
// its range or one that looks like a secret is a problem with its place. The reference is
// docs/reference/configuration.md. Trust zone: supervisor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/problems.h"
#include "policy/options.h"
#include "policy/words.h"
#include "wire/manifest.h"
#include "wire/start.h"

namespace cli {

struct Place {
  std::size_t line = 0;
  std::size_t column = 0;
};

// A text of the file with its place, for problems that are found later.
struct Text {
  std::string value;
  Place at;
};

// A TOML value as a body or option template uses it. Order of tables is the file's.
struct Member;
struct Node {
  using Table = std::vector<Member>;
  std::variant<bool, std::int64_t, double, std::string, std::vector<Node>, Table> value;
  Place at;
};
// A pair would ask whether a Node can be made before it is complete; clang refuses that.
struct Member {
  std::string name;
  Node node;
};

struct SecretUse {
  Text name;
  enum class In : unsigned char { kHeader, kQuery, kBearer, kBasic, kJson, kForm } in = In::kHeader;
  std::string as;      // name of the header, parameter or member
  std::string prefix;  // kHeader
  std::string user;    // kBasic
};

struct ModelConfig {
  std::string name;
  Place at;
  wire::Decode dialect = wire::Decode::kOllamaChat;
  Text url;
  std::string model;
  std::optional<Text> secret;
  std::optional<Node> options;
  std::uint32_t timeout_ms = static_cast<std::uint32_t>(base::limits::kModelTimeoutMs);
  std::string ca;  // file, beside the configuration
};

struct SecretConfig {
  std::string name;
  Place at;
  wire::SecretSource source = wire::SecretSource::kVault;
  std::string reference;
  std::vector<Text> hosts;
  std::uint32_t lifetime_s = static_cast<std::uint32_t>(base::limits::kSecretLifetimeS);
};

struct ToolConfig {
  std::string name;
  Place at;
  std::string description;
  wire::Method method = wire::Method::kGet;
  Text url;
  std::vector<std::pair<std::string, Text>> query;
  std::vector<std::pair<std::string, Text>> headers;
  std::optional<Node> json;
  std::vector<std::pair<std::string, Text>> form;
  bool has_form = false;
  std::vector<SecretUse> secrets;
  std::vector<wire::KeptField> keep;
  wire::Decode answer = wire::Decode::kJson;
  wire::Effect effect = wire::Effect::kRead;
  bool idempotent = false;
  std::uint32_t timeout_ms = static_cast<std::uint32_t>(base::limits::kToolTimeoutMs);
  std::uint32_t max_bytes = 1u << 20;
  std::string ca;
  std::vector<wire::Parameter> arguments;
};

// A policy on trial (`yett policy shadow`): it ends by itself.
struct ShadowConfig {
  std::string file;  // beside the configuration
  policy::Instant until;
  Place at;
};

struct Config {
  std::optional<ShadowConfig> shadow;
  std::string tenant = "default";
  std::vector<std::string> policy{"policy.sqrt"};  // beside the configuration, in their order
  policy::Options policy_options;
  std::string environment;         // `@environment.name`
  std::vector<std::string> roles;  // of the owner of the door
  std::vector<std::string> scopes;
  std::string state;  // empty: the default directory
  std::uint8_t min_isolation = 1;
  std::string system_prompt;
  std::uint32_t max_calls_per_turn = base::limits::kToolCallsPerTurn;
  std::uint32_t max_calls_per_conversation = base::limits::kToolCallsPerConversation;
  std::uint32_t session_pool = 1;
  struct Session {  // [session]
    wire::TurnMode mode = wire::TurnMode::kPlain;
    bool dual_required = false;
    std::optional<Text> quarantined;
    bool retry_after_denial = false;
    bool include_program = true;
  } session;
  std::string vault_file;          // empty: the default
  std::string vault_key = "none";  // "none", "passphrase", "file:PATH"
  std::string op;                  // path of the 1Password CLI; empty: none
  std::vector<ModelConfig> models;
  std::vector<SecretConfig> secrets;
  std::vector<ToolConfig> tools;
};

// The policy files as a sentence names them: "policy.sqrt", "a.sqrt and b.sqrt".
std::string policy_names(const Config& config);

// Reads the text of a yett.toml. With any problem the result must not be used.
Config read_config(std::string_view text, Problems& problems);

// True if a text is of the shape of a credential: known prefixes, private keys, or a long random
// word under a key that is named like one. Used to refuse it, so a false alarm is cheap.
bool looks_like_secret(std::string_view key, std::string_view value);

}  // namespace cli
