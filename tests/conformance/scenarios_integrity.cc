// SPDX-License-Identifier: Apache-2.0
// acp_policy_integrity: a reference document, one change in it, and the fault or the digest.
#include <fmt/format.h>

#include <algorithm>

#include "base/bytes.h"
#include "conformance/scenarios_policy.h"
#include "policy/load/import_acp.h"
#include "schema/parse.h"

namespace conformance {
namespace {

using policy::AcpPolicy;
using policy::AcpTool;
using policy::AcpValue;
using schema::Value;

AcpValue value_of(const Value& value) {
  AcpValue out;
  if (value.is_null()) out.kind = AcpValue::Kind::kNull;
  else if (value.as_bool()) return policy::acp_bool(*value.as_bool());
  else if (value.as_string() != nullptr) return policy::acp_string(*value.as_string());
  else if (value.number_text() != nullptr) out.kind = AcpValue::Kind::kNumber;
  else if (value.as_object() != nullptr) out.kind = AcpValue::Kind::kMapping;
  else if (const schema::Array* items = value.as_array()) {
    out.kind = AcpValue::Kind::kList;
    for (const Value& item : *items) out.items.push_back(value_of(item));
  }
  return out;
}

AcpValue* key_of(AcpTool& tool, std::string_view key) {
  if (key == "enabled") return &tool.enabled;
  if (key == "risk_level") return &tool.risk_level;
  if (key == "external_effect") return &tool.external_effect;
  if (key == "destructive") return &tool.destructive;
  if (key == "requires_human_approval") return &tool.requires_human_approval;
  return key == "allowed_roles" ? &tool.allowed_roles : nullptr;
}

AcpTool tool_of(const std::string& name, const Value& value) {
  AcpTool tool;
  tool.name = name;
  const schema::Object* keys = value.as_object();
  tool.mapping = keys != nullptr;
  if (keys == nullptr) return tool;
  for (const schema::Member& m : *keys) {
    if (AcpValue* known = key_of(tool, m.key)) *known = value_of(m.value);
    else tool.unknown.push_back(m.key);
  }
  return tool;
}

// The document that a JSON object is.
AcpPolicy policy_of(const Value& document) {
  AcpPolicy out;
  const schema::Object* keys = document.as_object();
  out.mapping = keys != nullptr;
  out.tools_mapping = false;
  if (keys == nullptr) return out;
  for (const schema::Member& m : *keys) {
    if (m.key == "default_decision") out.default_decision = value_of(m.value);
    else if (m.key == "tenant_isolation") out.tenant_isolation = value_of(m.value);
    else if (m.key != "tools") out.unknown.push_back(m.key);
    else if (const schema::Object* tools = m.value.as_object()) {
      out.tools_mapping = true;
      for (const schema::Member& tool : *tools) out.tools.push_back(tool_of(tool.key, tool.value));
    }
  }
  return out;
}

// The value that the words of a change spell: JSON, or a bare word, or "user (string)".
Value spelled(std::string_view words) {
  if (words.ends_with(" (string)"))
    return Value::string(std::string(words.substr(0, words.size() - 9)));
  if (words.starts_with('[') && words.ends_with(']') && words.find('"') == words.npos) {
    Value list = Value::array();
    std::string_view inside = words.substr(1, words.size() - 2);
    while (!inside.empty()) {
      std::string_view one = inside.substr(0, inside.find(','));
      inside.remove_prefix(std::min(inside.size(), one.size() + 1));
      while (one.starts_with(' ')) one.remove_prefix(1);
      list.push(spelled(one));
    }
    return list;
  }
  const auto json = schema::parse(words);
  return json.ok() ? *json : Value::string(std::string(words));
}

// One change in the words of the table. False: no adapter maps them.
class Change {
 public:
  Change(Value document, std::string_view words) : document_(std::move(document)), words_(words) {}

  bool apply() {
    if (words_.starts_with("unchanged") || words_.find("order") != words_.npos ||
        words_.find("format") != words_.npos)
      return true;  // order and layout are no part of a document
    if (words_ == "tool entry null") return set({"tools", "read_records"}, Value());
    if (words_ == "tools empty" || words_ == "empty tools") return set({"tools"}, Value::object());
    if (take("unknown top-level key ")) return set({std::string(words_)}, Value::boolean(true));
    if (words_.ends_with(" removed")) return removed(words_.substr(0, words_.size() - 8));
    if (words_.ends_with(" added"))
      return set(path_of(words_.substr(0, words_.size() - 6)), Value::boolean(true));
    const std::size_t colon = words_.find(": ");
    if (colon == words_.npos) return false;
    return assigned(words_.substr(0, colon), words_.substr(colon + 2));
  }
  const Value& document() const { return document_; }

 private:
  using Path = std::vector<std::string>;

  bool take(std::string_view beginning) {
    if (!words_.starts_with(beginning)) return false;
    words_.remove_prefix(beginning.size());
    return true;
  }
  // "read_records.enabled" stands under tools; "default_decision" does not.
  static Path path_of(std::string_view name) {
    const std::size_t dot = name.find('.');
    if (dot == name.npos) return {std::string(name)};
    return {"tools", std::string(name.substr(0, dot)), std::string(name.substr(dot + 1))};
  }
  Value* parent(const Path& path) {
    Value* at = &document_;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      const Value* next = at->find(path[i]);
      if (next == nullptr) return nullptr;
      at = const_cast<Value*>(next);
    }
    return at->as_object() == nullptr ? nullptr : at;
  }
  bool set(const Path& path, Value value) {
    Value* at = parent(path);
    if (at == nullptr) return false;
    at->set(path.back(), std::move(value));
    return true;
  }
  bool removed(std::string_view what) {
    Path path =
        what.starts_with("tool ") ? Path{"tools", std::string(what.substr(5))} : path_of(what);
    Value* at = parent(path);
    return at != nullptr && at->as_object()->remove(path.back());
  }
  // "run_shell.enabled: true, roles [admin]" changes the roles, too.
  bool assigned(std::string_view name, std::string_view words) {
    const Path path = path_of(name);
    const std::size_t more = words.find(", roles [");
    if (more != words.npos && path.size() == 3) {
      if (!set({path[0], path[1], "allowed_roles"}, spelled(words.substr(more + 8)))) return false;
      words = words.substr(0, more);
    }
    return set(path, spelled(words));
  }

  Value document_;
  std::string_view words_;
};

std::string_view word_of(policy::AcpFault::Code code) {
  using Code = policy::AcpFault::Code;
  switch (code) {
    case Code::kNoMapping: return "no_mapping";
    case Code::kUnknownKeys: return "unknown_keys";
    case Code::kDefaultNotDeny: return "default_not_deny";
    case Code::kIsolationNotStrict: return "isolation_not_strict";
    case Code::kNoTools: return "no_tools";
    case Code::kMissingTools: return "missing_tools";
    case Code::kToolNoMapping: return "tool_no_mapping";
    case Code::kToolUnknownKeys: return "tool_unknown_keys";
    case Code::kToolMissingKeys: return "tool_missing_keys";
    case Code::kNotBool: return "not_bool";
    case Code::kRiskLevel: return "risk_level";
    case Code::kRolesNoList: return "roles_no_list";
    case Code::kRoleNoString: return "role_no_string";
    case Code::kNoRole: return "no_role";
    case Code::kShellEnabled: return "shell_enabled";
    case Code::kEmailUnapproved: return "email_unapproved";
    case Code::kExportUnapproved: return "export_unapproved";
    case Code::kExportRoles: return "export_roles";
  }
  return "";
}

void judge(const ScenarioRun& run, const Scenario& s, const Value& reference) {
  const std::string words(s.given.find_string("change").value_or(""));
  Change change(reference, words);
  if (!change.apply()) return run.report.skipped(s.c, Skip::kProse, words);
  const AcpPolicy document = policy_of(change.document());
  const auto fault = policy::validate(document);
  Case c = s.c;
  c.facts = {{"answer", fault ? std::string(word_of(fault->code)) : "valid"}};
  const Value* valid = s.expect.find("valid");
  const bool want = valid != nullptr && valid->as_bool().value_or(false);
  if (want != !fault)
    return run.report.failed(
        c, fmt::format("expected {}, got {}", want ? "valid" : "a fault", c.facts["answer"]));
  if (fault) {
    const std::string_view error = s.expect.find_string("error").value_or("");
    if (!run.reasons.agree(run.table.name, word_of(fault->code),
                           {{"tool", fault->tool}, {"detail", fault->detail}}, error))
      return run.report.failed(c, fmt::format("expected '{}', got {} of '{}': {}", error,
                                              word_of(fault->code), fault->tool, fault->detail));
    return run.report.passed(c);
  }
  const std::string digest = base::hex(base::view(policy::digest(document)));
  const std::string_view sha = s.expect.find_string("sha256").value_or(digest);
  if (sha != digest)
    return run.report.failed(c, fmt::format("expected digest {}, got {}", sha, digest));
  run.report.passed(c);
}

// The reference document stands in the notes of the table.
std::optional<Value> reference_of(const ScenarioTable& table) {
  for (const std::string& note : table.notes) {
    const std::size_t at = note.find(": {");
    if (!note.starts_with("canonical JSON") || at == note.npos) continue;
    const auto parsed = schema::parse(std::string_view(note).substr(at + 2));
    if (parsed.ok()) return *parsed;
  }
  return std::nullopt;
}

}  // namespace

void run_acp_integrity(const ScenarioRun& run) {
  const auto reference = reference_of(run.table);
  for (const Scenario& s : run.table.cases) {
    if (!run.selects(s.c)) continue;
    if (reference) judge(run, s, *reference);
    else run.report.skipped(s.c, Skip::kDataAbsent, "the reference document in the table's notes");
  }
}

}  // namespace conformance
