// SPDX-License-Identifier: Apache-2.0
#include "policy/propose/propose.h"

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace policy {
namespace {

using Kind = ArgumentShape::Kind;
using Words = std::vector<std::string>;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Lower case, apart at anything that is no letter and where a capital follows a small letter.
Words words_of(std::string_view text) {
  Words out;
  bool open = false;
  char before = 0;
  for (const char c : text) {
    const bool capital = c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z';
    if (!is_letter(c)) open = false;
    else if (!open || capital) out.emplace_back(1, lower(c)), open = true;
    else out.back() += lower(c);
    before = c;
  }
  return out;
}

using Table = std::span<const std::string_view>;

bool holds(Table table, std::string_view word) {
  return std::find(table.begin(), table.end(), word) != table.end();
}
// A plural counts as its singular.
bool any_of(const Words& words, Table table) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    const std::string_view w = word;
    return holds(table, w) || (w.ends_with('s') && holds(table, w.substr(0, w.size() - 1)));
  });
}

// ---- effects ------------------------------------------------------------------------------------

constexpr std::string_view kReads[] = {"get",      "list",     "search",   "find",   "read",
                                       "fetch",    "show",     "check",    "count",  "query",
                                       "look",     "lookup",   "view",     "browse", "load",
                                       "download", "describe", "retrieve", "is",     "has"};
constexpr std::string_view kDestroys[] = {"delete",  "remove", "cancel",    "drop",   "purge",
                                          "destroy", "erase",  "clear",     "revoke", "unshare",
                                          "kick",    "ban",    "terminate", "wipe",   "trash"};
constexpr std::string_view kPays[] = {"pay",    "buy",    "purchase", "transfer", "withdraw",
                                      "refund", "donate", "charge",   "tip"};
constexpr std::string_view kExecs[] = {"run",   "exec",  "execute", "eval",
                                       "shell", "spawn", "launch"};
constexpr std::string_view kSends[] = {"send",  "post",  "share",   "publish",  "invite",
                                       "email", "mail",  "message", "notify",   "forward",
                                       "reply", "tweet", "upload",  "submit",   "reserve",
                                       "book",  "order", "call",    "broadcast"};
constexpr std::string_view kWrites[] = {
    "create", "update", "set",    "append",  "write",  "add",        "edit", "rename",
    "move",   "save",   "insert", "put",     "change", "reschedule", "mark", "schedule",
    "modify", "copy",   "make",   "archive", "label",  "draft",      "store"};
constexpr std::string_view kMoney[] = {"money", "payment", "transaction", "invoice", "fund"};
constexpr std::string_view kReaches[] = {"email",        "mail",      "notify",
                                         "notification", "notifying", "invitation",
                                         "invite",       "message",   "notifie"};
constexpr std::string_view kGives[] = {"share", "invite", "grant", "publish"};
constexpr std::string_view kPeople[] = {"user",  "member",       "participant", "attendee",
                                        "guest", "collaborator", "reviewer",    "assignee"};

std::optional<ToolEffect> effect_of_verb(std::string_view word) {
  if (holds(kReads, word)) return ToolEffect::kRead;
  if (holds(kDestroys, word)) return ToolEffect::kDestroy;
  if (holds(kPays, word)) return ToolEffect::kPay;
  if (holds(kExecs, word)) return ToolEffect::kExec;
  if (holds(kSends, word)) return ToolEffect::kSend;
  if (holds(kWrites, word)) return ToolEffect::kWrite;
  return std::nullopt;
}

// "add_user_to_channel": somebody gets to see a thing.
bool lets_in(const Words& name, const std::vector<ArgumentShape>& arguments) {
  constexpr std::string_view kAdd[] = {"add"};
  return any_of(name, kAdd) && std::any_of(arguments.begin(), arguments.end(), [](const auto& a) {
           return any_of(words_of(a.name), kPeople);
         });
}

ToolEffect effect_of(const Words& name, const Words& description,
                     const std::vector<ArgumentShape>& arguments) {
  std::optional<ToolEffect> found;
  for (const std::string& word : name)
    if (found = effect_of_verb(word); found) break;
  if (found == ToolEffect::kRead || found == ToolEffect::kDestroy) return *found;
  if (any_of(name, kMoney)) return ToolEffect::kPay;
  if (!found) return ToolEffect::kExec;
  if (found == ToolEffect::kWrite && (lets_in(name, arguments) || any_of(description, kReaches)))
    return ToolEffect::kSend;
  return *found;
}

// ---- roles --------------------------------------------------------------------------------------

struct RoleWords {
  Role role;
  Table words;
};
constexpr std::string_view kUrls[] = {"url", "uri", "link", "href", "website", "webpage"};
constexpr std::string_view kHosts[] = {"host", "hostname", "domain", "server"};
constexpr std::string_view kPaths[] = {"path", "directory", "folder"};
constexpr std::string_view kCommands[] = {"command", "cmd", "script", "code", "shell", "sql"};
constexpr std::string_view kQueries[] = {"query", "search", "keyword", "filter"};
constexpr std::string_view kAmounts[] = {"amount", "price", "total", "sum"};
constexpr RoleWords kAnywhere[] = {{Role::kUrl, kUrls},      {Role::kHost, kHosts},
                                   {Role::kPath, kPaths},    {Role::kCommand, kCommands},
                                   {Role::kQuery, kQueries}, {Role::kAmount, kAmounts}};
constexpr std::string_view kRecipients[] = {
    "recipient", "to",       "cc",      "bcc",     "participant", "attendee",    "invitee", "email",
    "user",      "username", "member",  "channel", "phone",       "address",     "payee",   "iban",
    "guest",     "receiver", "contact", "group",   "audience",    "collaborator"};
constexpr std::string_view kContents[] = {
    "subject", "body", "content", "text",    "message", "title", "description", "note", "location",
    "time",    "date", "summary", "caption", "comment", "day",   "reason",      "html", "data"};

bool is_text(const ArgumentShape& a) {
  return a.kind == Kind::kString || (a.kind == Kind::kArray && a.item == Kind::kString);
}

// How one tool's arguments are read.
struct Reading {
  ToolEffect effect = ToolEffect::kRead;
  bool letting_in = false;
  bool giving = false;  // access to a thing, or to all
};

std::optional<Role> role_of(const ArgumentShape& argument, const Reading& tool) {
  const Words words = words_of(argument.name);
  const bool amount = argument.kind == Kind::kNumber || argument.kind == Kind::kInteger;
  for (const RoleWords& row : kAnywhere)
    if ((is_text(argument) || (row.role == Role::kAmount && amount)) && any_of(words, row.words))
      return row.role;
  if (!is_text(argument) || words.empty() || words.back() == "id") return std::nullopt;
  const bool leaves = tool.effect == ToolEffect::kSend || tool.effect == ToolEffect::kPay;
  const bool person = any_of(words, kPeople) || any_of(words, std::span(kRecipients).first(8));
  if (leaves && any_of(words, kRecipients) && (!tool.letting_in || person)) return Role::kRecipient;
  if ((leaves || tool.effect == ToolEffect::kWrite) && !tool.giving && any_of(words, kContents))
    return Role::kContent;
  return std::nullopt;
}

Answers answers_of(const Words& name, const Proposal& made) {
  constexpr std::string_view kContacts[] = {"contact", "addressbook"};
  constexpr std::string_view kClock[] = {"today", "now", "current"};
  constexpr std::string_view kTimes[] = {"today", "now", "day", "time", "date"};
  if (made.shape.effect != ToolEffect::kRead) return Answers::kAnybody;
  if (any_of(name, kContacts)) return Answers::kDirectory;
  if (made.shape.arguments.empty() && any_of(name, kClock) && any_of(name, kTimes))
    return Answers::kPlatform;
  return Answers::kAnybody;
}

}  // namespace

Proposal propose(std::string_view name, std::string_view description,
                 const schema::Value& parameters) {
  Proposal out;
  const Words words = words_of(name);
  out.shape.name = name;
  out.shape.arguments = arguments_of(parameters);
  out.shape.effect = effect_of(words, words_of(description), out.shape.arguments);
  const bool letting_in = lets_in(words, out.shape.arguments);
  const Reading reading{out.shape.effect, letting_in, letting_in || any_of(words, kGives)};
  for (ArgumentShape& argument : out.shape.arguments) argument.role = role_of(argument, reading);
  out.answers = answers_of(words, out);
  return out;
}

}  // namespace policy
