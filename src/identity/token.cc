// SPDX-License-Identifier: Apache-2.0
#include "identity/token.h"

#include <algorithm>

#include "base/bytes.h"
#include "identity/limits.h"
#include "schema/parse.h"

namespace identity {
namespace {

struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
};

std::optional<Parts> parts_of(std::string_view compact) {
  const std::size_t first = compact.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos)
    return std::nullopt;
  return Parts{compact.substr(0, first), compact.substr(first + 1, second - first - 1),
               compact.substr(second + 1)};
}

Checked<schema::Value> header_of(std::string_view json) {
  if (json.size() > limits::kHeaderBytes) return Refusal::kHeader;
  schema::Fault fault = schema::Fault::kSyntax;
  // Deeper than what passes: a `jwk` shall be refused by its name, not as "too deep".
  auto value = schema::parse(json, {.max_depth = 4, .max_values = 128}, &fault);
  if (!value.ok()) {
    const bool twice =
        fault == schema::Fault::kDuplicateKey || fault == schema::Fault::kCaseVariant;
    return twice ? Refusal::kDuplicateMember : Refusal::kHeader;
  }
  const schema::Object* members = value->as_object();
  if (members == nullptr || members->size() > limits::kHeaderMembers) return Refusal::kHeader;
  return std::move(*value);
}

bool any_of(const schema::Value& header, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view n) { return header.find(n) != nullptr; });
}

bool is_container(const schema::Value& value) {
  return value.as_array() != nullptr || value.as_object() != nullptr;
}

std::optional<Refusal> refusal_of(const schema::Value& header) {
  if (any_of(header, {"crit", "b64"})) return Refusal::kCritical;
  if (any_of(header, {"jwk", "jku", "x5u", "x5c"})) return Refusal::kEmbeddedKey;
  if (any_of(header, {"enc", "zip"})) return Refusal::kHeader;
  for (const schema::Member& m : *header.as_object())
    if (is_container(m.value)) return Refusal::kHeader;
  for (const std::string_view name : {"alg", "kid", "typ", "cty"})
    if (header.find(name) != nullptr && !header.find_string(name)) return Refusal::kHeader;
  return std::nullopt;
}

std::optional<std::string> text_of(const schema::Value& header, std::string_view name) {
  const auto text = header.find_string(name);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

}  // namespace

Checked<UnverifiedToken> UnverifiedToken::parse(std::string_view compact) {
  if (compact.size() > limits::kTokenBytes) return Refusal::kTooLong;
  const auto parts = parts_of(compact);
  if (!parts) return Refusal::kMalformed;
  const auto header = base::unbase64(parts->header, base::Base64::kUrl);
  auto payload = base::unbase64(parts->payload, base::Base64::kUrl);
  auto signature = base::unbase64(parts->signature, base::Base64::kUrl);
  if (!header || !payload || !signature) return Refusal::kMalformed;
  const auto members = header_of(*header);
  if (!members) return members.refusal();
  if (const auto refusal = refusal_of(*members)) return *refusal;
  const auto algorithm = algorithm_of(members->find_string("alg").value_or(""));
  if (!algorithm) return Refusal::kAlgorithm;

  UnverifiedToken out;
  out.algorithm_ = *algorithm;
  out.key_id_ = text_of(*members, "kid");
  if (out.key_id_ && out.key_id_->size() > limits::kKeyIdBytes) return Refusal::kHeader;
  out.type_ = text_of(*members, "typ");
  out.input_ = compact.substr(0, compact.size() - parts->signature.size() - 1);
  out.payload_ = std::move(*payload);
  out.signature_ = std::move(*signature);
  return out;
}

}  // namespace identity
