// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Clocks, quantiles and temporary folders of the benchmarks. Trust zone: benchmarks.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace bench {

using Steady = std::chrono::steady_clock;

inline double us_since(Steady::time_point start) {
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

// Processor time of this thread, in us: other work on the machine shall not count.
inline double cpu_us() {
  timespec t{};
  CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}

// The value below which the share `q` (0..1) of `v` lies; 0 if there are none.
inline double quantile(std::vector<double> v, double q) {
  if (v.empty()) return 0;
  const auto at = static_cast<std::size_t>(q * static_cast<double>(v.size() - 1));
  std::nth_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(at), v.end());
  return v[at];
}

inline double median(const std::vector<double>& v) { return quantile(v, 0.5); }

// A fresh folder on the file system of `parent`, removed at the end.
class Folder {
 public:
  explicit Folder(const std::string& parent) : path_(parent + "/yett-bench-XXXXXX") {
    CHECK(::mkdtemp(path_.data()) != nullptr);
    path_ = std::filesystem::canonical(path_);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace bench
