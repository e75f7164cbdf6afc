// SPDX-License-Identifier: Apache-2.0
#include "policy/load/packs.h"

#include "policy/load/pack_texts.h"

namespace policy {
namespace {

const PackText* find(std::string_view name) {
  for (const PackText& pack : pack_texts())
    if (pack.name == name) return &pack;
  return nullptr;
}

std::optional<std::string> owned(const PackText* pack, std::string_view PackText::*part) {
  if (pack == nullptr) return std::nullopt;
  return std::string(pack->*part);
}

}  // namespace

std::optional<std::string> built_in_pack(std::string_view name) {
  return owned(find(name), &PackText::policy);
}

std::optional<std::string> built_in_pack_tests(std::string_view name) {
  return owned(find(name), &PackText::tests);
}

std::optional<std::string> built_in_pack_readme(std::string_view name) {
  return owned(find(name), &PackText::readme);
}

std::vector<std::string> built_in_packs() {
  std::vector<std::string> names;
  for (const PackText& pack : pack_texts()) names.emplace_back(pack.name);
  return names;
}

}  // namespace policy
