// SPDX-License-Identifier: Apache-2.0
// Feeds the vault reader: the bytes as a whole file, and as a change to a good vault, whose sums
// are then made right again so that what lies behind them is reached.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/digest.h"
#include "base/result.h"
#include "broker/vault_format.h"

namespace {

// Random bytes that are the same in each run.
class FixedRandom final : public base::Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(++state_);
  }

 private:
  unsigned char state_ = 0;
};

const broker::VaultKey& key() {
  static const broker::VaultKey kept = [] {
    std::string text(64, 'a');
    return *broker::VaultKey::from_key_file(text);
  }();
  return kept;
}

const std::string& good_vault() {
  static const std::string kept = [] {
    FixedRandom random;
    std::string file(8192, '\0');
    const auto writes = *broker::create_vault(broker::VaultHeader{}, key(), random);
    for (const broker::VaultWrite& w : writes) file.replace(w.offset, w.bytes.size(), w.bytes);
    return file;
  }();
  return kept;
}

void make_sums_right(std::string& file) {
  for (std::size_t at = 0; at < 3 * 512; at += 512) {
    const base::Digest sum = base::sha256({std::string_view(file).substr(at, 480)});
    file.replace(at + 480, 32, base::view(sum));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)broker::read_vault_header(text);
  (void)broker::open_vault(text, key());
  if (size < 2) return 0;
  std::string file = good_vault();
  const std::size_t at = (data[0] | std::size_t{data[1]} << 8) % file.size();
  file.replace(at, std::min(size - 2, file.size() - at), text.substr(2, file.size() - at));
  make_sums_right(file);
  const auto opened = broker::open_vault(file, key());
  // Whatever was changed, no entry can be made up without the key.
  if (opened.ok()) CHECK(opened->entries.empty());
  return 0;
}
