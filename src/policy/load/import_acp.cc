// SPDX-License-Identifier: Apache-2.0
#include "policy/load/import_acp.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/load/quote.h"

namespace policy {
namespace {

using Kind = AcpValue::Kind;
using Code = AcpFault::Code;

constexpr std::array<std::string_view, 5> kRequired = {"delete_records", "export_records",
                                                       "read_records", "run_shell", "send_email"};
constexpr std::array<std::string_view, 4> kRisks = {"critical", "high", "low", "medium"};

struct Key {
  std::string_view name;
  AcpValue AcpTool::*place;
};
constexpr std::array<Key, 6> kKeys = {{
    {"allowed_roles", &AcpTool::allowed_roles},
    {"destructive", &AcpTool::destructive},
    {"enabled", &AcpTool::enabled},
    {"external_effect", &AcpTool::external_effect},
    {"requires_human_approval", &AcpTool::requires_human_approval},
    {"risk_level", &AcpTool::risk_level},
}};
constexpr std::array<Key, 4> kBools = {{
    {"enabled", &AcpTool::enabled},
    {"external_effect", &AcpTool::external_effect},
    {"destructive", &AcpTool::destructive},
    {"requires_human_approval", &AcpTool::requires_human_approval},
}};

std::string listed(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return fmt::format("{}", fmt::join(names, ", "));
}

bool is(const AcpValue& value, std::string_view text) {
  return value.kind == Kind::kString && value.text == text;
}
bool is_true(const AcpValue& value) { return value.kind == Kind::kBool && value.truth; }

std::vector<std::string> roles(const AcpTool& tool) {
  std::vector<std::string> out;
  for (const AcpValue& role : tool.allowed_roles.items)
    if (role.kind == Kind::kString) out.push_back(role.text);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<const AcpTool*> sorted(const AcpPolicy& policy) {
  std::vector<const AcpTool*> out;
  for (const AcpTool& tool : policy.tools) out.push_back(&tool);
  std::sort(out.begin(), out.end(), [](auto* a, auto* b) { return a->name < b->name; });
  return out;
}

const AcpTool* find(const AcpPolicy& policy, std::string_view name) {
  for (const AcpTool& tool : policy.tools)
    if (tool.name == name) return &tool;
  return nullptr;
}

std::optional<AcpFault> keys_of(const AcpTool& tool) {
  if (!tool.mapping) return AcpFault{Code::kToolNoMapping, tool.name, {}};
  if (!tool.unknown.empty())
    return AcpFault{Code::kToolUnknownKeys, tool.name, listed(tool.unknown)};
  std::vector<std::string> missing;
  for (const Key& key : kKeys)
    if ((tool.*key.place).kind == Kind::kAbsent) missing.emplace_back(key.name);
  if (!missing.empty()) return AcpFault{Code::kToolMissingKeys, tool.name, listed(missing)};
  return std::nullopt;
}

std::optional<AcpFault> values_of(const AcpTool& tool) {
  for (const Key& key : kBools)
    if ((tool.*key.place).kind != Kind::kBool)
      return AcpFault{Code::kNotBool, tool.name, std::string(key.name)};
  const bool risk = std::any_of(kRisks.begin(), kRisks.end(),
                                [&](std::string_view level) { return is(tool.risk_level, level); });
  if (!risk) return AcpFault{Code::kRiskLevel, tool.name, {}};
  if (tool.allowed_roles.kind != Kind::kList) return AcpFault{Code::kRolesNoList, tool.name, {}};
  if (roles(tool).size() != tool.allowed_roles.items.size())
    return AcpFault{Code::kRoleNoString, tool.name, {}};
  if (tool.enabled.truth && tool.allowed_roles.items.empty())
    return AcpFault{Code::kNoRole, tool.name, {}};
  return std::nullopt;
}

std::optional<AcpFault> document(const AcpPolicy& policy) {
  if (!policy.mapping) return AcpFault{Code::kNoMapping, {}, {}};
  if (!policy.unknown.empty()) return AcpFault{Code::kUnknownKeys, {}, listed(policy.unknown)};
  if (!is(policy.default_decision, "deny")) return AcpFault{Code::kDefaultNotDeny, {}, {}};
  if (!is(policy.tenant_isolation, "strict")) return AcpFault{Code::kIsolationNotStrict, {}, {}};
  if (!policy.tools_mapping || policy.tools.empty()) return AcpFault{Code::kNoTools, {}, {}};
  std::vector<std::string> missing;
  for (std::string_view name : kRequired)
    if (find(policy, name) == nullptr) missing.emplace_back(name);
  if (!missing.empty()) return AcpFault{Code::kMissingTools, {}, listed(missing)};
  return std::nullopt;
}

std::optional<AcpFault> invariants(const AcpPolicy& policy) {
  const AcpTool* exported = find(policy, "export_records");
  if (find(policy, "run_shell")->enabled.truth)
    return AcpFault{Code::kShellEnabled, "run_shell", {}};
  if (!find(policy, "send_email")->requires_human_approval.truth)
    return AcpFault{Code::kEmailUnapproved, "send_email", {}};
  if (!exported->requires_human_approval.truth)
    return AcpFault{Code::kExportUnapproved, "export_records", {}};
  if (roles(*exported) != std::vector<std::string>{"admin"})
    return AcpFault{Code::kExportRoles, "export_records", {}};
  return std::nullopt;
}

std::string json(const AcpTool& tool) {
  std::vector<std::string> quoted_roles;
  for (const std::string& role : roles(tool)) quoted_roles.push_back(json_string(role));
  auto word = [](const AcpValue& value) { return value.truth ? "true" : "false"; };
  return fmt::format(
      "{{\"allowed_roles\":[{}],\"destructive\":{},\"enabled\":{},\"external_effect\":{},"
      "\"requires_human_approval\":{},\"risk_level\":{}}}",
      fmt::join(quoted_roles, ","), word(tool.destructive), word(tool.enabled),
      word(tool.external_effect), word(tool.requires_human_approval),
      json_string(tool.risk_level.text));
}

constexpr std::string_view kCauses =
    "  deny when target_tenant is absent or target_tenant.value != @tenant.id\n"
    "    because \"the target is not the caller's tenant\";\n"
    "  deny when \"source:user\" in @control.producers because \"a user's text cannot cause a "
    "call\";\n"
    "  deny when \"source:retrieved\" in @control.producers\n"
    "    because \"retrieved text cannot cause a call\";\n"
    "  deny when \"source:tool_output\" in @control.producers\n"
    "    because \"a tool's output cannot cause a call\";\n"
    "  deny when \"source:external\" in @control.producers\n"
    "    because \"external text cannot cause a call\";\n"
    "  deny when \"source:web\" in @control.producers because \"a web page cannot cause a call\";\n"
    "  deny when \"source:email\" in @control.producers because \"a mail cannot cause a call\";\n"
    "  deny when \"source:support_ticket\" in @control.producers\n"
    "    because \"a ticket cannot cause a call\";\n"
    "  deny when not @control.producers overlaps\n"
    "      {\"source:model\", \"source:system\", \"source:internal_reviewed\"}\n"
    "    because \"an unknown source cannot cause a call\";\n"
    "  deny when \"trust:untrusted\" in @control.tags or not \"trust:trusted\" in @control.tags\n"
    "    because \"what caused the call is not trusted\";\n";

// A key that is no boolean is what makes the policy stricter.
bool read(const AcpValue& value, bool strict) {
  return value.kind == Kind::kBool ? value.truth : strict;
}

std::string block(const AcpTool& tool) {
  std::string out = fmt::format(
      "\ntool {} {{\n  deny when not @control.producers overlaps {{w\"source:*\"}}\n"
      "    because \"nobody is said to have caused the call\";\n",
      policy_string(tool.name));
  if (!tool.mapping || !is_true(tool.enabled))
    return out + "  deny always because \"the tool is disabled\";\n}\n";
  std::vector<std::string> names;
  for (const std::string& role : roles(tool)) names.push_back(policy_string(role));
  // Nobody: an empty set of roles would be a condition that is always true.
  if (names.empty()) out += "  deny always because \"the role may not use the tool\";\n";
  else
    out += fmt::format(
        "  deny when not @principal.roles overlaps {{{}}}\n"
        "    because \"the role may not use the tool\";\n",
        fmt::join(names, ", "));
  out += kCauses;
  if (read(tool.external_effect, true) || read(tool.destructive, true))
    out +=
        "  deny when \"source:internal_reviewed\" in @control.producers\n"
        "    because \"reviewed text cannot cause an outside effect or a deletion\";\n";
  const bool asks = read(tool.requires_human_approval, true);
  return out + (asks ? "  ask always because \"a person approves calls of high impact\";\n}\n"
                     : "  allow always;\n}\n");
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view trimmed(std::string_view line) {
  const std::size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

AcpValue acp_bool(bool truth) { return {Kind::kBool, truth, {}, {}}; }
AcpValue acp_string(std::string text) { return {Kind::kString, false, std::move(text), {}}; }
AcpValue acp_strings(std::vector<std::string> texts) {
  AcpValue out{Kind::kList, false, {}, {}};
  for (std::string& text : texts) out.items.push_back(acp_string(std::move(text)));
  return out;
}

std::optional<AcpFault> validate(const AcpPolicy& policy) {
  if (auto fault = document(policy)) return fault;
  for (const AcpTool* tool : sorted(policy)) {
    if (auto fault = keys_of(*tool)) return fault;
    if (auto fault = values_of(*tool)) return fault;
  }
  return invariants(policy);
}

std::string canonical(const AcpPolicy& policy) {
  std::vector<std::string> tools;
  for (const AcpTool* tool : sorted(policy))
    tools.push_back(fmt::format("{}:{}", json_string(tool->name), json(*tool)));
  return fmt::format("{{\"default_decision\":{},\"tenant_isolation\":{},\"tools\":{{{}}}}}",
                     json_string(policy.default_decision.text),
                     json_string(policy.tenant_isolation.text), fmt::join(tools, ","));
}

base::Digest digest(const AcpPolicy& policy) { return base::sha256({canonical(policy)}); }

base::Result<base::Digest> pinned_digest(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.starts_with('#')) continue;
    base::Digest out{};
    if (line.size() != 2 * out.size()) return base::invalid("the pinned digest has no 64 digits");
    for (std::size_t i = 0; i < out.size(); ++i) {
      const int high = hex(line[2 * i]);
      const int low = hex(line[2 * i + 1]);
      if (high < 0 || low < 0) return base::invalid("the pinned digest is not hexadecimal");
      out[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return out;
  }
  return base::not_found("the pin holds no digest");
}

std::string policy_text(const AcpPolicy& policy) {
  std::string out = "language yett 1;\n";
  if (!policy.mapping || !policy.tools_mapping) return out;
  for (const AcpTool* tool : sorted(policy)) out += block(*tool);
  return out;
}

}  // namespace policy
