// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The one serialisation between the programs: a struct lists its fields once, in
// `template <class V> void visit(V& v) { v(a, b, c); }`, and that list serves both directions.
// Little-endian fixed-width integers, u32-counted strings and vectors, one byte for bool, optional
// and enum. Every field is present, in order; whatever is missing or left over is a violation.
// Trust zone: all programs; the decoder reads frames of peers that may be taken over.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/id.h"
#include "base/reason.h"
#include "base/result.h"

namespace wire {

template <class T>
concept WireEnum = std::is_enum_v<T> && requires { T::kLast; };  // values 0..kLast are valid

class Encoder {
 public:
  template <class... Fields> void operator()(const Fields&... fields) { (put(fields), ...); }
  std::string take() { return std::move(out_); }
  std::string& out() { return out_; }

 private:
  template <class T>
    requires std::is_integral_v<T>
  void put(const T& v) {
    if constexpr (std::is_same_v<T, bool>) {
      out_ += static_cast<char>(v ? 1 : 0);
    } else {
      std::array<char, sizeof(T)> b{};
      std::memcpy(b.data(), &v, sizeof(T));  // x86-64 and arm64 are little-endian
      out_.append(b.data(), b.size());
    }
  }
  template <class T>
    requires std::is_enum_v<T>
  void put(const T& v) {
    put(static_cast<std::underlying_type_t<T>>(v));
  }
  template <class Tag> void put(const base::Id<Tag>& v) { put(v.value); }
  void put(const std::string& v) {
    put(static_cast<std::uint32_t>(v.size()));
    out_ += v;
  }
  template <std::size_t N> void put(const std::array<std::uint8_t, N>& v) {
    out_.append(reinterpret_cast<const char*>(v.data()), N);
  }
  template <class T> void put(const std::vector<T>& v) {
    put(static_cast<std::uint32_t>(v.size()));
    for (const T& item : v) put(item);
  }
  template <class T> void put(const std::optional<T>& v) {
    put(v.has_value());
    if (v) put(*v);
  }
  template <class T>
    requires requires(T& t, Encoder& e) { t.visit(e); }
  void put(const T& v) {
    const_cast<T&>(v).visit(*this);
  }  // visit reads only, for an Encoder

  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view in) : in_(in) {}
  template <class... Fields> void operator()(Fields&... fields) { (get(fields), ...); }
  // True if every field so far was there and valid, and nothing is left over.
  bool complete() const { return ok_ && in_.empty(); }

 private:
  bool take(void* to, std::size_t n) {
    if (!ok_ || in_.size() < n) return ok_ = false;
    std::memcpy(to, in_.data(), n);
    in_.remove_prefix(n);
    return true;
  }
  template <class T>
    requires std::is_integral_v<T>
  void get(T& v) {
    if constexpr (std::is_same_v<T, bool>) {
      unsigned char b = 0;
      if (take(&b, 1) && b > 1) ok_ = false;
      v = b == 1;
    } else {
      take(&v, sizeof(T));
    }
  }
  template <WireEnum T> void get(T& v) {
    std::underlying_type_t<T> raw{};
    get(raw);
    if (raw > static_cast<std::underlying_type_t<T>>(T::kLast)) ok_ = false;
    else v = static_cast<T>(raw);
  }
  // A number that no reason has is a violation: nobody then has to say what it would mean.
  void get(base::Reason& v) {
    std::uint16_t raw = 0;
    get(raw);
    v = base::reason_of(raw);
    if (static_cast<std::uint16_t>(v) != raw) ok_ = false;
  }
  template <class Tag> void get(base::Id<Tag>& v) { get(v.value); }
  void get(std::string& v) {
    std::uint32_t n = 0;
    get(n);
    if (!ok_ || in_.size() < n) {
      ok_ = false;
      return;
    }
    v.assign(in_.data(), n);
    in_.remove_prefix(n);
  }
  template <std::size_t N> void get(std::array<std::uint8_t, N>& v) { take(v.data(), N); }
  template <class T> void get(std::vector<T>& v) {
    std::uint32_t n = 0;
    get(n);
    v.clear();
    // LIMIT: each item is at least one byte, so a count above the rest of the frame is a lie.
    if (n > in_.size()) ok_ = false;
    for (std::uint32_t i = 0; ok_ && i < n; ++i) get(v.emplace_back());
  }
  template <class T> void get(std::optional<T>& v) {
    bool has = false;
    get(has);
    v.reset();
    if (ok_ && has) get(v.emplace());
  }
  template <class T>
    requires requires(T& t, Decoder& d) { t.visit(d); }
  void get(T& v) {
    v.visit(*this);
  }

  std::string_view in_;
  bool ok_ = true;
};

// The bytes of `value`.
template <class T> std::string encode(const T& value) {
  Encoder encoder;
  encoder(value);
  return encoder.take();
}

// The value that `bytes` encode, or kViolation if a field is missing, invalid or left over.
// A struct may add `bool valid() const` for bounds that its types cannot express.
template <class T> base::Result<T> decode(std::string_view bytes) {
  T value{};
  Decoder decoder(bytes);
  decoder(value);
  if (!decoder.complete()) return base::violation("frame does not decode");
  if constexpr (requires {
                  { value.valid() } -> std::convertible_to<bool>;
                }) {
    if (!value.valid()) return base::violation("frame holds a value outside its bounds");
  }
  return value;
}

}  // namespace wire
