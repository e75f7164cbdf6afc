// SPDX-License-Identifier: Apache-2.0
#include "lang/texts.h"

namespace lang {

std::uint32_t Texts::intern(std::string_view text) {
  for (std::size_t at = hash(text);; ++at) {
    std::uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == 0) {
      tree_.texts.emplace_back(text);
      slot = static_cast<std::uint32_t>(tree_.texts.size());
      if (tree_.texts.size() * 2 > slots_.size()) grow();
      return static_cast<std::uint32_t>(tree_.texts.size() - 1);
    }
    if (tree_.texts[slot - 1] == text) return slot - 1;
  }
}

void Texts::grow() {
  slots_.assign(slots_.size() * 2, 0);
  for (std::uint32_t i = 0; i < tree_.texts.size(); ++i) {
    std::size_t at = hash(tree_.texts[i]);
    while (slots_[at & (slots_.size() - 1)] != 0) ++at;
    slots_[at & (slots_.size() - 1)] = i + 1;
  }
}

}  // namespace lang
