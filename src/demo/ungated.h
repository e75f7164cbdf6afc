// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The other column of the demo: the ordinary small agent that Yett replaces. It holds the
// credential in its own memory, puts arguments into requests as text, follows redirects with all
// headers, hands whole answers to the model and runs what the model asks for. Real requests, real
// effects, in the demo's own directory and on the loopback only. Trust zone: demo.
#pragma once

#include <cstdint>
#include <string>

namespace demo {

struct UngatedAgent {
  std::uint16_t model_port = 0;
  std::uint16_t upstream_port = 0;
  std::string credential;
  std::string shell_prefix;  // a command runs only if it begins with this

  // One user turn: asks the model, does what it says, until it answers in words. Its words.
  std::string turn(const std::string& user);

 private:
  std::string perform(const std::string& tool, const std::string& arguments_json);
  std::string request(const std::string& method, const std::string& target,
                      const std::string& body);
};

}  // namespace demo
