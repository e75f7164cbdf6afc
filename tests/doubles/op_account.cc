// SPDX-License-Identifier: Apache-2.0
#include "op_account.h"

#include <algorithm>

namespace doubles {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string unescaped(std::string_view part) {
  std::string out;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '\\' || i + 1 == part.size()) {
      out += part[i];
      continue;
    }
    const char c = part[++i];
    out += c == 't' ? '\t' : c == 'n' ? '\n' : c;
  }
  return out;
}

std::vector<std::string> parts_of(std::string_view line) {
  std::vector<std::string> out;
  for (;;) {
    const std::size_t tab = line.find('\t');
    out.push_back(unescaped(line.substr(0, tab)));
    if (tab == std::string_view::npos) return out;
    line.remove_prefix(tab + 1);
  }
}

bool take_item(const std::vector<std::string>& parts, Account& out) {
  if (out.vaults.empty() || parts.size() < 3) return false;
  out.vaults.back().items.push_back({parts[1], parts[2], parts.size() > 3, {}});
  return true;
}

bool take_field(const std::vector<std::string>& parts, Account& out) {
  if (out.vaults.empty() || out.vaults.back().items.empty() || parts.size() != 4) return false;
  out.vaults.back().items.back().fields.push_back({parts[1], parts[2], parts[3]});
  return true;
}

bool take_signed_in(std::string_view word, Account& out) {
  if (word == "user") out.signed_in = SignedIn::kUser;
  else if (word == "unknown") out.signed_in = SignedIn::kUnknown;
  else return word == "nobody";
  return true;
}

bool take_line(std::string_view line, Account& out) {
  const std::vector<std::string> parts = parts_of(line);
  const std::string& kind = parts[0];
  if (kind == "item") return take_item(parts, out);
  if (kind == "field") return take_field(parts, out);
  if (kind == "vault" && parts.size() == 3) {
    out.vaults.push_back({parts[1], parts[2], {}});
    return true;
  }
  if (parts.size() != 2) return false;
  if (kind == "account") return take_signed_in(parts[1], out);
  if (kind == "version") out.version = parts[1];
  else if (kind == "url") out.url = parts[1];
  else if (kind == "user") out.user_id = parts[1];
  else return false;
  return true;
}

}  // namespace

Account default_account() {
  const auto parsed = parse_account(
      "vault\tv1securetoolsv1securetools\tSecureTools\n"
      "item\ti1openweathermapi1openweat\tOpenWeatherMap\n"
      "field\t\tapi_key\tdouble-weather-key-3f9a\n"
      "item\ti2statusapii2statusapii2st\tStatus API\n"
      "field\t\ttoken\tdouble-status-token-77c1\n"
      "field\tlogin\tusername\trobin\n"
      "field\tlogin\tpassword\tdouble \"status\" passw\xc3\xb6rd\n"
      "item\ti3duplicatei3duplicatei3du\tDuplicate\n"
      "field\t\tpassword\tdouble-first-0001\n"
      "item\ti4duplicatei4duplicatei4du\tDuplicate\n"
      "field\t\tpassword\tdouble-second-0002\n"
      "vault\tv2otherv2otherv2otherv2oth\tOther\n");
  return parsed.value_or(Account{});
}

std::optional<Account> parse_account(std::string_view text) {
  Account out;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.empty() && !take_line(line, out)) return {};
  }
  return out;
}

const Vault* find_vault(const Account& account, std::string_view name) {
  for (const Vault& v : account.vaults)
    if (v.id == name || same(v.name, name)) return &v;
  return nullptr;
}

std::vector<const Item*> find_items(const Vault& vault, std::string_view name, bool archived) {
  std::vector<const Item*> out;
  for (const Item& i : vault.items)
    if (i.id == name || (same(i.title, name) && (archived || !i.archived))) out.push_back(&i);
  return out;
}

const Field* find_field(const Item& item, std::string_view section, std::string_view label) {
  for (const Field& f : item.fields)
    if (same(f.label, label) && (section.empty() || same(f.section, section))) return &f;
  return nullptr;
}

}  // namespace doubles
