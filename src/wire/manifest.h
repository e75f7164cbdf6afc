// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The sealed manifest: everything the broker may ever send, compiled by `yett` from the
// configuration. What is not in it cannot be performed: a taken-over monitor or session can name
// neither a URL nor a header nor a credential. Templates are lists of operations, so the broker
// needs no parser. Trust zone: written by the supervisor, read by the broker.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/limits.h"
#include "wire/value.h"

namespace wire {

// How bytes are made safe for the place they go to.
enum class Escape : std::uint8_t {
  kNone,         // literals written by the operator; never an argument
  kPathSegment,  // RFC 3986 unreserved kept, all else %XX; "." and ".." refused; empty refused
  kQueryValue,   // RFC 3986 unreserved kept, all else %XX
  kFormValue,    // application/x-www-form-urlencoded (space as +)
  kHeaderValue,  // visible ASCII, space, tab; anything else refuses the call
  kJsonString,   // JSON string body without its quotes
  kJsonScalar,   // a whole JSON scalar: strings quoted, numbers and booleans as they are
  kJsonArray,    // all leaves NAME/0, NAME/1, ... as a JSON array of scalars
  kRawBody,      // the whole body, as it is (model prompts); only in Body::kRaw
  kLast = kRawBody,
};

enum class PieceKind : std::uint8_t {
  kLiteral,      // text
  kArgument,     // text names the argument
  kSecret,       // text names the secret; only the broker can fill it
  kBasicSecret,  // base64(user ":" secret); text names the secret, `extra` is the user
  kOpenObject,   // JSON bodies: the renderer writes the commas and drops a member
  kCloseObject,  //   whose optional argument is absent
  kOpenArray,
  kCloseArray,
  kKey,         // text is the member's name, already escaped, without quotes
  kOpenString,  // JSON: a string value made of the pieces up to kCloseString
  kCloseString,
  kLast = kCloseString,
};

struct Piece {
  PieceKind kind = PieceKind::kLiteral;
  Escape escape = Escape::kNone;
  std::string text;
  std::string extra;
  template <class V> void visit(V& v) { v(kind, escape, text, extra); }
};

using Template = std::vector<Piece>;

// One query parameter, header or form field. Dropped as a whole if it names an absent optional
// argument.
struct NamedTemplate {
  std::string name;
  Template value;
  template <class V> void visit(V& v) { v(name, value); }
};

enum class ArgumentType : std::uint8_t {
  kString,
  kInteger,
  kNumber,
  kBoolean,
  kArray,
  kLast = kArray
};
enum class Role : std::uint8_t {
  kNone,
  kRecipient,
  kContent,
  kPath,
  kHost,
  kUrl,
  kQuery,
  kAmount,
  kCommand,
  kLast = kCommand,
};

// What the broker re-checks of an argument. The session has checked all of it and patterns too.
struct ArgumentSpec {
  std::string name;
  ArgumentType type = ArgumentType::kString;
  ArgumentType item = ArgumentType::kString;  // of an array
  Role role = Role::kNone;
  bool required = true;
  std::vector<std::string> choices;    // canonical texts; empty: any
  std::optional<std::string> minimum;  // canonical number texts, inclusive
  std::optional<std::string> maximum;
  std::uint32_t max_bytes = base::limits::kArgumentBytes;
  std::uint32_t max_items = 64;
  template <class V> void visit(V& v) {
    v(name, type, item, role, required, choices, minimum, maximum, max_bytes, max_items);
  }
};

enum class Effect : std::uint8_t { kRead, kWrite, kSend, kDestroy, kPay, kExec, kLast = kExec };
enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kLast = kDelete };
enum class BodyKind : std::uint8_t { kNone, kJson, kForm, kRaw, kLast = kRaw };

// What the egress makes of an answer.
enum class Decode : std::uint8_t {
  kJson,        // a JSON document; kept fields selected, or the whole of it
  kText,        // UTF-8 text
  kOllamaChat,  // NDJSON or one object of Ollama /api/chat, as deltas
  kOpenAiChat,  // SSE or one object of /v1/chat/completions, as deltas
  kLast = kOpenAiChat,
};

// One field of the answer that is kept: `name` in the result, RFC 6901 `pointer` into the answer.
struct KeptField {
  std::string name;
  std::string pointer;
  template <class V> void visit(V& v) { v(name, pointer); }
};

struct ToolSpec {
  std::string name;
  base::Digest definition{};  // binds everything below and the parameters' schema
  bool model = false;         // a model endpoint: its one argument `body` is a prompt
  Effect effect = Effect::kRead;
  bool idempotent = false;   // upstream promises that a repeated call has one effect
  std::uint32_t origin = 0;  // index into Manifest::origins
  Method method = Method::kGet;
  Template path;  // begins with "/"
  std::vector<NamedTemplate> query;
  std::vector<NamedTemplate> headers;
  BodyKind body_kind = BodyKind::kNone;
  Template body;                    // kJson, kRaw
  std::vector<NamedTemplate> form;  // kForm
  std::vector<ArgumentSpec> arguments;
  std::vector<std::uint32_t> secrets;  // indexes into Manifest::secrets; the only ones it may carry
  Decode decode = Decode::kJson;
  std::vector<KeptField> keep;  // empty: the whole answer
  std::uint32_t timeout_ms = static_cast<std::uint32_t>(base::limits::kToolTimeoutMs);
  std::uint32_t max_answer_bytes = 1u << 20;
  template <class V> void visit(V& v) {
    v(name, definition, model, effect, idempotent, origin, method, path, query, headers, body_kind,
      body, form, arguments, secrets, decode, keep, timeout_ms, max_answer_bytes);
  }
};

// scheme://host:port, exactly. `exact_address`: the operator wrote this address, so private ranges
// and plain http are meant; without it the address must be public and the scheme https.
struct Origin {
  std::string host;  // lower-case LDH name or an IP literal without brackets
  std::uint16_t port = 443;
  bool tls = true;
  bool exact_address = false;
  std::string ca_pem;  // trust anchors instead of the system's; empty: the system's
  template <class V> void visit(V& v) { v(host, port, tls, exact_address, ca_pem); }
};

enum class SecretSource : std::uint8_t { kVault, kOnePassword, kEnvironment, kLast = kEnvironment };

struct SecretSpec {
  std::string name;
  SecretSource source = SecretSource::kVault;
  std::string reference;  // vault entry, op://..., or variable name (value handed over once)
  std::vector<std::uint32_t> origins;  // where it may be sent: indexes into Manifest::origins
  std::uint32_t lifetime_s = static_cast<std::uint32_t>(base::limits::kSecretLifetimeS);
  template <class V> void visit(V& v) { v(name, source, reference, origins, lifetime_s); }
};

struct Manifest {
  std::uint64_t generation = 1;
  std::string tenant;
  std::vector<Origin> origins;
  std::vector<SecretSpec> secrets;
  std::vector<ToolSpec> tools;
  template <class V> void visit(V& v) { v(generation, tenant, origins, secrets, tools); }
};

}  // namespace wire
