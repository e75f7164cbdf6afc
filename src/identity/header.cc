// SPDX-License-Identifier: Apache-2.0
#include "identity/header.h"

#include <algorithm>
#include <array>

#include "identity/api_key.h"
#include "identity/limits.h"

namespace identity {
namespace {

char small(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view any_case, std::string_view small_letters) {
  return std::ranges::equal(any_case, small_letters, [](char a, char b) { return small(a) == b; });
}

Checked<std::string_view> bearer_of(std::string_view value) {
  constexpr std::string_view kScheme = "bearer ";
  if (value.size() <= kScheme.size() || !same_name(value.substr(0, kScheme.size()), kScheme))
    return Refusal::kMalformed;
  return value.substr(kScheme.size());
}

Checked<std::string_view> only_value(const std::vector<Header>& headers) {
  constexpr std::array<std::string_view, 3> kNames = {"authorization", "x-yett-key",
                                                      "x-toolrampart-key"};
  const Header* found = nullptr;
  for (const std::string_view name : kNames) {
    bool twice = false;
    const Header* header = find_header(headers, name, &twice);
    if (twice || (header != nullptr && found != nullptr)) return Refusal::kSeveral;
    if (header != nullptr) found = header;
  }
  if (found == nullptr) return Refusal::kNoCredential;
  if (same_name(found->name, kNames[0])) return bearer_of(found->value);
  return std::string_view(found->value);
}

Checked<std::string> hint_of(const std::vector<Header>& headers) {
  const Header* found = nullptr;
  for (const std::string_view name : {"x-yett-key-id", "x-toolrampart-key-id"}) {
    bool twice = false;
    const Header* header = find_header(headers, name, &twice);
    if (twice || (header != nullptr && found != nullptr)) return Refusal::kSeveral;
    if (header != nullptr) found = header;
  }
  if (found == nullptr) return std::string();
  if (found->value.size() > limits::kNameBytes) return Refusal::kTooLong;
  return found->value;
}

CredentialKind kind_of_text(std::string_view text) {
  if (looks_like_key(text)) return CredentialKind::kKey;
  return std::ranges::count(text, '.') == 2 ? CredentialKind::kToken : CredentialKind::kImported;
}

}  // namespace

const Header* find_header(const std::vector<Header>& headers, std::string_view name, bool* twice) {
  const Header* found = nullptr;
  *twice = false;
  for (const Header& h : headers) {
    if (!same_name(h.name, name)) continue;
    if (found != nullptr) *twice = true;
    else found = &h;
  }
  return found;
}

Checked<Credential> credential_of(const std::vector<Header>& headers) {
  const auto value = only_value(headers);
  if (!value) return value.refusal();
  if (value->size() > limits::kTokenBytes) return Refusal::kTooLong;
  const bool printable = std::ranges::all_of(*value, [](char c) { return c > 0x20 && c < 0x7f; });
  if (value->empty() || !printable) return Refusal::kMalformed;
  auto hint = hint_of(headers);
  if (!hint) return hint.refusal();
  return Credential{kind_of_text(*value), std::string(*value), std::move(*hint)};
}

}  // namespace identity
