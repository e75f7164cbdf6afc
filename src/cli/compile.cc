// SPDX-License-Identifier: Apache-2.0
#include "cli/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "cli/pieces.h"
#include "cli/tool_check.h"
#include "cli/url.h"
#include "schema/parse.h"
#include "schema/write.h"

namespace cli {
namespace {

using wire::Escape;
using wire::PieceKind;

// A text as it stands inside a JSON string.
std::string inside_quotes(std::string_view text) {
  std::string quoted;
  schema::quote_to(quoted, text);
  return quoted.substr(1, quoted.size() - 2);
}

// Collects one manifest.
class Compiler {
 public:
  Compiler(const Config& config, const Files& files, Problems& problems)
      : config_(config), files_(files), problems_(problems) {}

  Compiled run() {
    out_.manifest.tenant = config_.tenant;
    for (const SecretConfig& secret : config_.secrets) add_secret(secret);
    for (const ModelConfig& model : config_.models) add_model(model);
    for (const ToolConfig& tool : config_.tools) add_tool(tool);
    offer();
    return std::move(out_);
  }

 private:
  void problem(const Place& at, std::string what) {
    problems_.add(at.line, at.column, std::move(what));
  }

  template <class T>
  bool take(base::Result<T> result, const Place& at, std::string_view where, T& to) {
    if (result.ok()) to = std::move(*result);
    else problem(at, fmt::format("{}: {}", where, result.error().message));
    return result.ok();
  }

  // The index of an origin: two tools with the same origin and anchors share it.
  std::uint32_t origin_index(wire::Origin origin) {
    const auto same = std::ranges::find_if(out_.manifest.origins, [&](const wire::Origin& o) {
      return wire::encode(o) == wire::encode(origin);
    });
    if (same == out_.manifest.origins.end()) {
      out_.manifest.origins.push_back(std::move(origin));
      return static_cast<std::uint32_t>(out_.manifest.origins.size() - 1);
    }
    return static_cast<std::uint32_t>(same - out_.manifest.origins.begin());
  }

  void add_secret(const SecretConfig& secret) {
    wire::SecretSpec spec;
    spec.name = secret.name;
    spec.source = secret.source;
    spec.reference = secret.reference;
    spec.lifetime_s = secret.lifetime_s;
    for (const Text& host : secret.hosts) {
      Url url;
      if (!take(parse_url(host.value), host.at, fmt::format("[secret.{}] hosts", secret.name), url))
        continue;
      if (url.path != "/")
        problem(host.at, fmt::format("[secret.{}] hosts: an origin has no path", secret.name));
      bound_.emplace(secret.name, origin_text(url.origin));
    }
    if (secret.source == wire::SecretSource::kOnePassword && config_.op.empty())
      problem(secret.at, fmt::format("[secret.{}] is read by the 1Password CLI; name it: "
                                     "[onepassword] op = \"/usr/bin/op\"",
                                     secret.name));
    out_.manifest.secrets.push_back(std::move(spec));
  }

  // The index of a secret that may be sent to `origin`, bound to it in the manifest.
  std::optional<std::uint32_t> use_secret(const Text& name, std::uint32_t origin,
                                          const std::string& where) {
    auto& secrets = out_.manifest.secrets;
    const auto found = std::ranges::find(secrets, name.value, &wire::SecretSpec::name);
    if (found == secrets.end()) {
      std::vector<std::string> names;
      for (const auto& s : secrets) names.push_back(s.name);
      const std::string_view near = base::nearest(name.value, names);
      problem(name.at,
              fmt::format("{}: there is no secret `{}`{}", where, base::printable(name.value),
                          near.empty() ? "; declare [secret." + base::printable(name.value) + "]"
                                       : fmt::format("; did you mean `{}`?", near)));
      return std::nullopt;
    }
    const std::string text = origin_text(out_.manifest.origins[origin]);
    if (!bound_.contains({name.value, text})) {
      problem(
          name.at,
          fmt::format(
              "{}: secret `{}` may not be sent to {}; add it to `hosts` of [secret.{}] if it may",
              where, name.value, text, name.value));
      return std::nullopt;
    }
    if (std::ranges::find(found->origins, origin) == found->origins.end())
      found->origins.push_back(origin);
    return static_cast<std::uint32_t>(found - secrets.begin());
  }

  bool read_anchors(const std::string& ca, const Place& at, const std::string& where,
                    wire::Origin& origin) {
    if (ca.empty()) return true;
    if (!origin.tls) return problem(at, where + ": `ca` is of no use without https"), false;
    return take(files_.read(ca), at, where + ": `ca`", origin.ca_pem);
  }

  void add_model(const ModelConfig& model) {
    const std::string where = fmt::format("[model.{}]", model.name);
    Url url;
    if (!take(parse_url(model.url.value), model.url.at, where + " url", url)) return;
    if (!read_anchors(model.ca, model.at, where, url.origin)) return;
    wire::ToolSpec tool;
    tool.name = model_tool(model.name);
    tool.model = true;
    tool.origin = origin_index(url.origin);
    tool.method = wire::Method::kPost;
    const bool ollama = model.dialect == wire::Decode::kOllamaChat;
    std::string path = url.path == "/" ? "" : url.path;
    if (path.ends_with('/')) path.pop_back();
    if (!ollama && !path.ends_with("/v1")) path += "/v1";
    path += ollama ? "/api/chat" : "/chat/completions";
    if (!take(path_pieces(path, [](std::string_view) { return nullptr; }), model.url.at,
              where + " url", tool.path))
      return;
    tool.body_kind = wire::BodyKind::kRaw;
    tool.body = {{PieceKind::kArgument, Escape::kRawBody, "body", ""}};
    wire::ArgumentSpec body;
    body.name = "body";
    body.role = wire::Role::kContent;
    body.max_bytes = base::limits::kBodyBytes / 2;
    tool.arguments = {body};
    tool.headers = {
        {"Content-Type", {{PieceKind::kLiteral, Escape::kHeaderValue, "application/json", ""}}}};
    tool.decode = model.dialect;
    tool.timeout_ms = model.timeout_ms;
    tool.max_answer_bytes = base::limits::kBodyBytes / 2;
    if (model.secret) {
      const auto index = use_secret(*model.secret, tool.origin, where);
      if (!index) return;
      tool.secrets = {*index};
      tool.headers.push_back({"Authorization",
                              {{PieceKind::kLiteral, Escape::kHeaderValue, "Bearer ", ""},
                               {PieceKind::kSecret, Escape::kNone, model.secret->value, ""}}});
    }
    std::string options;
    if (model.options) note(json_text(*model.options, options), model.options->at, where);
    note(check_tool(tool), model.at, where);
    finish(std::move(tool), {});
    const wire::ToolSpec& made = out_.manifest.tools.back();
    out_.session.models.push_back(
        {model.name, made.name, made.definition, model.dialect, model.model, options});
  }

  // A node as JSON text without arguments.
  base::Status json_text(const Node& node, std::string& out) {
    TRY_AS(const auto pieces, json_pieces(node, [](std::string_view) { return nullptr; }));
    bool fresh = true;
    for (const auto& piece : pieces) {
      const bool opens =
          piece.kind == PieceKind::kOpenObject || piece.kind == PieceKind::kOpenArray;
      const bool closes =
          piece.kind == PieceKind::kCloseObject || piece.kind == PieceKind::kCloseArray;
      const bool text = piece.kind == PieceKind::kLiteral && piece.escape == Escape::kJsonString;
      const bool quote =
          piece.kind == PieceKind::kOpenString || piece.kind == PieceKind::kCloseString;
      if (!closes && !text && piece.kind != PieceKind::kCloseString && !fresh) out += ',';
      if (opens) out += piece.kind == PieceKind::kOpenObject ? '{' : '[';
      else if (closes) out += piece.kind == PieceKind::kCloseObject ? '}' : ']';
      else if (piece.kind == PieceKind::kKey) out += '"' + piece.text + "\":";
      else if (quote) out += '"';
      else if (text) out += inside_quotes(piece.text);
      else if (piece.kind == PieceKind::kLiteral) out += piece.text;
      fresh = opens || piece.kind == PieceKind::kKey || piece.kind == PieceKind::kOpenString;
    }
    TRY(schema::parse(out));
    return base::ok();
  }

  void note(base::Status status, const Place& at, const std::string& where) {
    if (!status.ok()) problem(at, where + ": " + status.error().message);
  }

  void add_tool(const ToolConfig& config) {
    const std::string where = fmt::format("[tool.{}]", config.name);
    Url url;
    if (!take(parse_url(config.url.value), config.url.at, where + " url", url)) return;
    if (!read_anchors(config.ca, config.at, where, url.origin)) return;
    wire::ToolSpec tool;
    tool.name = config.name;
    tool.effect = config.effect;
    tool.idempotent = config.idempotent;
    tool.origin = origin_index(url.origin);
    tool.method = config.method;
    tool.decode = config.answer;
    tool.keep = config.keep;
    tool.timeout_ms = config.timeout_ms;
    tool.max_answer_bytes = config.max_bytes;
    for (const auto& argument : config.arguments) tool.arguments.push_back(argument.spec);
    const FindArgument find = [&](std::string_view name) {
      const auto found = std::ranges::find(tool.arguments, name, &wire::ArgumentSpec::name);
      return found == tool.arguments.end() ? nullptr : &*found;
    };
    take(path_pieces(url.path, find), config.url.at, where + " url", tool.path);
    add_named(config.query, Escape::kQueryValue, find, where + " query", tool.query);
    add_named(config.headers, Escape::kHeaderValue, find, where + " headers", tool.headers);
    add_body(config, find, where, tool);
    for (const SecretUse& use : config.secrets) add_use(use, where, tool);
    check_arguments(config, where, tool);
    check_headers(config, where, tool);
    if (!tool.path.empty()) note(check_tool(tool), config.at, where);  // else it was said above
    finish(std::move(tool), config);
  }

  void add_named(const std::vector<std::pair<std::string, Text>>& from, Escape escape,
                 const FindArgument& find, const std::string& where,
                 std::vector<wire::NamedTemplate>& to) {
    for (const auto& [name, text] : from) {
      wire::NamedTemplate made{name, {}};
      if (take(pieces_of(text.value, escape, find), text.at, where, made.value))
        to.push_back(std::move(made));
    }
  }

  void add_body(const ToolConfig& config, const FindArgument& find, const std::string& where,
                wire::ToolSpec& tool) {
    if (config.json && config.has_form)
      problem(config.at, where + ": `json` and `form` exclude each other");
    const auto uses = [&](SecretUse::In in) {
      return std::ranges::any_of(config.secrets, [&](const SecretUse& u) { return u.in == in; });
    };
    if (config.json) {
      tool.body_kind = wire::BodyKind::kJson;
      take(json_pieces(*config.json, find), config.json->at, where + " json", tool.body);
    } else if (config.has_form || uses(SecretUse::In::kForm)) {
      tool.body_kind = wire::BodyKind::kForm;
      add_named(config.form, Escape::kFormValue, find, where + " form", tool.form);
    } else if (uses(SecretUse::In::kJson)) {
      tool.body_kind = wire::BodyKind::kJson;
      tool.body = {{PieceKind::kOpenObject, Escape::kNone, "", ""},
                   {PieceKind::kCloseObject, Escape::kNone, "", ""}};
    }
    const bool bodiless = tool.method == wire::Method::kGet || tool.method == wire::Method::kHead;
    if (tool.body_kind != wire::BodyKind::kNone && bodiless)
      problem(config.at, where + ": GET and HEAD have no body; use POST, PUT or PATCH");
  }

  void add_use(const SecretUse& use, const std::string& where, wire::ToolSpec& tool) {
    const auto index = use_secret(use.name, tool.origin, where);
    if (!index) return;
    if (std::ranges::find(tool.secrets, *index) == tool.secrets.end())
      tool.secrets.push_back(*index);
    const wire::Piece secret{PieceKind::kSecret, Escape::kNone, use.name.value, ""};
    switch (use.in) {
      case SecretUse::In::kQuery: tool.query.push_back({use.as, {secret}}); return;
      case SecretUse::In::kForm: tool.form.push_back({use.as, {secret}}); return;
      case SecretUse::In::kHeader:
        tool.headers.push_back(
            {use.as, {{PieceKind::kLiteral, Escape::kHeaderValue, use.prefix, ""}, secret}});
        return;
      case SecretUse::In::kBearer:
        tool.headers.push_back(
            {"Authorization",
             {{PieceKind::kLiteral, Escape::kHeaderValue, "Bearer ", ""}, secret}});
        return;
      case SecretUse::In::kBasic:
        tool.headers.push_back(
            {"Authorization",
             {{PieceKind::kLiteral, Escape::kHeaderValue, "Basic ", ""},
              {PieceKind::kBasicSecret, Escape::kNone, use.name.value, use.user}}});
        return;
      case SecretUse::In::kJson: return add_json_secret(use, where, secret, tool);
    }
  }

  void add_json_secret(const SecretUse& use, const std::string& where, const wire::Piece& secret,
                       wire::ToolSpec& tool) {
    if (tool.body_kind != wire::BodyKind::kJson || tool.body.empty() ||
        tool.body.back().kind != PieceKind::kCloseObject)
      return problem(use.name.at, where + ": a secret in `json` needs a JSON body that is a table");
    const wire::Template member{{PieceKind::kKey, Escape::kNone, inside_quotes(use.as), ""},
                                secret};
    tool.body.insert(tool.body.end() - 1, member.begin(), member.end());
  }

  // An argument that is declared and never sent would be checked, logged and lost.
  void check_arguments(const ToolConfig& config, const std::string& where,
                       const wire::ToolSpec& tool) {
    std::set<std::string> used;
    const auto mark = [&](const wire::Template& pieces) {
      for (const auto& piece : pieces)
        if (piece.kind == PieceKind::kArgument) used.insert(piece.text);
    };
    mark(tool.path);
    mark(tool.body);
    for (const auto* list : {&tool.query, &tool.headers, &tool.form})
      for (const auto& entry : *list) mark(entry.value);
    for (const auto& argument : tool.arguments)
      if (!used.contains(argument.name))
        problem(config.at,
                fmt::format(
                    "{}: argument `{}` is declared and never used; write `{{{}}}` where it goes",
                    where, argument.name, argument.name));
    for (const auto& piece : tool.path)
      for (const auto& argument : tool.arguments)
        if (piece.kind == PieceKind::kArgument && piece.text == argument.name && !argument.required)
          problem(config.at,
                  fmt::format("{}: argument `{}` is part of the path and so cannot be optional",
                              where, argument.name));
  }

  void check_headers(const ToolConfig& config, const std::string& where,
                     const wire::ToolSpec& tool) {
    std::set<std::string> seen;
    for (const auto& header : tool.headers) {
      std::string lower = header.name;
      std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
      });
      if (!seen.insert(lower).second)
        problem(config.at,
                fmt::format("{}: header `{}` is set twice", where, base::printable(header.name)));
    }
  }

  void finish(wire::ToolSpec tool, const ToolConfig& config) {
    for (const auto& argument : tool.arguments)
      if (argument.max_items > base::limits::kArguments) problem(config.at, "too many items");
    std::string bound = wire::encode(tool) + wire::encode(out_.manifest.origins[tool.origin]) +
                        wire::encode(config.arguments) + wire::encode(config.description);
    tool.definition = base::sha256({"yett tool definition 1\n", bound});
    out_.known.push_back(
        {tool.name, tool.definition, tool.model, tool.effect, tool.idempotent, tool.timeout_ms});
    if (!tool.model)
      out_.all_tools.push_back({tool.name, config.description, tool.definition, config.arguments,
                                tool.effect, tool.decode == wire::Decode::kJson});
    out_.manifest.tools.push_back(std::move(tool));
  }

  // What is offered to a model is exactly what the policy can allow or ask for.
  void offer() {
    out_.rules = make_rule_set(config_, out_.manifest, files_, problems_);
    for (const auto& tool : out_.all_tools)
      if (out_.rules.linked->can_allow(tool.name)) out_.session.tools.push_back(tool);
    out_.session.system_prompt = config_.system_prompt;
    out_.session.max_calls_per_turn = config_.max_calls_per_turn;
    out_.session.max_calls_per_conversation = config_.max_calls_per_conversation;
    out_.session.retry_after_denial = config_.session.retry_after_denial;
    set_quarantined();
  }

  void set_quarantined() {
    const auto& name = config_.session.quarantined;
    if (!name) return;
    const auto& models = out_.session.models;
    if (std::ranges::find(models, name->value, &wire::OfferedModel::name) == models.end())
      problem(name->at, fmt::format("`quarantined` names no model: `{}`", name->value));
    else out_.session.quarantined = name->value;
  }

  const Config& config_;
  const Files& files_;
  Problems& problems_;
  Compiled out_;
  std::set<std::pair<std::string, std::string>> bound_;  // (secret, origin it may be sent to)
};

}  // namespace

Compiled compile(const Config& config, const Files& files, Problems& problems) {
  return Compiler(config, files, problems).run();
}

std::string model_tool(std::string_view model) { return "model:" + std::string(model); }

}  // namespace cli
