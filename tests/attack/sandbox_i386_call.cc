// SPDX-License-Identifier: Apache-2.0
// A call by the numbers of another architecture: 32 bits.

#include "sandbox_attack.h"

namespace attack {

long i386_call(const Target&) {
  long value = 20;  // getpid
  asm volatile("int $0x80" : "+a"(value) : : "memory", "r8", "r9", "r10", "r11");
  return value;
}

}  // namespace attack
