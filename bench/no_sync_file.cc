// SPDX-License-Identifier: Apache-2.0
// The file layer of the log without its sync, for bench_monitor_no_sync and nothing else: writes
// end in the page cache, and fdatasync does nothing.
#include <unistd.h>

namespace {
int no_sync(int) { return 0; }
}  // namespace

#define fdatasync no_sync
#include "audit/file.cc"
