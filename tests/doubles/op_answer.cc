// SPDX-License-Identifier: Apache-2.0
#include "op_answer.h"

#include <cstdio>

namespace doubles {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    char escape[8];
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
      continue;
    }
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
    out += escape;
  }
  return out + "\"";
}

// ---- errors -------------------------------------------------------------------------------------

std::string not_a_vault(std::string_view name) {
  return "\"" + std::string(name) +
         "\" isn't a vault in this account. Specify the vault with its ID or name.";
}

std::string not_an_item(std::string_view name, const Vault* vault) {
  const std::string place = vault == nullptr ? "" : " in the \"" + vault->name + "\" vault";
  return "\"" + std::string(name) + "\" isn't an item" + place +
         ". Specify the item with its UUID, name, or domain.";
}

struct Hit {
  const Vault* vault;
  const Item* item;
};

std::string ambiguous(std::string_view name, const std::vector<Hit>& hits) {
  std::string out = "More than one item matches \"" + std::string(name) +
                    "\". Try again and specify the item by its ID: ";
  for (const Hit& h : hits) {
    out += "\n\t* for the item \"" + h.item->title + "\" in vault " + h.vault->name + ": " +
           h.item->id;
  }
  return out;
}

// The one item of that name, or what is said instead.
struct Found {
  Hit hit{nullptr, nullptr};
  std::string error;
};

Found find_one(const Account& account, const std::optional<std::string>& in, std::string_view name,
               bool archived) {
  const Vault* only = in ? find_vault(account, *in) : nullptr;
  if (in && only == nullptr) return {{nullptr, nullptr}, not_a_vault(*in)};
  std::vector<Hit> hits;
  for (const Vault& v : account.vaults) {
    if (only != nullptr && only != &v) continue;
    for (const Item* i : find_items(v, name, archived)) hits.push_back({&v, i});
  }
  if (hits.empty()) return {{nullptr, nullptr}, not_an_item(name, only)};
  if (hits.size() > 1) return {{nullptr, nullptr}, ambiguous(name, hits)};
  return {hits[0], ""};
}

// ---- read ---------------------------------------------------------------------------------------

struct Reference {
  std::vector<std::string> parts;
  std::string error;
};

Reference parse_reference(std::string_view text) {
  constexpr std::string_view kScheme = "op://";
  constexpr std::string_view kForm =
      "secret references should match op://<vault>/<item>[/<section>]/<field>";
  Reference out;
  if (!text.starts_with(kScheme)) {
    out.error = "secret reference has invalid prefix: " + std::string(kForm);
    return out;
  }
  std::string_view rest = text.substr(kScheme.size());
  rest = rest.substr(0, rest.find('?'));
  for (;;) {
    const std::size_t slash = rest.find('/');
    out.parts.emplace_back(rest.substr(0, slash));
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (out.parts.size() > 4) out.error = "too many '/': " + std::string(kForm);
  if (out.parts.size() < 3) out.error = "too few '/': " + std::string(kForm);
  return out;
}

Outcome read(const Account& account, const Words& words) {
  if (words.words.size() != 2) return failure("accepts 1 arg(s), received 0");
  const std::string& text = words.words[1];
  const std::string could_not = "could not read secret '" + text + "': ";
  const Reference r = parse_reference(text);
  if (!r.error.empty()) return failure(could_not + "invalid secret reference: " + r.error);
  const Found found = find_one(account, r.parts[0], r.parts[1], false);
  if (!found.error.empty()) {
    const bool vault = find_vault(account, r.parts[0]) != nullptr;
    const std::string item = "could not get item " + r.parts[0] + "/" + r.parts[1] + ": ";
    return failure(could_not + (vault ? item : "") + found.error);
  }
  const std::string section = r.parts.size() == 4 ? r.parts[2] : "";
  const Field* field = find_field(*found.hit.item, section, r.parts.back());
  if (field == nullptr) {
    return failure(could_not + "could not find field or file " + r.parts.back() + " on item " +
                   found.hit.item->title + " in vault " + found.hit.vault->name);
  }
  return {0, field->value + (words.no_newline ? "" : "\n"), ""};
}

// ---- the other commands -------------------------------------------------------------------------

std::string field_json(const Hit& h, const Field& f, const std::string& indent) {
  const std::string next = ",\n" + indent + "  ";
  std::string out = indent + "{\n" + indent + "  \"id\": " + quoted(f.label);
  if (!f.section.empty())
    out += next + "\"section\": {\n" + indent + "    \"id\": " + quoted(f.section) + "\n" + indent +
           "  }";
  out += next + "\"type\": \"CONCEALED\"" + next + "\"label\": " + quoted(f.label);
  out += next + "\"value\": " + quoted(f.value);
  const std::string section = f.section.empty() ? "" : f.section + "/";
  out += next + "\"reference\": " +
         quoted("op://" + h.vault->name + "/" + h.item->title + "/" + section + f.label);
  return out + "\n" + indent + "}";
}

std::string head_json(const Hit& h, const std::string& indent) {
  const std::string next = ",\n" + indent;
  std::string out = indent + "\"id\": " + quoted(h.item->id) + next +
                    "\"title\": " + quoted(h.item->title) + next + "\"version\": 1";
  if (h.item->archived) out += next + "\"state\": \"ARCHIVED\"";
  out += next + "\"vault\": {\n" + indent + "  \"id\": " + quoted(h.vault->id) + ",\n" + indent +
         "  \"name\": " + quoted(h.vault->name) + "\n" + indent + "}";
  return out + next + "\"category\": \"API_CREDENTIAL\"";
}

std::string item_json(const Hit& h) {
  std::string out = "{\n" + head_json(h, "  ") + ",\n  \"fields\": [";
  const char* comma = "\n";
  for (const Field& f : h.item->fields) {
    out += comma + field_json(h, f, "    ");
    comma = ",\n";
  }
  return out + "\n  ]\n}\n";
}

// --fields label=a,type=otp,b : what is asked for, by label; types are not told apart.
Outcome item_fields(const Hit& h, const Words& words) {
  std::string out;
  std::string_view rest = *words.fields;
  std::size_t count = 0;
  while (!rest.empty()) {
    std::string_view label = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
    const bool type = label.starts_with("type=");
    if (label.starts_with("label=")) label.remove_prefix(6);
    const Field* f =
        type && !h.item->fields.empty() ? &h.item->fields[0] : find_field(*h.item, "", label);
    if (f == nullptr)
      return failure("\"" + std::string(label) + "\" isn't a field in the \"" + h.item->title +
                     "\" item.");
    out += (count++ == 0 ? ""
            : words.json ? ",\n"
                         : ",") +
           (words.json ? field_json(h, *f, "") : f->value);
  }
  return {0, (words.json && count > 1 ? "[" + out + "]" : out) + "\n", ""};
}

Outcome item_get(const Account& account, const Words& words, bool service) {
  if (words.words.size() != 3) return failure("accepts 1 arg(s), received 0");
  if (service && !words.vault)
    return failure(
        "a vault query must be provided when this command is called by a service account. Please "
        "specify one either through the --vault flag or through piped input");
  const Found found = find_one(account, words.vault, words.words[2], words.include_archive);
  if (!found.error.empty()) return failure(found.error);
  if (words.fields) return item_fields(found.hit, words);
  if (words.json) return {0, item_json(found.hit), ""};
  return {0,
          "ID:          " + found.hit.item->id + "\nTitle:       " + found.hit.item->title + "\n",
          ""};
}

Outcome item_list(const Account& account, const Words& words) {
  const Vault* only = words.vault ? find_vault(account, *words.vault) : nullptr;
  if (words.vault && only == nullptr) return failure(not_a_vault(*words.vault));
  std::string out = "[";
  const char* comma = "\n";
  for (const Vault& v : account.vaults) {
    for (const Item& i : v.items) {
      if ((only != nullptr && only != &v) || (i.archived && !words.include_archive)) continue;
      out += comma + std::string("  {\n") + head_json({&v, &i}, "    ") + "\n  }";
      comma = ",\n";
    }
  }
  return {0, out + "\n]\n", ""};
}

std::string vault_json(const Vault& v, const std::string& indent) {
  return indent + "{\n" + indent + "  \"id\": " + quoted(v.id) + ",\n" + indent +
         "  \"name\": " + quoted(v.name) + ",\n" + indent + "  \"content_version\": 1\n" + indent +
         "}";
}

Outcome vault_list(const Account& account, const Words& words) {
  std::string out;
  for (const Vault& v : account.vaults) {
    if (words.json) out += (out.empty() ? "[\n" : ",\n") + vault_json(v, "  ");
    else out += v.id + "    " + v.name + "\n";
  }
  return {0, words.json ? (out.empty() ? "[" : out) + "\n]\n" : out, ""};
}

Outcome vault_get(const Account& account, const Words& words) {
  if (words.words.size() != 3) return failure("accepts 1 arg(s), received 0");
  const Vault* v = find_vault(account, words.words[2]);
  if (v == nullptr) return failure(not_a_vault(words.words[2]));
  return {0, vault_json(*v, "") + "\n", ""};
}

// Titles and columns as the product's documentation shows them; no recorded run has them.
Outcome ratelimit(bool service) {
  if (!service) return failure("no service account is in use: name one");
  return {0,
          "TYPE       ACTION        LIMIT    USED    REMAINING    RESET\n"
          "token      write         100      0       100          N/A\n"
          "token      read          1000     3       997          59 minutes from now\n"
          "account    read_write    1000     3       997          23 hours from now\n",
          ""};
}

// Answers with status 0 for a revoked token too: it asks no server.
Outcome whoami(const Account& account, bool service) {
  const std::string url = quoted(account.url);
  if (service)
    return {0, "{\n  \"URL\": " + url + ",\n  \"ServiceAccountType\": \"SERVICE_ACCOUNT\"\n}\n",
            ""};
  if (account.signed_in != SignedIn::kUser) return failure("account is not signed in");
  const std::string id = quoted(account.user_id);
  return {0,
          "{\n  \"url\": " + url + ",\n  \"email\": \"robin@corp.example\",\n  \"user_uuid\": " +
              id + ",\n  \"account_uuid\": " + id + "\n}\n",
          ""};
}

Outcome signed_in(const Account& account, const Words& words, bool service) {
  const std::string verb = words.words[0];
  const std::string second = words.words.size() > 1 ? words.words[1] : "";
  if (verb == "read") return read(account, words);
  if (verb == "item" && second == "get") return item_get(account, words, service);
  if (verb == "item" && second == "list") return item_list(account, words);
  if (verb == "vault" && second == "list") return vault_list(account, words);
  if (verb == "vault" && second == "get") return vault_get(account, words);
  if (verb == "service-account" && second == "ratelimit") return ratelimit(service);
  return {kUnknown, "", "the double does not know this command"};
}

}  // namespace

Outcome failure(std::string error, int status) { return {status, "", std::move(error)}; }

Outcome answer(const Account& account, const Words& words, bool service) {
  if (words.version) return {0, account.version + "\n", ""};
  if (words.words.empty()) return {kUnknown, "", "the double has no help"};
  const bool stranger = words.account && *words.account != account.user_id;
  const bool unknown = account.signed_in == SignedIn::kUnknown && !service;
  if (stranger || unknown)
    return failure("no account found for filter " + words.account.value_or(""));
  if (words.words[0] == "whoami") return whoami(account, service);
  if (!service && account.signed_in != SignedIn::kUser)
    return failure(
        "You are not currently signed in. Please run `op signin --help` for instructions");
  return signed_in(account, words, service);
}

}  // namespace doubles
