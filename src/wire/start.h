// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What each program is told at its start: one struct in a sealed memfd on descriptor 4, written by
// the supervisor. Descriptor 3 is its channel to the program above; further ones are listed with
// each struct. Trust zone: written by the supervisor, read once before lockdown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "wire/codec.h"
#include "wire/manifest.h"

namespace wire {

inline constexpr int kChannelFd = 3;
inline constexpr int kStartFd = 4;

// 3: monitor. 5: the listening unix socket of the door.
struct StartGateway {
  static constexpr int kListenFd = 5;
  std::string door;             // its name in policy and log
  std::uint32_t owner_uid = 0;  // only this uid (and root) is a client
  template <class V> void visit(V& v) { v(door, owner_uid); }
};

// One parameter of a declared tool as the model sees it and the session checks it.
struct Parameter {
  ArgumentSpec spec;
  std::string description;
  std::string pattern;           // RE2, full match; empty: any
  std::uint32_t min_length = 0;  // code points, strings only
  std::uint32_t max_length = 0;  // 0: only ArgumentSpec::max_bytes holds
  std::uint32_t min_items = 0;
  template <class V> void visit(V& v) {
    v(spec, description, pattern, min_length, max_length, min_items);
  }
};
struct OfferedTool {
  std::string name;
  std::string description;
  base::Digest definition{};
  std::vector<Parameter> parameters;
  Effect effect = Effect::kWrite;
  bool json = false;  // its answer is a JSON document, not text
  template <class V> void visit(V& v) {
    v(name, description, definition, parameters, effect, json);
  }
};
struct OfferedModel {
  std::string name;  // in the configuration
  std::string tool;  // its ToolSpec's name, "model:NAME"
  base::Digest definition{};
  Decode dialect = Decode::kOllamaChat;
  std::string model;    // the upstream's name for it
  std::string options;  // JSON object text merged into each request (temperature, seed, ...)
  template <class V> void visit(V& v) { v(name, tool, definition, dialect, model, options); }
};

// 3: monitor. Nothing else: no files, no sockets.
struct StartSession {
  std::vector<OfferedTool> tools;    // exactly what policy can allow: offered = allowed
  std::vector<OfferedModel> models;  // the first is the default
  std::string system_prompt;
  std::uint32_t max_calls_per_turn = base::limits::kToolCallsPerTurn;
  std::uint32_t max_calls_per_conversation = base::limits::kToolCallsPerConversation;
  std::string quarantined;  // of `models`: the one that reads data for plans; empty: the first
  bool retry_after_denial = false;  // a planner may write another plan after a denial
  template <class V> void visit(V& v) {
    v(tools, models, system_prompt, max_calls_per_turn, max_calls_per_conversation, quarantined,
      retry_after_denial);
  }
};

struct KnownTool {  // what the monitor knows of a tool: no templates, no secrets
  std::string name;
  base::Digest definition{};
  bool model = false;
  Effect effect = Effect::kRead;
  bool idempotent = false;
  std::uint32_t timeout_ms = 0;
  template <class V> void visit(V& v) {
    v(name, definition, model, effect, idempotent, timeout_ms);
  }
};

// 3: supervisor. 5: broker. 6: gateway. 7: the log file. 8: the argument store's file.
struct StartMonitor {
  static constexpr int kBrokerFd = 5;
  static constexpr int kGatewayFd = 6;
  static constexpr int kLogFd = 7;
  static constexpr int kValuesFd = 8;
  std::string tenant;
  std::string door;
  std::string principal;  // who the owner uid is in policy and log
  std::uint32_t owner_uid = 0;
  bool authentic_door = false;  // the door carries the user's own words (a terminal)
  base::Digest manifest{};      // SHA-256 of the sealed manifest; the broker's must be equal
  base::Digest policy_digest{};
  std::string policy;       // wire::encode of a policy::Program whose digest that is
  std::string environment;  // of the principal, as policy may ask for them: @environment.name,
  std::vector<std::string> roles;   // @principal.roles,
  std::vector<std::string> scopes;  // @principal.scopes
  // Text of a model reaches the client only if the labels of all that its session was given admit
  // the reader `reply:PRINCIPAL` (policy.md §7).
  bool check_readers = false;
  std::string shadow;                // like `policy`, of one on trial; empty: none
  std::int64_t shadow_until_us = 0;  // microseconds since 1970: when it ends
  std::vector<KnownTool> tools;
  std::uint32_t session_pool = 1;  // sessions kept ready
  std::uint32_t max_calls_per_turn = base::limits::kToolCallsPerTurn;
  std::uint32_t max_calls_per_conversation = base::limits::kToolCallsPerConversation;
  std::uint8_t min_isolation = 0;    // below it nothing is admitted
  TurnMode mode = TurnMode::kPlain;  // of a turn that names none
  bool dual_required = false;        // a plain turn is refused
  bool include_program = true;       // the door may be shown programs
  template <class V> void visit(V& v) {
    v(tenant, door, principal, owner_uid, authentic_door, manifest, policy_digest, policy,
      environment, roles, scopes, check_readers, shadow, shadow_until_us, tools, session_pool,
      max_calls_per_turn, max_calls_per_conversation, min_isolation, mode, dual_required,
      include_program);
  }
};

// 3: monitor. 5: supervisor. 6: runner. 7: the file vault (or -1: closed). 8: its key, as a
// readable descriptor (a key file, or a pipe with a passphrase); closed if there is none.
struct StartBroker {
  static constexpr int kSupervisorFd = 5;
  static constexpr int kRunnerFd = 6;
  static constexpr int kVaultFd = 7;
  static constexpr int kVaultKeyFd = 8;
  enum class Key : std::uint8_t { kNone, kFile, kPassphrase, kLast = kPassphrase };
  Manifest manifest;
  Key key = Key::kNone;
  std::vector<std::string>
      environment;       // values of SecretSource::kEnvironment, in manifest order; wiped
  std::string op_token;  // 1Password service account token; wiped
  template <class V> void visit(V& v) { v(manifest, key, environment, op_token); }
};

// 3: broker. Nothing else.
struct StartEgress {
  Origin origin;
  std::uint32_t idle_ms = static_cast<std::uint32_t>(base::limits::kEgressIdleMs);
  template <class V> void visit(V& v) { v(origin, idle_ms); }
};

// 3: broker. 5: the spawner of sandboxes (runner/spawner/frames.h), if there is one.
struct StartRunner {
  static constexpr int kSpawnerFd = 5;
  std::string op_path;  // fixed, absolute; checked by the supervisor (owner, mode, no symlink)
  std::string launcher_path;  // yett-vault-launch
  bool spawner = false;
  template <class V> void visit(V& v) { v(op_path, launcher_path, spawner); }
};

// Reads, decodes and closes the start memfd on `fd`. kViolation if it is not sealed or does not
// decode, kIo if it cannot be read. The bytes are wiped.
base::Result<std::string> read_start(int fd);
template <class T> base::Result<T> start_of(int fd = kStartFd) {
  TRY_AS(std::string bytes, read_start(fd));
  auto decoded = decode<T>(bytes);
  ::memset(bytes.data(), 0, bytes.size());
  return decoded;
}

// A sealed memfd (no write, shrink, grow, further seals) that holds `bytes`.
base::Result<base::Fd> sealed_memfd(const char* name, std::string_view bytes);

}  // namespace wire
