// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A value of a plan: 16 bytes, its label in the same word as its type, so that "both are small
// integers under the control label" is one comparison (measured: shared prototypes). Copy it as
// two words. Heap objects live in the Heap of one run and are never freed before it ends.
// Trust zone: session.
#pragma once

#include <cstdint>

#include "label/table.h"

namespace lang {

struct Object;  // heap.h: strings, big integers, containers, functions, classes, instances, ...

enum class Type : std::uint8_t {
  kUndefined,  // a slot that nothing was assigned to
  kNone,
  kBool,
  kInt,  // fits in 64 bits
  kFloat,
  kObject,  // Object says which
};

class Value {
 public:
  Value() = default;  // undefined, clean
  static Value none(label::LabelId label = label::kClean) { return Value(Type::kNone, label, 0); }
  static Value boolean(bool truth, label::LabelId label = label::kClean) {
    return Value(Type::kBool, label, truth ? 1 : 0);
  }
  static Value integer(std::int64_t number, label::LabelId label = label::kClean) {
    return Value(Type::kInt, label, static_cast<std::uint64_t>(number));
  }
  static Value real(double number, label::LabelId label = label::kClean) {
    return Value(Type::kFloat, label, __builtin_bit_cast(std::uint64_t, number));
  }
  static Value object(Object* object, label::LabelId label = label::kClean) {
    return Value(Type::kObject, label, reinterpret_cast<std::uintptr_t>(object));
  }

  // As header() and bits() were: two words are copied as two words.
  static Value raw(std::uint64_t header, std::uint64_t payload) {
    Value out;
    out.header_ = header;
    out.payload_ = payload;
    return out;
  }
  static constexpr std::uint64_t kCleanInt = static_cast<std::uint64_t>(Type::kInt);
  static constexpr std::uint64_t kCleanBool = static_cast<std::uint64_t>(Type::kBool);
  static constexpr std::uint64_t kCleanObject = static_cast<std::uint64_t>(Type::kObject);

  Type type() const { return static_cast<Type>(header_ & 0xff); }
  label::LabelId label() const { return {static_cast<std::uint32_t>(header_ >> 32)}; }
  std::uint64_t header() const { return header_; }
  std::uint64_t bits() const { return payload_; }
  bool as_bool() const { return payload_ != 0; }
  std::int64_t as_int() const { return static_cast<std::int64_t>(payload_); }
  double as_float() const { return __builtin_bit_cast(double, payload_); }
  Object* as_object() const { return reinterpret_cast<Object*>(payload_); }

  // Whether what `label()` says decided *which* value this is, out of some that were there without
  // it; not so for a value that came under its label. Copies keep it.
  bool is_chosen() const { return (header_ & kChosen) != 0; }
  Value chosen() const {
    Value out = *this;
    out.header_ |= kChosen;
    return out;
  }

  // The same value under `label`. INVARIANT: callers only ever pass a join that holds the old one,
  // but for the doors endorse and declassify.
  Value with(label::LabelId label) const {
    Value out = *this;
    out.header_ = (header_ & 0xffffffff) | std::uint64_t{label.value} << 32;
    return out;
  }

 private:
  static constexpr std::uint64_t kChosen = 0x100;
  Value(Type type, label::LabelId label, std::uint64_t payload)
      : header_(static_cast<std::uint64_t>(type) | std::uint64_t{label.value} << 32),
        payload_(payload) {}
  std::uint64_t header_ = 0;
  std::uint64_t payload_ = 0;
};
static_assert(sizeof(Value) == 16);

}  // namespace lang
