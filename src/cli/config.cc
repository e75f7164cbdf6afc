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

// A tool's name stands in labels as "tool:NAME", a model's as "model:NAME", which are names too.
bool fits_a_label(Keys& keys, std::string_view name) {
  if (name.size() <= limits::kNameBytes - 8) return true;
  keys.problem(keys.place(), fmt::format("`{}` is longer than {} bytes", base::printable(name),
                                         limits::kNameBytes - 8));
  return false;
}

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

// `shadow = { file = "...", until = "2026-12-31" }`.
void read_shadow(Keys& keys, Config& config) {
  const toml::table* table = keys.table("shadow");
  if (table == nullptr) return;
  Keys shadow(*table, keys.where() + " shadow", keys.problems());
  const Text file = shadow.required_text("file");
  const Text until = shadow.required_text("until");
  const auto end = policy::instant_of(until.value);
  if (!end && !until.value.empty())
    shadow.problem(until.at, "`until` is no date such as 2026-12-31");
  config.shadow = ShadowConfig{file.value, end.value_or(policy::Instant{}), shadow.place()};
  shadow.finish();
}

void read_texts(Keys& keys, std::string_view key, std::vector<Text>& to) {
  const toml::array* all = keys.array(key);
  if (all == nullptr) return;
  for (const auto& one : *all) {
    if (const auto* text = one.as_string()) to.push_back({text->get(), place_of(one)});
    else keys.problem(place_of(one), fmt::format("`{}` holds something that is not a text", key));
  }
}

// `policy` is one file or several, in their order.
void read_policy_files(Keys& keys, Config& config) {
  const toml::node* node = keys.node("policy");
  if (node == nullptr) return;
  if (node->as_array() == nullptr) {
    if (const auto one = keys.text("policy")) config.policy = {one->value};
    return;
  }
  std::vector<Text> names;
  read_texts(keys, "policy", names);
  config.policy.clear();
  for (Text& name : names) {
    if (std::ranges::find(config.policy, name.value) != config.policy.end())
      keys.problem(name.at, "`policy` names a file twice");
    config.policy.push_back(std::move(name.value));
  }
  if (config.policy.empty()) keys.problem(place_of(*node), "`policy` names no file");
}

void read_principal(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[principal]", problems);
  for (const auto& [key, to] :
       {std::pair{"roles", &config.roles}, std::pair{"scopes", &config.scopes}}) {
    std::vector<Text> names;
    read_texts(keys, key, names);
    for (Text& name : names) {
      if (!wire::is_label_name(name.value))
        keys.problem(name.at, fmt::format("`{}` holds something that is no name of 1 to 128 "
                                          "bytes without control characters",
                                          key));
      to->push_back(std::move(name.value));
    }
  }
  keys.finish();
}

void read_level(Keys& keys, std::string_view key, policy::Level& to) {
  if (const auto level = keys.choice(key, {"hard", "soft"}))
    to = *level == 0 ? policy::Level::kHard : policy::Level::kSoft;
}

}  // namespace

void read_compat(const toml::table& table, policy::Options& to, Problems& problems) {
  Keys keys(table, "[policy.compat]", problems);
  to.default_allow = keys.boolean("default_allow").value_or(to.default_allow);
  read_level(keys, "default_level", to.default_level);
  to.missing_argument_is_false = keys.choice("missing_argument", {"error", "false"}) == 1u;
  to.search = keys.choice("match", {"full", "search"}) == 1u;
  to.non_executable_memory =
      keys.boolean("non_executable_memory").value_or(to.non_executable_memory);
  if (const auto level = keys.choice("llm_blocked", {"hard", "soft", "off"}))
    to.llm_blocked = *level == 0   ? std::optional(policy::Level::kHard)
                     : *level == 1 ? std::optional(policy::Level::kSoft)
                                   : std::nullopt;
  to.consumers_union_replaces = keys.choice("consumers_union", {"algebra", "replace"}) == 1u;
  to.check_consumers = keys.boolean("consumers").value_or(to.check_consumers);
  to.open_tools = keys.boolean("open_tools").value_or(to.open_tools);
  to.fail_fast = keys.boolean("fail_fast").value_or(to.fail_fast);
  keys.finish();
}

namespace {

void read_policy(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[policy]", problems);
  if (const toml::table* compat = keys.table("compat"))
    read_compat(*compat, config.policy_options, problems);
  keys.finish();
}

void read_yett(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[yett]", problems);
  set(config.tenant, keys.text("tenant"));
  read_policy_files(keys, config);
  set(config.environment, keys.text("environment"));
  set(config.state, keys.text("state"));
  set(config.system_prompt, keys.text("system_prompt"));
  read_shadow(keys, config);
  set(config.min_isolation, keys.number("min_isolation", 0, 3));
  set(config.max_calls_per_turn, keys.number("max_calls_per_turn", 1, 1000));
  set(config.max_calls_per_conversation, keys.number("max_calls_per_conversation", 1, 100'000));
  set(config.session_pool, keys.number("session_pool", 0, 64));
  if (!wire::is_name(config.tenant))
    keys.problem(keys.place(), "`tenant` is not a name of 1 to 128 printable characters");
  keys.finish();
}

void read_session(const toml::table& table, Config& config, Problems& problems) {
  Keys keys(table, "[session]", problems);
  auto& to = config.session;
  if (keys.choice("mode", {"plain", "dual"}) == 1u) to.mode = wire::TurnMode::kDual;
  to.dual_required = keys.boolean("dual_required").value_or(to.dual_required);
  to.quarantined = keys.text("quarantined");
  to.retry_after_denial = keys.boolean("retry_after_denial").value_or(to.retry_after_denial);
  to.include_program = keys.boolean("include_program").value_or(to.include_program);
  if (to.dual_required && to.mode == wire::TurnMode::kPlain)
    keys.problem(keys.place(), "`dual_required` goes with mode = \"dual\"");
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
  if (!good_name(keys, name) || !fits_a_label(keys, name)) return;
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
  if (!good_name(keys, name) || !fits_a_label(keys, name)) return;
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
  if (const toml::table* policy = root.table("policy")) read_policy(*policy, config, problems);
  if (const toml::table* principal = root.table("principal"))
    read_principal(*principal, config, problems);
  if (const toml::table* session = root.table("session")) read_session(*session, config, problems);
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
    if (p.rendered) out += p.what + "\n";
    else if (p.line == 0) out += fmt::format("{}: {}\n", file, p.what);
    else out += fmt::format("{}:{}:{}: {}\n", file, p.line, p.column, p.what);
  }
  return out;
}

std::string policy_names(const Config& config) {
  std::string out;
  for (std::size_t i = 0; i < config.policy.size(); ++i)
    out += (i == 0 ? "" : i + 1 == config.policy.size() ? " and " : ", ") + config.policy[i];
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
