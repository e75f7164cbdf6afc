// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "schema/number.h"
#include "schema/write.h"

namespace schema {
namespace {

// The order of two UTF-8 texts by their UTF-16 code units. It is the order of the bytes, but that a
// character above U+FFFF (lead byte F0-F4, in UTF-16 from D800 on) comes before U+E000..U+FFFF
// (lead byte EE, EF). Both differing bytes are leads then: what stands before them is the same.
bool before_in_utf16(std::string_view a, std::string_view b) {
  const auto [i, j] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (i == a.end() || j == b.end()) return i == a.end() && j != b.end();
  const auto x = static_cast<unsigned char>(*i);
  const auto y = static_cast<unsigned char>(*j);
  const bool x_high = x >= 0xF0;
  const bool y_high = y >= 0xF0;
  if (x_high != y_high && x >= 0xEE && y >= 0xEE) return x_high;
  return x < y;
}

enum class Integers : unsigned char { kRound, kExact };

class Canonical {
 public:
  explicit Canonical(Integers integers) : integers_(integers) {}

  base::Status value(const Value& v, std::size_t depth) {
    if (depth > kDepthCap) {
      return base::Error{base::Errc::kExhausted,
                         fmt::format("a value nested deeper than {}", kDepthCap)};
    }
    switch (v.kind()) {
      case Kind::kNumber: return number(v);
      case Kind::kArray: return array(*v.as_array(), depth + 1);
      case Kind::kObject: return object(*v.as_object(), depth + 1);
      case Kind::kNull:
      case Kind::kBool:
      case Kind::kString: break;
    }
    write_to(out_, v);
    return base::ok();
  }
  std::string take() { return std::move(out_); }

 private:
  base::Status number(const Value& v) {
    if (integers_ == Integers::kExact && loses_digits(*v.number_text())) {
      return base::invalid("a whole number with more digits than its canonical form keeps");
    }
    out_ += es6_number(*v.as_double());
    return base::ok();
  }

  base::Status array(const Array& items, std::size_t depth) {
    out_ += '[';
    for (const Value& item : items) {
      if (&item != items.data()) out_ += ',';
      TRY(value(item, depth));
    }
    out_ += ']';
    return base::ok();
  }

  base::Status object(const Object& members, std::size_t depth) {
    std::vector<const Member*> sorted;
    sorted.reserve(members.size());
    for (const Member& member : members) sorted.push_back(&member);
    std::sort(sorted.begin(), sorted.end(),
              [](const Member* a, const Member* b) { return before_in_utf16(a->key, b->key); });
    out_ += '{';
    for (const Member* member : sorted) {
      if (member != sorted.front()) out_ += ',';
      quote_to(out_, member->key);
      out_ += ':';
      TRY(value(member->value, depth));
    }
    out_ += '}';
    return base::ok();
  }

  Integers integers_;
  std::string out_;
};

base::Result<std::string> canonical_with(const Value& value, Integers integers) {
  Canonical writer(integers);
  TRY(writer.value(value, 0));
  return writer.take();
}

}  // namespace

base::Result<std::string> canonical(const Value& value) {
  return canonical_with(value, Integers::kRound);
}

base::Result<std::string> canonical_strict(const Value& value) {
  return canonical_with(value, Integers::kExact);
}

}  // namespace schema
