// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The script of the scripted model: rules in order, the first that fits what was asked says what
// the model does. Pure. The format is docs/reference/scripted-model.md. Trust zone: demo and tests
// only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/value.h"

namespace demo {

struct OfferedTool {
  std::string name;
  schema::Value parameters;  // its JSON Schema
};

// What one request to a model asks, in either dialect.
struct Asked {
  std::string model;
  bool stream = false;
  bool usage = false;                // OpenAI: stream_options.include_usage
  std::string user;                  // the last text with role user
  std::vector<std::string> results;  // contents with role tool since then
  std::size_t messages = 0;
  std::vector<OfferedTool> tools;

  const OfferedTool* offered(std::string_view name) const;
};

struct ScriptedCall {
  std::string id{};  // empty: the wire gives one
  std::string tool{};
  std::string arguments{};  // JSON text, or what the script put in its place
};

enum class Break : unsigned char {
  kNone,
  kBefore,  // the connection is reset before any byte
  kAfter,   // ... after the text, before the end
};

// What the model does in one reply.
struct Play {
  std::vector<std::string> thinking{};
  std::vector<std::string> text{};  // in pieces
  std::vector<ScriptedCall> calls{};
  int status = 200;            // above 200: an HTTP error with `error`
  std::string error{};         // with status 200: in mid-stream, after the text
  std::uint32_t wait_ms = 0;   // before the reply
  std::uint32_t pause_ms = 0;  // before each further piece
  Break broken = Break::kNone;
  std::optional<std::string> raw{};  // the body, byte for byte, instead of all above
};

// LIMIT: of one script file.
inline constexpr std::size_t kScriptBytes = 1024 * 1024;

class Script {
 public:
  // kInvalid: not TOML, an unknown key, a wrong type, a pattern that RE2 refuses; the message says
  // the line.
  static base::Result<Script> parse(std::string_view toml);
  // The script of `yett chat` without a model: says that it is scripted, calls what it is told to.
  static Script built_in();

  Script(Script&&) noexcept;
  Script& operator=(Script&&) noexcept;
  ~Script();

  // What the first rule that fits does; without one a text that says so.
  Play play(const Asked& asked) const;

  // The names it answers to; empty: any.
  const std::vector<std::string>& models() const { return models_; }
  bool knows(std::string_view model) const;

 private:
  friend class ScriptReader;
  struct Rule;
  Script();

  std::vector<std::string> models_;
  std::vector<Rule> rules_;
};

// `text` cut behind each run of spaces (`bytes` 0), or into pieces of about `bytes` bytes, never
// inside a UTF-8 character. Joined they are `text` again.
std::vector<std::string> pieces_of(std::string_view text, std::size_t bytes);

// "k=v k2=\"two words\"" as the JSON text of an object, each value typed as the tool's parameters
// say; words without "=" are passed over, a text that begins with "{" is given back as it is.
std::string arguments_of(std::string_view words, const OfferedTool* tool);

}  // namespace demo
