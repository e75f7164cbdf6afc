// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A JSON value that remembers where it stood in its text. Numbers stay text, objects keep their
// order. Trust zone: gateway, session, egress, cli (reads hostile text, holds nothing).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace schema {

// LIMIT: the deepest nesting that anything here follows, whatever a caller of parse() allows: all
// walks recurse, and 256 levels fit the smallest stack that our programs give themselves.
inline constexpr std::size_t kDepthCap = 256;

enum class Kind : unsigned char { kNull, kBool, kNumber, kString, kArray, kObject };

// "null", "a boolean", "a number", "a string", "an array", "an object": fit for "not a string".
std::string_view name_of(Kind kind);

// `text` with U+FFFD for each byte that is not part of well-formed UTF-8.
std::string well_formed(std::string text);

class Value;
struct Member;
using Array = std::vector<Value>;

// The members of a JSON object in the order of their text. INVARIANT: no two keys are identical.
// Lookup is linear up to 16 members, logarithmic above. Keys are well-formed UTF-8.
class Object {
 public:
  Object();
  ~Object();
  Object(const Object&);
  Object(Object&&) noexcept;
  Object& operator=(const Object&);
  Object& operator=(Object&&) noexcept;

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  const Member* begin() const;
  const Member* end() const;

  // The value under exactly this key, or null. Valid until the object changes.
  const Value* find(std::string_view key) const;
  // Replaces the value under `key` (made well_formed), or adds the member at the end.
  void set(std::string key, Value value);
  // Removes the member; false if there was none. The order of the others stays. O(n log n).
  bool remove(std::string_view key);

  // Exact: same members in the same order.
  friend bool operator==(const Object&, const Object&);

 private:
  friend class Target;
  // Two members whose keys are identical, or (folded) differ only in case: places in members_.
  struct Clash {
    std::size_t first;
    std::size_t second;
    bool identical;
  };
  // Takes members as parsed; call `clash` before anything else.
  explicit Object(std::vector<Member> members);
  std::optional<Clash> clash() const;
  std::size_t place_of(std::string_view key) const;  // size() if absent
  void sort_index();

  std::vector<Member> members_;
  std::unique_ptr<std::vector<std::uint32_t>> index_;  // by compare_keys; only for large objects
};

// One JSON value: null, boolean, number, string, array or object. Copied deeply, moved cheaply.
// A reader of the wrong kind gives nothing; it never converts.
class Value {
 public:
  Value() = default;  // null
  static Value boolean(bool value);
  static Value integer(std::int64_t value);
  // kInvalid: infinite or not a number.
  static base::Result<Value> real(double value);
  // A number by its RFC 8259 text, kept as it is. kInvalid: not a number, or not finite as double.
  static base::Result<Value> number(std::string text);
  // The text is made well_formed: what we write can always be read.
  static Value string(std::string text);
  static Value array(Array items = {});
  static Value object(Object members = {});

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  // Where the value began in the text it was parsed from, in bytes; 0 for a value built here.
  std::uint32_t offset() const { return offset_; }

  std::optional<bool> as_bool() const;
  const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  const Array* as_array() const { return std::get_if<Array>(&data_); }
  const Object* as_object() const { return std::get_if<Object>(&data_); }
  Array* as_array() { return std::get_if<Array>(&data_); }
  Object* as_object() { return std::get_if<Object>(&data_); }

  // The number as it was written ("5.0", "1E2"), or null.
  const std::string* number_text() const;
  // A whole number, however written: 5, 5.0, 50e-1; of any size.
  bool is_integer() const;
  // Its exact value if it is whole and fits in 64 bits. Never by way of a double.
  std::optional<std::int64_t> as_i64() const;
  // The nearest double; always finite.
  std::optional<double> as_double() const;

  // The member of an object, the item of an array; null if absent or another kind.
  const Value* find(std::string_view key) const;
  const Value* at(std::size_t index) const;
  // The text of a string member: find() and as_string() in one.
  std::optional<std::string_view> find_string(std::string_view key) const;

  // Building: the value must be an object (set), an array (push); anything else is a bug.
  Value& set(std::string key, Value value);
  Value& push(Value value);

  // Exact: numbers by their text, members in order. Offsets do not count.
  friend bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }

 private:
  friend class Target;  // the parser builds without checking twice
  struct Number {
    std::string text;
    friend bool operator==(const Number&, const Number&) = default;
  };
  using Data = std::variant<std::monostate, bool, Number, std::string, Array, Object>;
  explicit Value(Data data, std::uint32_t offset = 0) : data_(std::move(data)), offset_(offset) {}

  Data data_;
  std::uint32_t offset_ = 0;
};

struct Member {
  std::string key;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

}  // namespace schema
