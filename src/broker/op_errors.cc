// SPDX-License-Identifier: Apache-2.0
#include "broker/op_errors.h"

#include <algorithm>
#include <array>
#include <string>

namespace broker {
namespace {

struct Row {
  std::string_view text;  // lower case, as it stands in the line
  OpError error;
};

// The first row whose text the line holds decides; special before general.
constexpr std::array kRows{
    Row{"rate limit", OpError::kRateLimited},
    Row{"too many requests", OpError::kRateLimited},
    Row{"(429)", OpError::kRateLimited},
    Row{"service account deleted", OpError::kTokenInvalid},
    Row{"invalid service account token", OpError::kTokenInvalid},
    Row{"failed to decode token", OpError::kTokenInvalid},
    Row{"failed to deserialize service account", OpError::kTokenInvalid},
    Row{"service account token", OpError::kTokenInvalid},
    Row{"(401)", OpError::kTokenInvalid},
    Row{"(403)", OpError::kTokenInvalid},
    Row{"unauthorized", OpError::kTokenInvalid},
    Row{"not signed in", OpError::kNotSignedIn},
    Row{"not currently signed in", OpError::kNotSignedIn},
    Row{"no account found for filter", OpError::kNotSignedIn},
    Row{"no accounts configured", OpError::kNotSignedIn},
    Row{"session expired", OpError::kNotSignedIn},
    Row{"more than one item matches", OpError::kAmbiguousItem},
    Row{"more than one field", OpError::kAmbiguousItem},
    Row{"isn't a vault", OpError::kVaultNotFound},
    Row{"couldn't find vault", OpError::kVaultNotFound},
    Row{"could not get vault", OpError::kVaultNotFound},
    Row{"a vault query must be provided", OpError::kVaultNotFound},
    Row{"isn't a field", OpError::kFieldNotFound},
    Row{"does not have a field", OpError::kFieldNotFound},
    Row{"could not find field", OpError::kFieldNotFound},
    Row{"couldn't find field", OpError::kFieldNotFound},
    Row{"isn't a section", OpError::kFieldNotFound},
    Row{"isn't an item", OpError::kItemNotFound},
    Row{"could not find item", OpError::kItemNotFound},
    Row{"couldn't find item", OpError::kItemNotFound},
    Row{"could not get item", OpError::kItemNotFound},
    Row{"item has been deleted", OpError::kItemNotFound},
    Row{"invalid secret reference", OpError::kBadReference},
    Row{"secret reference", OpError::kBadReference},
    Row{"too many '/'", OpError::kBadReference},
    Row{"(400)", OpError::kBadReference},
};

struct Name {
  OpError error;
  std::string_view slug;
  std::string_view advice;
};
constexpr std::array kNames{
    Name{OpError::kOk, "ok", ""},
    Name{OpError::kNotSignedIn, "not_signed_in", "Give yett a service account token."},
    Name{OpError::kTokenInvalid, "token_invalid",
         "Make a new service account token; this one is "
         "malformed, revoked or expired."},
    Name{OpError::kVaultNotFound, "vault_not_found",
         "Check the vault's name and the token's access."},
    Name{OpError::kItemNotFound, "item_not_found", "Check the item's name, or use its id."},
    Name{OpError::kAmbiguousItem, "ambiguous_item", "Several items match: use the item's id."},
    Name{OpError::kFieldNotFound, "field_not_found", "Check the section and the field's name."},
    Name{OpError::kRateLimited, "rate_limited",
         "The account's quota is used up: wait, and raise "
         "lifetime_s."},
    Name{OpError::kBadReference, "bad_reference", "Write op://vault/item/[section/]field."},
    Name{OpError::kCrash, "crash", "The op program crashed: check its version and the token."},
    Name{OpError::kTimeout, "timeout", "The op program did not end in time."},
    Name{OpError::kNoProgram, "no_program", "Install the op program at the configured path."},
    Name{OpError::kBadValue, "bad_value", "The value is empty, too large or not text."},
    Name{OpError::kOther, "other", "Run op read by hand to see its message."},
};

const Name& name_of(OpError error) {
  for (const Name& n : kNames)
    if (n.error == error) return n;
  return kNames.back();
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_panic(const OpRun& run) {
  return run.exit_status == 2 && (run.err.find("panic:") != std::string_view::npos ||
                                  run.err.find("goroutine ") != std::string_view::npos);
}

// SECURITY: names in quotes are the vault's and could hold any words, so they are taken out before
// the line is compared.
std::string without_quoted(std::string_view line) {
  std::string out;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    else if (!quoted) out += c;
  }
  return quoted ? std::string(line) : out;
}

OpError classify_failure(const OpRun& run) {
  if (is_panic(run)) return OpError::kCrash;
  const std::string line = lower(without_quoted(last_error_line(run.err)));
  for (const Row& row : kRows)
    if (line.find(row.text) != std::string::npos) return row.error;
  return OpError::kOther;
}

}  // namespace

std::string_view slug(OpError error) { return name_of(error).slug; }
std::string_view advice(OpError error) { return name_of(error).advice; }

std::string_view last_error_line(std::string_view err) {
  const std::size_t at = err.rfind("[ERROR]");
  if (at == std::string_view::npos) return {};
  const std::string_view rest = err.substr(at);
  return rest.substr(0, rest.find('\n'));
}

OpError classify_read(const OpRun& run) {
  if (run.exit_status != 0) return classify_failure(run);
  return run.out.empty() ? OpError::kOther : OpError::kOk;
}

OpError classify_other(const OpRun& run) {
  return run.exit_status == 0 ? OpError::kOther : classify_failure(run);
}

}  // namespace broker
