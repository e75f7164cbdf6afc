// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the tests of the policy commands share: a few tools, and policies over them.
// Trust zone: tests.
#pragma once

#include <gtest/gtest.h>

#include "cli/policy_ground.h"
#include "cli/policy_packs.h"

namespace cli {

inline policy::ArgumentShape argument(std::string name, policy::ArgumentShape::Kind kind,
                                      bool required = true) {
  policy::ArgumentShape out;
  out.name = std::move(name);
  out.kind = kind;
  out.required = required;
  return out;
}

inline policy::Tools some_tools() {
  using Kind = policy::ArgumentShape::Kind;
  policy::ToolShape mail;
  mail.name = "send_email";
  mail.effect = policy::ToolEffect::kSend;
  mail.arguments = {argument("to", Kind::kArray), argument("body", Kind::kString),
                    argument("urgent", Kind::kBoolean, false)};
  policy::ToolShape refund;
  refund.name = "issue_refund";
  refund.effect = policy::ToolEffect::kPay;
  refund.arguments = {argument("amount", Kind::kNumber), argument("times", Kind::kInteger, false),
                      argument("meta", Kind::kObject, false)};
  return {mail, refund};
}

inline PolicyGround ground_for(const std::string& text) {
  PolicyInput input;
  input.files = {{"p.sqrt", text}};
  input.tools = some_tools();
  input.packs = packs();
  auto ground = stand_on(input);
  EXPECT_TRUE(ground.ok()) << (ground.ok() ? "" : ground.error().message);
  if (!ground.ok()) std::abort();
  return std::move(*ground);
}

}  // namespace cli
