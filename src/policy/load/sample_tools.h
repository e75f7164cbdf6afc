// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tools for the tests of this folder. Trust zone: tests.
#pragma once

#include <string>
#include <utility>

#include "policy/tools.h"

namespace policy {

using ArgumentKind = ArgumentShape::Kind;

inline ArgumentShape argument(std::string name, ArgumentKind kind = ArgumentKind::kString,
                              std::optional<Role> role = std::nullopt, bool required = true) {
  ArgumentShape out;
  out.name = std::move(name);
  out.kind = kind;
  out.role = role;
  out.required = required;
  return out;
}

inline ToolShape tool(std::string name, ToolEffect effect, std::vector<ArgumentShape> arguments) {
  ToolShape out;
  out.name = std::move(name);
  out.effect = effect;
  out.arguments = std::move(arguments);
  return out;
}

inline Tools sample_tools() {
  Tools tools;
  tools.push_back(tool("send_email", ToolEffect::kSend,
                       {argument("to", ArgumentKind::kArray, Role::kRecipient),
                        argument("cc", ArgumentKind::kString, Role::kRecipient, false),
                        argument("body", ArgumentKind::kString, Role::kContent),
                        argument("copies", ArgumentKind::kInteger, std::nullopt, false)}));
  tools.push_back(
      tool("read_file", ToolEffect::kRead, {argument("path", ArgumentKind::kString, Role::kPath)}));
  tools.push_back(tool("write_file", ToolEffect::kWrite,
                       {argument("path", ArgumentKind::kString, Role::kPath),
                        argument("text", ArgumentKind::kString, Role::kContent)}));
  tools.push_back(
      tool("fetch", ToolEffect::kRead, {argument("url", ArgumentKind::kString, Role::kUrl)}));
  tools.push_back(tool("delete_file", ToolEffect::kDestroy,
                       {argument("path", ArgumentKind::kString, Role::kPath)}));
  tools.push_back(tool("issue_refund", ToolEffect::kPay,
                       {argument("order"), argument("amount", ArgumentKind::kNumber, Role::kAmount),
                        argument("tenant", ArgumentKind::kString, std::nullopt, false)}));
  tools.back().arguments[0].choices = {"A", "B"};
  tools.back().kept = {"id", "card"};
  tools.push_back(tool("run", ToolEffect::kExec,
                       {argument("command", ArgumentKind::kString, Role::kCommand),
                        argument("dry", ArgumentKind::kBoolean, std::nullopt, false),
                        argument("env", ArgumentKind::kObject, std::nullopt, false)}));
  tools.push_back(tool("parse_with_ai", ToolEffect::kRead, {argument("query")}));
  tools.push_back(tool("model:big", ToolEffect::kRead, {argument("prompt")}));
  tools.back().model = true;
  return tools;
}

}  // namespace policy
