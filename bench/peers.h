// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What Yett is measured against (bench/peers), each in a process of its own.
// Trust zone: benchmarks.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bench {

struct PeerFigures {
  unsigned allowed = 0;  // of 64
  double mean_us = 0;
  double p50_us = 0;
  double p99_us = 0;
};

// What the program of `argv` printed in `folder`; nothing if it did not end with 0.
std::optional<std::string> output_of(const std::string& folder, std::vector<std::string> argv);

// Installs the pinned packages into `folder`; why not if they cannot be had here.
std::optional<std::string> install_peers(const std::string& folder);
// `script` of the folder; nothing if it did not run.
std::optional<PeerFigures> run_peer(const std::string& folder, const std::string& script,
                                    unsigned tools, unsigned seconds);

}  // namespace bench
