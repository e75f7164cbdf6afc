// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "policy/load/import_acp.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/bytes.h"
#include "policy/load/load.h"
#include "policy/load/packs.h"
#include "policy/load/sample_tools.h"

namespace policy {
namespace {

AcpTool acp_tool(std::string name, bool enabled, std::string risk, bool external, bool destructive,
                 bool approval, std::vector<std::string> roles) {
  AcpTool tool;
  tool.name = std::move(name);
  tool.enabled = acp_bool(enabled);
  tool.risk_level = acp_string(std::move(risk));
  tool.external_effect = acp_bool(external);
  tool.destructive = acp_bool(destructive);
  tool.requires_human_approval = acp_bool(approval);
  tool.allowed_roles = acp_strings(std::move(roles));
  return tool;
}

AcpPolicy reference() {
  AcpPolicy policy;
  policy.default_decision = acp_string("deny");
  policy.tenant_isolation = acp_string("strict");
  policy.tools = {
      acp_tool("read_records", true, "low", false, false, false, {"user", "admin"}),
      acp_tool("send_email", true, "high", true, false, true, {"user", "admin"}),
      acp_tool("export_records", true, "high", true, false, true, {"admin"}),
      acp_tool("delete_records", true, "critical", false, true, true, {"admin"}),
      acp_tool("run_shell", false, "critical", true, true, true, {}),
  };
  return policy;
}

std::string hex(const base::Digest& digest) {
  std::string out;
  for (auto byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

TEST(ImportAcp, ADigestDoesNotDependOnOrder) {
  const std::string pinned = "a51ce37eb7f5a880a0d1727ded6b0a27fe3c8e5fefb02b6091055b81011b919d";
  AcpPolicy policy = reference();
  EXPECT_FALSE(validate(policy));
  EXPECT_EQ(hex(digest(policy)), pinned);
  std::reverse(policy.tools.begin(), policy.tools.end());
  policy.tools.back().allowed_roles = acp_strings({"admin", "user"});
  EXPECT_EQ(hex(digest(policy)), pinned);
  policy.tools[0].risk_level = acp_string("high");
  EXPECT_NE(hex(digest(policy)), pinned);
}

TEST(ImportAcp, EachFaultIsNamed) {
  using Code = AcpFault::Code;
  struct Case {
    Code code;
    std::string tool;
    std::string detail;
    std::function<void(AcpPolicy&)> change;
  };
  auto drop = [](std::size_t i) {
    return [i](AcpPolicy& p) { p.tools.erase(p.tools.begin() + static_cast<std::ptrdiff_t>(i)); };
  };
  const std::vector<Case> cases = {
      {Code::kNoMapping, "", "", [](auto& p) { p.mapping = false; }},
      {Code::kUnknownKeys, "", "a, extra",
       [](auto& p) {
         p.unknown = {"extra", "a"};
       }},
      {Code::kDefaultNotDeny, "", "", [](auto& p) { p.default_decision = {}; }},
      {Code::kDefaultNotDeny, "", "", [](auto& p) { p.default_decision = acp_string("allow"); }},
      {Code::kIsolationNotStrict, "", "", [](auto& p) { p.tenant_isolation = acp_bool(true); }},
      {Code::kNoTools, "", "", [](auto& p) { p.tools.clear(); }},
      {Code::kNoTools, "", "", [](auto& p) { p.tools_mapping = false; }},
      {Code::kMissingTools, "", "read_records", drop(0)},
      {Code::kToolNoMapping, "read_records", "", [](auto& p) { p.tools[0].mapping = false; }},
      {Code::kToolUnknownKeys, "read_records", "unknown",
       [](auto& p) { p.tools[0].unknown = {"unknown"}; }},
      {Code::kToolMissingKeys, "read_records", "destructive, enabled",
       [](auto& p) { p.tools[0].enabled = p.tools[0].destructive = {}; }},
      {Code::kNotBool, "read_records", "enabled",
       [](auto& p) { p.tools[0].enabled = acp_string("yes"); }},
      {Code::kRiskLevel, "read_records", "",
       [](auto& p) { p.tools[0].risk_level = acp_string("extreme"); }},
      {Code::kRolesNoList, "read_records", "",
       [](auto& p) { p.tools[0].allowed_roles = acp_string("user"); }},
      {Code::kRoleNoString, "read_records", "",
       [](auto& p) { p.tools[0].allowed_roles.items[0] = acp_bool(true); }},
      {Code::kNoRole, "read_records", "", [](auto& p) { p.tools[0].allowed_roles.items.clear(); }},
      {Code::kShellEnabled, "run_shell", "",
       [](auto& p) {
         p.tools[4].enabled = acp_bool(true);
         p.tools[4].allowed_roles = acp_strings({"admin"});
       }},
      {Code::kEmailUnapproved, "send_email", "",
       [](auto& p) { p.tools[1].requires_human_approval = acp_bool(false); }},
      {Code::kExportUnapproved, "export_records", "",
       [](auto& p) { p.tools[2].requires_human_approval = acp_bool(false); }},
      {Code::kExportRoles, "export_records", "",
       [](auto& p) {
         p.tools[2].allowed_roles = acp_strings({"admin", "user"});
       }},
  };
  for (const Case& c : cases) {
    AcpPolicy policy = reference();
    c.change(policy);
    const auto fault = validate(policy);
    ASSERT_TRUE(fault) << static_cast<int>(c.code);
    EXPECT_EQ(static_cast<int>(fault->code), static_cast<int>(c.code));
    EXPECT_EQ(fault->tool, c.tool);
    EXPECT_EQ(fault->detail, c.detail);
  }
}

TEST(ImportAcp, APinIsTheFirstLineThatIsNoComment) {
  const std::string digits(64, 'a');
  EXPECT_TRUE(pinned_digest("# of the policy\n\n  " + digits + "  \nmore\n").ok());
  EXPECT_EQ(pinned_digest("").error().code, base::Errc::kNotFound);
  EXPECT_EQ(pinned_digest("# nothing\n").error().code, base::Errc::kNotFound);
  EXPECT_EQ(pinned_digest(digits + "a").error().code, base::Errc::kInvalid);
  EXPECT_EQ(pinned_digest(std::string(64, 'g')).error().code, base::Errc::kInvalid);
}

Tools record_tools() {
  Tools tools;
  for (const char* name :
       {"read_records", "send_email", "export_records", "delete_records", "run_shell"})
    tools.push_back(tool(name, ToolEffect::kRead,
                         {argument("target_tenant", ArgumentKind::kString, std::nullopt, false)}));
  return tools;
}

TEST(ImportAcp, TheTextLoadsWithoutAWarning) {
  const Outcome out = load({{"acp", policy_text(reference())}}, record_tools(), {}, built_in_pack);
  for (const Diagnostic& d : out.diagnostics)
    if (d.name != "unreachable-rule") ADD_FAILURE() << render(d, out.sources);
  EXPECT_TRUE(out.loaded);
}

TEST(ImportAcp, WhatIsMalformedReadsAsItsStrictestValue) {
  AcpPolicy policy = reference();
  policy.tools = {policy.tools[0]};
  EXPECT_NE(policy_text(policy).find("allow always"), std::string::npos);
  policy.tools[0].requires_human_approval = {};
  EXPECT_EQ(policy_text(policy).find("allow always"), std::string::npos);
  EXPECT_NE(policy_text(policy).find("ask always"), std::string::npos);
  policy.tools[0].enabled = acp_string("true");
  EXPECT_NE(policy_text(policy).find("disabled"), std::string::npos);
  policy.mapping = false;
  EXPECT_EQ(policy_text(policy), "language yett 1;\n");
}

}  // namespace
}  // namespace policy
