// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What most operations on containers are, without what they could be. Only for runs without any
// label so far, whose joins are all clean; each answers null or false where the general way has to
// be taken. Trust zone: session.
#pragma once

#include "lang/heap.h"

namespace lang {

inline std::uint64_t int_header(label::LabelId control) {
  return Value::kCleanInt | std::uint64_t{control.value} << 32;
}

// A copy as two words in two registers: a copy of 16 bytes at once would wait for the two stores of
// 8 that made the value just before.
inline Value words(const Value& v) {
  std::uint64_t header = v.header(), payload = v.bits();
  asm("" : "+r"(header), "+r"(payload));  // NOLINT: keeps them apart
  return Value::raw(header, payload);
}

// In the place of a method of ours; never seen by a plan.
inline Value found_method(const Native* native) {
  return Value::raw(static_cast<std::uint64_t>(Type::kNone),
                    reinterpret_cast<std::uintptr_t>(native));
}
inline const Native* method_in(const Value& v) { return reinterpret_cast<const Native*>(v.bits()); }

inline std::size_t hash_int(std::int64_t number) {
  return static_cast<std::size_t>(number) * 0x9e3779b97f4a7c15;
}

// Whether an entry of the same hash has this key; keys are texts and small integers only.
inline bool quick_same(const Value& a, const Value& b) {
  if (a.type() == b.type() && a.bits() == b.bits()) return true;
  return is_string(a) && is_string(b) && text_of(a) == text_of(b);
}

// Of a dict, by a text or a small integer. LIMIT: a few probes; then the general way charges them.
inline Dict::Entry* quick_find(Dict& dict, const Value& key) {
  constexpr std::size_t kProbes = 16;
  std::size_t hash = 0;
  if (key.type() == Type::kInt) hash = hash_int(key.as_int());
  else if (is_string(key)) hash = static_cast<String*>(key.as_object())->hash;
  if (hash == 0 && key.type() != Type::kInt) return nullptr;
  if (dict.index.empty()) {
    for (Dict::Entry& entry : dict.entries)
      if (entry.hash == hash && entry.live && quick_same(entry.key, key)) return &entry;
    return nullptr;
  }
  const std::uint32_t* const index = dict.index.data();
  const std::size_t mask = dict.index.size() - 1;
  std::size_t at = hash & mask;
  for (std::size_t probes = 0; probes < kProbes && index[at] != 0; ++probes, at = (at + 1) & mask) {
    Dict::Entry& entry = dict.entries[index[at] - 1];
    if (entry.hash == hash && entry.live && quick_same(entry.key, key)) return &entry;
  }
  return nullptr;
}

inline const Value* quick_item(const Value& owner, const Value& index) {
  if (owner.type() != Type::kObject) return nullptr;
  Object* object = owner.as_object();
  if (object->kind == Kind::kDict) {
    const Dict::Entry* entry = quick_find(*static_cast<Dict*>(object), index);
    return entry == nullptr ? nullptr : &entry->value;
  }
  if (object->kind != Kind::kList && object->kind != Kind::kTuple) return nullptr;
  if (index.type() != Type::kInt) return nullptr;
  const auto& items = static_cast<List*>(object)->items;
  auto at = index.as_int();
  if (at < 0) at += static_cast<std::int64_t>(items.size());
  if (at < 0 || static_cast<std::size_t>(at) >= items.size()) return nullptr;
  return &items[static_cast<std::size_t>(at)];
}

// Whether a container must know more of `v` than that it holds it.
inline bool is_simple(const Value& v) {
  return v.type() != Type::kObject || v.as_object()->kind == Kind::kString;
}

}  // namespace lang
