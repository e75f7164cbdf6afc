// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the double of the 1Password CLI knows: one account with vaults, items and fields.
// Trust zone: tests only; nothing of it is ever installed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doubles {

struct Field {
  std::string section;
  std::string label;
  std::string value;
};

struct Item {
  std::string id;
  std::string title;
  bool archived = false;
  std::vector<Field> fields;
};

struct Vault {
  std::string id;
  std::string name;
  std::vector<Item> items;
};

// Who uses the CLI where no service account token is given.
enum class SignedIn : unsigned char {
  kNobody,  // an account is known, nobody has signed in
  kUser,
  kUnknown,  // no account is known at all
};

struct Account {
  std::string version = "2.30.3";
  SignedIn signed_in = SignedIn::kNobody;
  std::string url = "https://example.1password.com";
  std::string user_id = "AAAAAAAAAAAAAAAAAAAAAAAAAA";
  std::vector<Vault> vaults;
};

// The account that the double has where no op.data lies beside it: vault `SecureTools` with the
// items `OpenWeatherMap` (api_key), `Status API` (token; section `login` with username, password)
// and twice `Duplicate`, and an empty vault `Other`.
Account default_account();

// Reads op.data: a line each, parts divided by tabs, "\t", "\n" and "\\" escaped in parts.
//   version 2.30.3 | account nobody/user/unknown | url URL | user ID | vault ID NAME
//   item ID TITLE [archived] (of the last vault) | field SECTION LABEL VALUE (of the last item)
// Nothing: a line is none of these.
std::optional<Account> parse_account(std::string_view text);

// By ID, or by name in any case; null if there is none.
const Vault* find_vault(const Account& account, std::string_view name);
// Likewise; all that match. Archived ones count only if asked for or named by ID.
std::vector<const Item*> find_items(const Vault& vault, std::string_view name, bool archived);
// By label in any case; `section` empty: in any section.
const Field* find_field(const Item& item, std::string_view section, std::string_view label);

}  // namespace doubles
