// SPDX-License-Identifier: Apache-2.0
#include "cli/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/bytes.h"
#include "cli/toml_keys.h"

namespace cli {
namespace {

namespace limits = base::limits;

bool good_name(Keys& keys, std::string_view name) {
  const bool plain = std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (plain && wire::is_name(name)) return true;
  keys.problem(keys.place(), fmt::format("`{}` is not a name; use 1 to 128 of A-Z a-z 0-9 _ - .",
                                         base::printable(name)));
  return false;
}

template <class T> void set(T& to, const std::optional<std::int64_t>& value) {
  if (value) to = static_cast<T>(*value);
}

void set(std::string& to, const std::optional<Text>& value) {
  if (value) to = value->value;
}

void read_yett(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[yett]", problems);
  set(config.tenant, keys.text("tenant"));
  set(config.policy, keys.text("policy"));
  set(config.state, keys.text("state"));
  set(config.system_prompt, keys.text("system_prompt"));
  set(config.min_isolation, keys.number("min_isolation", 0, 3));
  set(config.max_calls_per_turn, keys.number("max_calls_per_turn", 1, 1000));
  set(config.max_calls_per_conversation, keys.number("max_calls_per_conversation", 1, 100'000));
  set(config.session_pool, keys.number("session_pool", 0, 64));
  if (!wire::is_name(config.tenant))
    keys.problem(keys.place(), "`tenant` is not a name of 1 to 128 printable characters");
  keys.finish();
}

void read_vault(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[vault]", problems);
  set(config.vault_file, keys.text("file"));
  const auto key = keys.text("key");
  set(config.vault_key, key);
  if (key && key->value != "none" && key->value != "passphrase" && !key->value.starts_with("file:"))
    keys.problem(key->at, "`key` is not one of none, passphrase, file:PATH");
  keys.finish();
}

void read_model(Keys keys, const std::string& name, Config& config) {
  ModelConfig model;
  model.name = name;
  model.at = keys.place();
  if (!good_name(keys, name)) return;
  const auto kind = keys.choice("kind", {"ollama", "openai"});
  if (!kind && keys.node("kind") == nullptr)
    keys.problem(keys.place(), "`kind` is missing; it is ollama or openai");
  model.dialect = kind == 1u ? wire::Decode::kOpenAiChat : wire::Decode::kOllamaChat;
  model.url = keys.required_text("url");
  model.model = keys.required_text("model").value;
  model.secret = keys.text("secret");
  set(model.timeout_ms, keys.number("timeout_ms", 1, limits::kTimeoutMaxMs));
  set(model.ca, keys.text("ca"));
  if (const toml::table* options = keys.table("options")) model.options = plain(*options, keys);
  keys.finish();
  config.models.push_back(std::move(model));
}

void read_secret(Keys keys, const std::string& name, Config& config) {
  SecretConfig secret;
  secret.name = name;
  secret.at = keys.place();
  if (!good_name(keys, name)) return;
  const Text from = keys.required_text("from");
  if (from.value.starts_with("op://"))
    secret.source = wire::SecretSource::kOnePassword, secret.reference = from.value;
  else if (from.value.starts_with("vault:")) secret.reference = from.value.substr(6);
  else if (from.value.starts_with("env:"))
    secret.source = wire::SecretSource::kEnvironment, secret.reference = from.value.substr(4);
  else if (!from.value.empty())
    keys.problem(from.at, "`from` begins with none of op://, vault:, env:");
  if (const toml::array* hosts = keys.array("hosts")) {
    for (const auto& host : *hosts) {
      if (const auto* text = host.as_string())
        secret.hosts.push_back({text->get(), place_of(host)});
      else keys.problem(place_of(host), "`hosts` holds something that is not a text");
    }
  }
  if (secret.hosts.empty())
    keys.problem(keys.place(),
                 "`hosts` is missing; a secret is bound to the origins it may be sent to, "
                 "such as [\"https://api.example.com\"]");
  set(secret.lifetime_s, keys.number("lifetime_s", 0, 86'400));
  keys.finish();
  config.secrets.push_back(std::move(secret));
}

void read_use(const toml::node& node, Keys& tool, ToolConfig& out) {
  const toml::table* table = node.as_table();
  if (table == nullptr)
    return tool.problem(place_of(node), "`secrets` holds something that is not a table");
  Keys keys(*table, tool.where() + " secrets", tool.problems());
  SecretUse use;
  use.name = keys.required_text("name");
  const auto in = keys.choice("in", {"header", "query", "bearer", "basic", "json", "form"});
  if (!in && keys.node("in") == nullptr)
    keys.problem(keys.place(), "`in` is missing; it is header, query, bearer, basic, json or form");
  use.in = static_cast<SecretUse::In>(in.value_or(0));
  set(use.as, keys.text("as"));
  set(use.prefix, keys.text("prefix"));
  set(use.user, keys.text("user"));
  const bool named = use.in != SecretUse::In::kBearer && use.in != SecretUse::In::kBasic;
  if (named && use.as.empty())
    keys.problem(keys.place(), "`as` is missing: the name under which the secret is sent");
  if (use.in == SecretUse::In::kBasic && use.user.empty())
    keys.problem(keys.place(), "`user` is missing");
  keys.finish();
  out.secrets.push_back(std::move(use));
}

// A number of the configuration in the canonical spelling that arguments have.
std::string number_text(double value) {
  return value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{}", value);
}

void read_choices(Keys& keys, wire::Parameter& out) {
  const toml::array* choices = keys.array("enum");
  if (choices == nullptr) return;
  for (const auto& choice : *choices) {
    if (const auto* s = choice.as_string()) out.spec.choices.push_back(s->get());
    else if (const auto* n = choice.as_integer())
      out.spec.choices.push_back(fmt::format("{}", n->get()));
    else
      keys.problem(place_of(choice),
                   "`enum` holds something that is neither a text nor a whole number");
  }
  if (choices->empty())
    keys.problem(place_of(*choices), "`enum` is empty: no value could ever fit");
}

wire::Parameter read_argument(Keys keys, const std::string& name) {
  wire::Parameter out;
  out.spec.name = name;
  good_name(keys, name);
  const auto type = keys.choice("type", {"string", "integer", "number", "boolean", "array"});
  if (!type && keys.node("type") == nullptr)
    keys.problem(keys.place(),
                 "`type` is missing; it is string, integer, number, boolean or array");
  out.spec.type = static_cast<wire::ArgumentType>(type.value_or(0));
  const auto items = keys.choice("items", {"string", "integer", "number", "boolean"});
  out.spec.item = static_cast<wire::ArgumentType>(items.value_or(0));
  const auto role = keys.choice("role", {"none", "recipient", "content", "path", "host", "url",
                                         "query", "amount", "command"});
  out.spec.role = static_cast<wire::Role>(role.value_or(0));
  set(out.description, keys.text("description"));
  out.spec.required = keys.boolean("required").value_or(true);
  set(out.pattern, keys.text("pattern"));
  read_choices(keys, out);
  if (const auto least = keys.real("min")) out.spec.minimum = number_text(*least);
  if (const auto most = keys.real("max")) out.spec.maximum = number_text(*most);
  set(out.min_length,
      keys.number("min_length", 0, static_cast<std::int64_t>(limits::kArgumentBytes)));
  set(out.max_length,
      keys.number("max_length", 1, static_cast<std::int64_t>(limits::kArgumentBytes)));
  set(out.min_items, keys.number("min_items", 0, 200));
  set(out.spec.max_items, keys.number("max_items", 1, 200));
  if (out.max_length > 0)
    out.spec.max_bytes = std::min<std::uint32_t>(out.max_length * 4, limits::kArgumentBytes);
  keys.finish();
  return out;
}

void read_tool(Keys keys, const std::string& name, Config& config) {
  ToolConfig tool;
  tool.name = name;
  tool.at = keys.place();
  if (!good_name(keys, name)) return;
  tool.description = keys.required_text("description").value;
  tool.method = static_cast<wire::Method>(
      keys.choice("method", {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}).value_or(0));
  tool.url = keys.required_text("url");
  tool.query = keys.texts("query");
  tool.headers = keys.texts("headers");
  if (const toml::node* json = keys.node("json")) tool.json = plain(*json, keys);
  tool.form = keys.texts("form");
  tool.has_form = !tool.form.empty();
  if (const toml::array* uses = keys.array("secrets"))
    for (const auto& use : *uses) read_use(use, keys, tool);
  for (const auto& [field, pointer] : keys.texts("keep")) {
    if (!pointer.value.empty() && pointer.value[0] != '/')
      keys.problem(pointer.at, fmt::format("`keep.{}` is not a JSON pointer; it begins with `/`",
                                           base::printable(field)));
    tool.keep.push_back({field, pointer.value});
  }
  tool.answer =
      keys.choice("answer", {"json", "text"}) == 1u ? wire::Decode::kText : wire::Decode::kJson;
  const auto effect = keys.choice("effect", {"read", "write", "send", "destroy", "pay", "exec"});
  const bool plain_read = tool.method == wire::Method::kGet || tool.method == wire::Method::kHead;
  if (!effect && !plain_read && keys.node("effect") == nullptr)
    keys.problem(keys.place(),
                 "`effect` is missing; a tool that is not GET or HEAD says what it does: "
                 "read, write, send, destroy, pay or exec");
  tool.effect = static_cast<wire::Effect>(effect.value_or(0));
  tool.idempotent = keys.boolean("idempotent").value_or(false);
  set(tool.timeout_ms, keys.number("timeout_ms", 1, limits::kTimeoutMaxMs));
  set(tool.max_bytes,
      keys.number("max_bytes", 1, static_cast<std::int64_t>(limits::kBodyBytes) / 2));
  set(tool.ca, keys.text("ca"));
  if (const toml::table* arguments = keys.table("args")) {
    for (const auto& [argument, node] : *arguments) {
      const std::string where =
          fmt::format("[tool.{}.args.{}]", name, base::printable(argument.str()));
      if (const auto* table = node.as_table())
        tool.arguments.push_back(
            read_argument(Keys(*table, where, keys.problems()), std::string(argument.str())));
      else
        keys.problem(place_of(node),
                     fmt::format("`args.{}` is not a table", base::printable(argument.str())));
    }
  }
  keys.finish();
  config.tools.push_back(std::move(tool));
}

template <class Read> void each(Keys& root, const char* kind, Read read) {
  const toml::table* all = root.table(kind);
  if (all == nullptr) return;
  for (const auto& [name, node] : *all) {
    const std::string where = fmt::format("[{}.{}]", kind, base::printable(name.str()));
    if (const auto* table = node.as_table())
      read(Keys(*table, where, root.problems()), std::string(name.str()));
    else
      root.problem(place_of(node),
                   fmt::format("`{}.{}` is not a table", kind, base::printable(name.str())));
  }
}

template <class T> void in_file_order(std::vector<T>& items) {
  std::ranges::stable_sort(items, {},
                           [](const T& item) { return std::pair(item.at.line, item.at.column); });
}

void read_root(const toml::table& table, Config& config, Problems& problems) {
  Keys root(table, "yett.toml", problems);
  if (const toml::table* yett = root.table("yett")) read_yett(*yett, config, problems);
  if (const toml::table* vault = root.table("vault")) read_vault(*vault, config, problems);
  if (const toml::table* op = root.table("onepassword")) {
    Keys keys(*op, "[onepassword]", problems);
    const Text path = keys.required_text("op");
    if (!path.value.empty() && path.value[0] != '/')
      keys.problem(path.at, "`op` is not an absolute path");
    config.op = path.value;
    keys.finish();
  }
  each(root, "model",
       [&](Keys keys, const std::string& name) { read_model(std::move(keys), name, config); });
  each(root, "secret",
       [&](Keys keys, const std::string& name) { read_secret(std::move(keys), name, config); });
  each(root, "tool",
       [&](Keys keys, const std::string& name) { read_tool(std::move(keys), name, config); });
  root.finish();
  in_file_order(config.models);
  in_file_order(config.secrets);
  in_file_order(config.tools);
}

}  // namespace

std::string Problems::text(const std::string& file) const {
  auto sorted = all_;
  std::ranges::stable_sort(sorted, {},
                           [](const Problem& p) { return std::pair(p.line, p.column); });
  std::string out;
  for (const Problem& p : sorted) {
    if (p.line == 0) out += fmt::format("{}: {}\n", file, p.what);
    else out += fmt::format("{}:{}:{}: {}\n", file, p.line, p.column, p.what);
  }
  return out;
}

Config read_config(std::string_view text, Problems& problems) {
  Config config;
  if (text.size() > (std::size_t{1} << 20)) {
    problems.add(0, 0, "the file is larger than 1 MiB");
    return config;
  }
  // SECURITY: the library throws at malformed text; its message may quote a line, so only its
  // description, which names syntax, is passed on.
  try {
    const toml::table table = toml::parse(text);
    read_root(table, config, problems);
  } catch (const toml::parse_error& error) {
    problems.add(error.source().begin.line, error.source().begin.column,
                 base::printable(error.description()));
  } catch (const TomlBroken& error) {
    problems.add(0, 0, error.what());
  }
  return config;
}

bool looks_like_secret(std::string_view key, std::string_view value) {
  for (const std::string_view reference :
       {"op://", "vault:", "env:", "file:", "http://", "https://"})
    if (value.starts_with(reference)) return false;
  for (const std::string_view scheme : {"Bearer ", "Basic ", "bearer ", "basic ", "token "})
    if (value.starts_with(scheme) && value.size() > scheme.size() + 8 &&
        value.find('{') == std::string_view::npos)
      return true;
  for (const std::string_view prefix :
       {"sk-",  "sk_live_", "sk_test_",    "rk_live_", "ghp_",     "gho_",  "ghu_",
        "ghs_", "ghr_",     "github_pat_", "glpat-",   "xoxb-",    "xoxp-", "xoxa-",
        "AKIA", "ASIA",     "AIza",        "ops_eyJ",  "eyJhbGci", "npm_",  "pypi-",
        "hf_",  "dop_v1_",  "SG.",         "shpat_",   "ya29."})
    if (value.starts_with(prefix) && value.size() >= prefix.size() + 12) return true;
  if (value.find("-----BEGIN") != std::string_view::npos &&
      value.find("PRIVATE KEY") != std::string_view::npos)
    return true;
  std::string lower(key);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  const bool named = std::ranges::any_of(
      std::initializer_list<std::string_view>{"token", "secret", "password", "passwd", "api_key",
                                              "apikey", "api-key", "authorization", "credential",
                                              "appid"},
      [&](std::string_view word) { return lower.find(word) != std::string::npos; });
  const bool digits = std::ranges::any_of(value, [](char c) { return c >= '0' && c <= '9'; });
  const bool word = value.find_first_of(" {}/") == std::string_view::npos;
  return named && digits && word && value.size() >= 16;
}

}  // namespace cli
