// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policy documents of the agent control plane (rows ACP-027...049): validation in a fixed order,
// the canonical form and its digest, the pinned digest, and the same policy in our language.
// Reading YAML is the caller's: a document comes in as what stood under each key. Trust zone:
// supervisor.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace policy {

// What stood under a key, malformed or not.
struct AcpValue {
  enum class Kind : std::uint8_t { kAbsent, kNull, kBool, kNumber, kString, kList, kMapping };
  Kind kind = Kind::kAbsent;
  bool truth = false;           // kBool
  std::string text;             // kString
  std::vector<AcpValue> items;  // kList
};
AcpValue acp_bool(bool truth);
AcpValue acp_string(std::string text);
AcpValue acp_strings(std::vector<std::string> texts);

struct AcpTool {
  std::string name;
  bool mapping = true;  // false: something else stood there, and the rest is not read
  AcpValue enabled;
  AcpValue risk_level;
  AcpValue external_effect;
  AcpValue destructive;
  AcpValue requires_human_approval;
  AcpValue allowed_roles;
  std::vector<std::string> unknown;  // other keys
};

struct AcpPolicy {
  bool mapping = true;  // false: the document is missing, broken or no mapping
  AcpValue default_decision;
  AcpValue tenant_isolation;
  bool tools_mapping = true;
  std::vector<AcpTool> tools;
  std::vector<std::string> unknown;
};

// The first fault, in the order of these codes; those from kToolNoMapping to kNoRole tool by tool
// in alphabetical order.
struct AcpFault {
  enum class Code : std::uint8_t {
    kNoMapping,
    kUnknownKeys,  // detail: the keys, sorted, ", " between
    kDefaultNotDeny,
    kIsolationNotStrict,
    kNoTools,          // tools empty or no mapping
    kMissingTools,     // detail: names
    kToolNoMapping,    // tool
    kToolUnknownKeys,  // tool, detail: keys
    kToolMissingKeys,  // tool, detail: keys
    kNotBool,          // tool, detail: key
    kRiskLevel,        // tool: not one of critical high low medium
    kRolesNoList,      // tool
    kRoleNoString,     // tool
    kNoRole,           // tool: enabled and nobody may use it
    kShellEnabled,
    kEmailUnapproved,
    kExportUnapproved,
    kExportRoles,  // other than exactly admin
  };
  Code code = Code::kNoMapping;
  std::string tool;
  std::string detail;
};
std::optional<AcpFault> validate(const AcpPolicy& policy);

// Sorted keys, sorted roles, compact JSON. Precondition: validate() finds no fault.
std::string canonical(const AcpPolicy& policy);
base::Digest digest(const AcpPolicy& policy);

// The digest that a pin file says: its first line that is neither empty nor a comment (`#`), 64
// hexadecimal digits. kNotFound: no such line. kInvalid: it is no digest.
base::Result<base::Digest> pinned_digest(std::string_view text);

// The policy in our language, with reasons and order as in the pack control-plane. A malformed or
// missing key reads as its strictest value; a document that is no mapping allows nothing. What
// default_decision says is not looked at: what no rule allows is denied.
std::string policy_text(const AcpPolicy& policy);

}  // namespace policy
