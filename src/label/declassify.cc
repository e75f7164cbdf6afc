// SPDX-License-Identifier: Apache-2.0
#include "label/declassify.h"

#include <algorithm>

namespace label {

Declassification declassified_by_policy(std::string file, std::uint32_t line, const Sets& before,
                                        const Sets& after) {
  return {"", std::move(file), line, lowered(before, after)};
}

base::Result<Declassified> Declassifier::apply(const Sets& before) const {
  // What was lost when a label became the most restrictive one is not known: nothing lowers it.
  if (before.tags.contains(kRestrictedTag))
    return base::Error{base::Errc::kDenied, "a restricted label is not lowered"};
  const auto reserved = [](const std::string& tag) { return tag.starts_with("__"); };
  if (std::ranges::any_of(declared_.tags.list(), reserved))
    return base::Error{base::Errc::kDenied, "a reserved tag is not taken away"};
  Sets after{subtracted(before.tags, declared_.tags),
             subtracted(before.producers, declared_.producers),
             subtracted(before.origins, declared_.origins), before.consumers};
  if (declared_.opens) after.consumers = Consumers::everyone();
  else if (!before.consumers.is_everyone())
    after.consumers = Consumers::only(united(before.consumers.names(), declared_.admits));
  return Declassified{after,
                      {declared_.name, declared_.file, declared_.line, lowered(before, after)}};
}

}  // namespace label
