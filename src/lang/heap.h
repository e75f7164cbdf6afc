// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The objects of one run. They are never freed before it ends, so references need no counting and
// cycles no collector; the heap limit bounds them. Trust zone: session.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/callable.h"
#include "lang/memory.h"
#include "lang/object.h"

namespace lang {

// Code points of UTF-8.
std::size_t count_points(std::string_view text);

// Owns objects, in chunks: a run makes many and frees them at once. `used` counts what they take;
// the run looks at it.
class Heap {
 public:
  // `memory`, borrowed, may be null.
  explicit Heap(Memory* memory = nullptr) : memory_(memory) {}
  ~Heap() {
    for (Object* object : objects_) object->~Object();
    for (auto& piece : chunks_)
      if (memory_ != nullptr) memory_->give(std::move(piece));
  }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  template <class T, class... A> T* make(A&&... arguments) {
    static_assert(alignof(T) <= 16 && sizeof(T) <= kChunk);
    constexpr std::size_t kSize = (sizeof(T) + 15) / 16 * 16;
    if (kSize > left_) grow();
    T* made = new (next_) T(std::forward<A>(arguments)...);
    next_ += kSize;
    left_ -= kSize;
    made->serial = serials_++;
    used += sizeof(T) + 32;
    objects_.push_back(made);
    return made;
  }
  String* make_text(std::string&& text) {
    const std::size_t points = count_points(text);
    return make_text(std::move(text), points);
  }
  // `points`: its code points. Only a text that does not fit into the object itself has to be
  // destroyed.
  String* make_text(std::string&& text, std::size_t points) {
    constexpr std::size_t kSize = (sizeof(String) + 15) / 16 * 16;
    if (kSize > left_) grow();
    auto* made = new (next_) String(std::move(text), points);
    next_ += kSize;
    left_ -= kSize;
    used += sizeof(String) + 32;
    if (made->text.capacity() > kInside) objects_.push_back(made);
    return made;
  }
  std::uint32_t next_serial() const { return serials_; }
  const std::vector<Object*>& objects() const { return objects_; }
  void changed() { ++epoch; }

  std::size_t used = 0;
  std::uint64_t epoch = 1;
  std::uint32_t mark = 0;

 private:
  static constexpr std::size_t kChunk = Memory::kPiece;
  static constexpr std::size_t kInside = 15;  // of std::string
  std::uint32_t serials_ = 0;
  void grow() {
    chunks_.push_back(memory_ != nullptr ? memory_->take()
                                         : std::make_unique_for_overwrite<std::byte[]>(kChunk));
    next_ = chunks_.back().get();
    left_ = kChunk;
  }
  Memory* memory_;
  std::vector<Memory::Piece> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::vector<Object*> objects_;
};

template <class T> T* as(const Value& value) { return static_cast<T*>(value.as_object()); }
inline bool is(const Value& value, Kind kind) {
  return value.type() == Type::kObject && value.as_object()->kind == kind;
}
inline bool is_string(const Value& value) { return is(value, Kind::kString); }
inline const std::string& text_of(const Value& value) { return as<String>(value)->text; }

// Decimal digits behind an optional sign; 0 for anything else.
int decimal(std::string_view text);

// The byte at which the code point `index` begins.
std::size_t point_offset(std::string_view text, std::size_t index);
void append_point(std::uint32_t point, std::string& out);
std::uint32_t decode_point(std::string_view text, std::size_t& at);

}  // namespace lang
