// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Memory for secrets: pages of their own, kept out of swap and core dumps where the kernel allows,
// wiped before they are given back. Trust zone: broker.
#pragma once

#include <cstddef>

namespace broker {

// Owns `size` zeroed bytes in pages of their own (mmap(2)). Moved, never copied. mlock(2) and
// MADV_DONTDUMP are best effort: `locked` says whether the first was had. Ends the process where
// there is no memory.
// LIMIT: a page is the smallest unit, so a hundred small secrets take 400 KiB of RLIMIT_MEMLOCK.
class LockedBytes {
 public:
  LockedBytes() = default;
  explicit LockedBytes(std::size_t size);
  LockedBytes(LockedBytes&& other) noexcept;
  LockedBytes& operator=(LockedBytes&& other) noexcept;
  LockedBytes(const LockedBytes&) = delete;
  LockedBytes& operator=(const LockedBytes&) = delete;
  ~LockedBytes() { release(); }

  char* data() { return data_; }
  const char* data() const { return data_; }
  std::size_t size() const { return size_; }
  bool locked() const { return locked_; }

 private:
  void release();
  char* data_ = nullptr;
  std::size_t size_ = 0;    // as asked for
  std::size_t mapped_ = 0;  // rounded up to pages
  bool locked_ = false;
};

}  // namespace broker
