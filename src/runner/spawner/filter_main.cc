// SPDX-License-Identifier: Apache-2.0
// Run by the build only: writes the BPF programs of profiles/tool.inc as C arrays, so that the
// spawner needs no assembler (and no allocator) of its own. filter_main > tool_filter.inc
#include <fmt/format.h>

#include <cstdio>

#include "sandbox/filter.h"

namespace {

void write_array(const char* name, const std::vector<sock_filter>& filter) {
  fmt::print("constexpr sock_filter {}[] = {{\n", name);
  for (const sock_filter& i : filter)
    fmt::print("    {{0x{:02x}, {}, {}, 0x{:08x}}},\n", i.code, i.jt, i.jf, i.k);
  fmt::print("}};\n");
}

}  // namespace

int main() {
  write_array("kToolFilter", sandbox::assemble(sandbox::tool_listing(true), 0));
  write_array("kToolFilterBare", sandbox::assemble(sandbox::tool_listing(false), 0));
  return std::fflush(stdout) == 0 ? 0 : 1;
}
