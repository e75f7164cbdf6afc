// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as JSON: no crash; what is accepted comes back from our own form as the same value, its
// canonical form is a fixed point, every offset is inside the text, and no object holds two keys
// that differ only in case.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "schema/fold.h"
#include "schema/number.h"
#include "schema/parse.h"
#include "schema/pointer.h"
#include "schema/write.h"

namespace {

// The first character of a value of each kind.
bool begins_as(const schema::Value& value, char c) {
  switch (value.kind()) {
    case schema::Kind::kNull: return c == 'n';
    case schema::Kind::kBool: return c == 't' || c == 'f';
    case schema::Kind::kNumber: return c == '-' || (c >= '0' && c <= '9');
    case schema::Kind::kString: return c == '"';
    case schema::Kind::kArray: return c == '[';
    case schema::Kind::kObject: return c == '{';
  }
  return false;
}

void look_at(const schema::Value& value, std::string_view text) {
  CHECK(value.offset() < text.size() && begins_as(value, text[value.offset()]));
  if (const auto* number = value.number_text()) {
    CHECK(schema::is_number_text(*number) && value.as_double());
    CHECK(text.substr(value.offset(), number->size()) == *number);
    if (value.as_i64()) CHECK(value.is_integer());
  }
  if (const auto* items = value.as_array()) {
    for (const auto& item : *items) look_at(item, text);
  }
  if (const auto* members = value.as_object()) {
    for (const auto& a : *members) {
      CHECK(members->find(a.key) == &a.value && base::is_utf8(a.key));
      for (const auto& b : *members) {
        CHECK(&a == &b || schema::compare_folded(a.key, b.key) != 0);
      }
      look_at(a.value, text);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto pointer = schema::Pointer::parse(text); pointer.ok())
    CHECK(pointer->text() == text);
  const auto value = schema::parse(text);
  if (!value.ok()) {
    CHECK(value.error().message.starts_with("line "));
    CHECK(base::is_utf8(value.error().message));
    return 0;
  }
  look_at(*value, text);
  const auto again = schema::parse(schema::write(*value));
  CHECK(again.ok() && *again == *value);
  const auto pretty = schema::parse(schema::write_pretty(*value));
  CHECK(pretty.ok() && *pretty == *value);
  const auto form = schema::canonical(*value);
  CHECK(form.ok());
  const auto reread = schema::parse(*form);
  CHECK(reread.ok() && *schema::canonical(*reread) == *form);
  const auto strict = schema::canonical_strict(*value);
  CHECK(!strict.ok() || *strict == *form);
  return 0;
}
