// SPDX-License-Identifier: Apache-2.0
// From TOML to rules, strictly: a key that is not known is an error.
#include <fmt/format.h>

#include <initializer_list>
#include <limits>

#include "base/bytes.h"
#include "cli/toml.h"
#include "demo/script_rule.h"

namespace demo {
namespace {

constexpr std::int64_t kWaitMaxMs = 600'000;

base::Error wrong(const toml::node& node, std::string_view what) {
  return base::invalid(fmt::format("line {}: {}", node.source().begin.line, what));
}

base::Result<toml::table> parsed(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& e) {
    const auto at = e.source().begin;
    return base::invalid(fmt::format("line {}, column {}: {}", at.line, at.column,
                                     base::printable(e.description())));
  } catch (const cli::TomlBroken& e) {
    return base::invalid(e.what());
  }
}

base::Status check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (const auto& [key, node] : table) {
    if (std::find(known.begin(), known.end(), key.str()) != known.end()) continue;
    const std::string_view near = base::nearest(key.str(), known);
    const std::string hint = near.empty() ? "" : fmt::format("; did you mean `{}`?", near);
    return wrong(node, fmt::format("unknown key `{}`{}", key.str(), hint));
  }
  return base::ok();
}

base::Status read_text(const toml::table& t, std::string_view key,
                       std::optional<std::string>& out) {
  const toml::node* node = t.get(key);
  if (node == nullptr) return base::ok();
  const auto* text = node->as_string();
  if (text == nullptr) return wrong(*node, fmt::format("`{}` is not a string", key));
  out = text->get();
  return base::ok();
}

base::Status read_text(const toml::table& t, std::string_view key, std::string& out) {
  std::optional<std::string> text;
  TRY(read_text(t, key, text));
  if (text) out = std::move(*text);
  return base::ok();
}

template <class T>
base::Status read_number(const toml::table& t, std::string_view key, std::int64_t most, T& out) {
  const toml::node* node = t.get(key);
  if (node == nullptr) return base::ok();
  const auto* number = node->as_integer();
  if (number == nullptr || number->get() < 0 || number->get() > most)
    return wrong(*node, fmt::format("`{}` is not a whole number from 0 to {}", key, most));
  out = static_cast<T>(number->get());
  return base::ok();
}

base::Status read_break(const toml::table& t, Break& out) {
  std::string word;
  TRY(read_text(t, "cut", word));
  if (word.empty()) return base::ok();
  if (word != "before" && word != "after")
    return wrong(*t.get("cut"), "`cut` is \"before\" or \"after\"");
  out = word == "before" ? Break::kBefore : Break::kAfter;
  return base::ok();
}

base::Result<std::vector<ScriptedCall>> read_calls(const toml::table& t) {
  std::vector<ScriptedCall> out;
  const toml::node* node = t.get("calls");
  if (node == nullptr) return out;
  const auto* list = node->as_array();
  if (list == nullptr) return wrong(*node, "`calls` is not a list of tables");
  for (const toml::node& item : *list) {
    const auto* table = item.as_table();
    if (table == nullptr) return wrong(item, "a call is not a table");
    TRY(check_keys(*table, {"tool", "arguments", "id"}));
    ScriptedCall call{.arguments = "{}"};
    TRY(read_text(*table, "tool", call.tool));
    TRY(read_text(*table, "arguments", call.arguments));
    TRY(read_text(*table, "id", call.id));
    out.push_back(std::move(call));
  }
  return out;
}

base::Status read_obey(const toml::table& t, bool has_pattern, bool& out) {
  const toml::node* node = t.get("obey");
  if (node == nullptr) return base::ok();
  const auto* value = node->as_boolean();
  if (value == nullptr) return wrong(*node, "`obey` is not true or false");
  if (value->get() && !has_pattern) return wrong(*node, "`obey` needs a `pattern` with groups");
  out = value->get();
  return base::ok();
}

}  // namespace

class ScriptReader {
 public:
  static base::Result<Script> read(std::string_view text) {
    if (text.size() > kScriptBytes) return base::invalid("the script is too large");
    TRY_AS(toml::table root, parsed(text));
    TRY(check_keys(root, {"models", "rule"}));
    Script out;
    TRY(read_models(root, out.models_));
    const toml::node* rules = root.get("rule");
    if (rules == nullptr) return out;
    if (!rules->is_array()) return wrong(*rules, "expected [[rule]]");
    for (const toml::node& item : *rules->as_array()) {
      if (!item.is_table()) return wrong(item, "expected [[rule]]");
      TRY_AS(Script::Rule rule, read_rule(*item.as_table()));
      out.rules_.push_back(std::move(rule));
    }
    return out;
  }

 private:
  static base::Status read_models(const toml::table& root, std::vector<std::string>& out) {
    const toml::node* node = root.get("models");
    if (node == nullptr) return base::ok();
    if (!node->is_array()) return wrong(*node, "`models` is not a list of names");
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_string()) return wrong(item, "a model's name is not a string");
      out.push_back(item.as_string()->get());
    }
    return base::ok();
  }

  static base::Result<Script::Rule> read_rule(const toml::table& t) {
    TRY(check_keys(
        t, {"user", "pattern", "result", "results", "results_from", "offered", "text", "thinking",
            "piece", "calls", "obey", "status", "error", "wait_ms", "pause_ms", "cut", "raw"}));
    Script::Rule out;
    TRY(read_conditions(t, out));
    TRY(read_text(t, "text", out.text));
    TRY(read_text(t, "thinking", out.thinking));
    TRY(read_number(t, "piece", 1 << 20, out.piece));
    TRY_AS(out.calls, read_calls(t));
    TRY(read_obey(t, out.pattern != nullptr, out.obey));
    TRY(read_number(t, "status", 599, out.rest.status));
    TRY(read_text(t, "error", out.rest.error));
    TRY(read_number(t, "wait_ms", kWaitMaxMs, out.rest.wait_ms));
    TRY(read_number(t, "pause_ms", kWaitMaxMs, out.rest.pause_ms));
    TRY(read_break(t, out.rest.broken));
    TRY(read_text(t, "raw", out.rest.raw));
    return out;
  }

  static base::Status read_conditions(const toml::table& t, Script::Rule& out) {
    constexpr std::int64_t kMany = std::numeric_limits<std::int32_t>::max();
    TRY(read_text(t, "user", out.user));
    TRY(read_text(t, "result", out.result));
    TRY(read_text(t, "offered", out.offered));
    if (t.contains("results")) {
      out.results = 0;
      TRY(read_number(t, "results", kMany, *out.results));
    }
    TRY(read_number(t, "results_from", kMany, out.results_from));
    std::optional<std::string> pattern;
    TRY(read_text(t, "pattern", pattern));
    if (!pattern) return base::ok();
    out.pattern = std::make_unique<re2::RE2>(*pattern, re2::RE2::Quiet);
    if (!out.pattern->ok()) return wrong(*t.get("pattern"), out.pattern->error());
    return base::ok();
  }
};

base::Result<Script> Script::parse(std::string_view toml) { return ScriptReader::read(toml); }

Script Script::built_in() {
  constexpr std::string_view kText = R"toml(
[[rule]]
results = 0
pattern = '(?is)^\s*(?:please\s+)?call\s+(?:the\s+)?(?:tool\s+)?["`]?([\w.:-]+)["`]?\s*(.*)$'
obey = true

[[rule]]
results = 0
pattern = '(?is)\b(?:call|use|run)\s+(?:the\s+)?(?:tool\s+)?["`]?([\w.:-]+)["`]?\s*(.*)$'
offered = "{1}"
obey = true

[[rule]]
results_from = 1
text = "The tool answered:\n{result}"

[[rule]]
pattern = '(?i)\b(tools?|help|can you do)\b'
text = """I am a scripted model: I follow a few written rules and understand nothing else. \
The tools that I am offered: {tools}. \
Say for example: call TOOL name=value other=\"two words\""""

[[rule]]
text = """I am the scripted model that comes with Yett, so that you can try the gate without a \
real one. I understand one thing: \"call TOOL name=value\". Ask me for help to see my tools, or \
put a real model into yett.toml."""
)toml";
  auto script = Script::parse(kText);
  CHECK(script.ok());
  return std::move(*script);
}

}  // namespace demo
