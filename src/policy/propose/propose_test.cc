// SPDX-License-Identifier: Apache-2.0
#include "policy/propose/propose.h"

#include <gtest/gtest.h>

#include "schema/parse.h"

namespace policy {
namespace {

Proposal proposed(std::string_view name, std::string_view description = "",
                  std::string_view properties = "{}") {
  const auto schema =
      schema::parse("{\"type\":\"object\",\"properties\":" + std::string(properties) + "}");
  EXPECT_TRUE(schema.ok());
  return propose(name, description, *schema);
}
ToolEffect effect(std::string_view name, std::string_view description = "") {
  return proposed(name, description).shape.effect;
}
std::optional<Role> role(std::string_view tool, std::string_view argument,
                         std::string_view type = R"("type":"string")") {
  return proposed(tool, "", "{\"" + std::string(argument) + "\":{" + std::string(type) + "}}")
      .shape.arguments.at(0)
      .role;
}

TEST(Propose, AVerbOfTheNameSaysTheEffect) {
  EXPECT_EQ(effect("read_file"), ToolEffect::kRead);
  EXPECT_EQ(effect("listIssues"), ToolEffect::kRead);
  EXPECT_EQ(effect("Delete-Mail"), ToolEffect::kDestroy);
  EXPECT_EQ(effect("cancel_reservation", "Sends a mail."), ToolEffect::kDestroy);
  EXPECT_EQ(effect("github_create_issue"), ToolEffect::kWrite);
  EXPECT_EQ(effect("send_direct_message"), ToolEffect::kSend);
  EXPECT_EQ(effect("run_tests"), ToolEffect::kExec);
  EXPECT_EQ(effect("buy_ticket"), ToolEffect::kPay);
}

TEST(Propose, WhatMovesMoneyPaysWhateverItsVerb) {
  EXPECT_EQ(effect("send_money"), ToolEffect::kPay);
  EXPECT_EQ(effect("schedule_transaction"), ToolEffect::kPay);
  EXPECT_EQ(effect("get_transactions"), ToolEffect::kRead);
}

TEST(Propose, AWriteThatReachesPeopleIsASend) {
  EXPECT_EQ(effect("create_event", "It also sends an email to the participants."),
            ToolEffect::kSend);
  EXPECT_EQ(effect("move_event", "Notifies everybody."), ToolEffect::kSend);
  EXPECT_EQ(proposed("add_member", "", R"({"member":{"type":"string"}})").shape.effect,
            ToolEffect::kSend);
  EXPECT_EQ(effect("create_file", "Makes a file."), ToolEffect::kWrite);
}

TEST(Propose, ANameWithoutAKnownVerbIsTheStrictest) {
  EXPECT_EQ(effect("frobnicate"), ToolEffect::kExec);
  EXPECT_EQ(effect(""), ToolEffect::kExec);
}

TEST(Propose, NamesOfArgumentsSayTheirRoles) {
  EXPECT_EQ(role("get_page", "url"), Role::kUrl);
  EXPECT_EQ(role("read_file", "file_path"), Role::kPath);
  EXPECT_EQ(role("find_mail", "query"), Role::kQuery);
  EXPECT_EQ(role("send_mail", "bcc"), Role::kRecipient);
  EXPECT_EQ(role("send_mail", "userEmail"), Role::kRecipient);
  EXPECT_EQ(role("send_mail", "recipients", R"("type":"array","items":{"type":"string"})"),
            Role::kRecipient);
  EXPECT_EQ(role("send_mail", "body"), Role::kContent);
  EXPECT_EQ(role("transfer", "amount", R"("type":"number")"), Role::kAmount);
}

TEST(Propose, WhatIsNoTextOrAnIdHasNoRole) {
  EXPECT_EQ(role("send_mail", "attachments", R"("type":"array","items":{"type":"object"})"),
            std::nullopt);
  EXPECT_EQ(role("send_mail", "message_id"), std::nullopt);
  EXPECT_EQ(role("read_inbox", "user"), std::nullopt);
}

TEST(Propose, ANoteBesideAccessIsNoContent) {
  EXPECT_EQ(role("invite_user", "message"), std::nullopt);
  EXPECT_EQ(role("share_file", "email"), Role::kRecipient);
  EXPECT_EQ(role("send_mail", "message"), Role::kContent);
}

TEST(Propose, WhoIsLetInIsTheRecipientNotWhereTo) {
  const Proposal made = proposed("add_user_to_channel", "Adds a user.",
                                 R"({"user":{"type":"string"},"channel":{"type":"string"}})");
  EXPECT_EQ(made.shape.effect, ToolEffect::kSend);
  EXPECT_EQ(made.shape.arguments[0].role, Role::kRecipient);
  EXPECT_EQ(made.shape.arguments[1].role, std::nullopt);
}

TEST(Propose, ContactsAreADirectoryAndAClockThePlatforms) {
  EXPECT_EQ(proposed("search_contacts_by_name").answers, Answers::kDirectory);
  EXPECT_EQ(proposed("get_current_day").answers, Answers::kPlatform);
  EXPECT_EQ(proposed("get_current_weather").answers, Answers::kAnybody);
  EXPECT_EQ(proposed("search_mail").answers, Answers::kAnybody);
  EXPECT_EQ(proposed("delete_contact").answers, Answers::kAnybody);
}

TEST(Propose, ASchemaSaysKindsAndChoices) {
  const auto schema = schema::parse(R"({"$defs":{"P":{"enum":["r","rw"],"type":"string"}},
      "properties":{"a":{"anyOf":[{"type":"array","items":{"type":"string"}},{"type":"null"}]},
                    "p":{"$ref":"#/$defs/P"},"x":{},
                    "y":{"anyOf":[{"type":"string"},{"type":"object"}]}},
      "required":["p"]})");
  ASSERT_TRUE(schema.ok());
  const auto arguments = arguments_of(*schema);
  ASSERT_EQ(arguments.size(), 4U);
  EXPECT_EQ(arguments[0].kind, ArgumentShape::Kind::kArray);
  EXPECT_EQ(arguments[0].item, ArgumentShape::Kind::kString);
  EXPECT_FALSE(arguments[0].required);
  EXPECT_EQ(arguments[1].choices, (std::vector<std::string>{"r", "rw"}));
  EXPECT_TRUE(arguments[1].required);
  EXPECT_EQ(arguments[2].kind, ArgumentShape::Kind::kAny);
  EXPECT_EQ(arguments[3].kind, ArgumentShape::Kind::kAny);
  EXPECT_TRUE(arguments_of(schema::Value()).empty());
}

}  // namespace
}  // namespace policy
