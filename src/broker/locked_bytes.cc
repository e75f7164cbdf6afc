// SPDX-License-Identifier: Apache-2.0
#include "broker/locked_bytes.h"

#include <openssl/crypto.h>
#include <sys/mman.h>
#include <unistd.h>

#include <utility>

#include "base/result.h"

namespace broker {

LockedBytes::LockedBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  CHECK(size <= static_cast<std::size_t>(-1) - page);
  mapped_ = (size + page - 1) / page * page;
  void* memory = mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(memory != MAP_FAILED);
  data_ = static_cast<char*>(memory);
  locked_ = mlock(memory, mapped_) == 0;
  (void)madvise(memory, mapped_, MADV_DONTDUMP);
}

LockedBytes::LockedBytes(LockedBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)),
      locked_(std::exchange(other.locked_, false)) {}

LockedBytes& LockedBytes::operator=(LockedBytes&& other) noexcept {
  if (this == &other) return *this;
  release();
  data_ = std::exchange(other.data_, nullptr);
  size_ = std::exchange(other.size_, 0);
  mapped_ = std::exchange(other.mapped_, 0);
  locked_ = std::exchange(other.locked_, false);
  return *this;
}

void LockedBytes::release() {
  if (data_ == nullptr) return;
  OPENSSL_cleanse(data_, mapped_);
  (void)munmap(data_, mapped_);
  data_ = nullptr;
  size_ = mapped_ = 0;
}

}  // namespace broker
