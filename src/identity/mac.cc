// SPDX-License-Identifier: Apache-2.0
#include "identity/mac.h"

namespace identity {

base::Digest MacQuestion::digest() const {
  const std::string lengths =
      std::to_string(secret.size()) + "." + std::to_string(input.size()) + ".";
  return base::sha256({"yett mac question 1", lengths, name_of(algorithm), secret, input, tag});
}

}  // namespace identity
