// SPDX-License-Identifier: Apache-2.0
#include "session/labels.h"

#include <string>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"

namespace session {
namespace {

constexpr std::size_t kDigestLetters = 16;

std::string origin_of(std::string_view kind, std::string_view name) {
  std::string origin = std::string(kind) + ":" + std::string(name);
  if (origin.size() <= base::limits::kNameBytes) return origin;
  const std::string digest = base::hex(base::view(base::sha256({name}))).substr(0, kDigestLetters);
  origin.resize(base::limits::kNameBytes - 1 - digest.size());
  return origin + "~" + digest;
}

label::Sets with_origin(std::string_view origin) {
  label::Sets sets;
  sets.origins = label::Names({origin});
  return sets;
}

bool fits(const label::Sets& s) {
  constexpr std::size_t most = base::limits::kLabelNames;
  return s.tags.size() <= most && s.producers.size() <= most && s.origins.size() <= most &&
         s.consumers.names().size() <= most;
}

}  // namespace

label::LabelId Labels::said_by_user(bool authentic) {
  return table_.intern(with_origin(authentic ? "user" : "client"));
}

label::LabelId Labels::planned() { return table_.intern(with_origin("planner")); }
label::LabelId Labels::quarantined() { return table_.intern(with_origin("quarantined")); }

label::LabelId Labels::given(const wire::LabelText& text) {
  label::Sets sets{label::Names(text.tags), label::Names(text.producers),
                   label::Names(text.origins),
                   text.everyone ? label::Consumers::everyone()
                                 : label::Consumers::only(label::Names(text.consumers))};
  return table_.intern(sets);
}

label::LabelId Labels::from_model(std::string_view model) { return from("model", model); }

label::LabelId Labels::from(std::string_view kind, std::string_view name) {
  return table_.intern(with_origin(origin_of(kind, name)));
}

wire::LabelText Labels::text(label::LabelId id) const {
  const label::Sets& own = table_.sets(id);
  const label::Sets sets = fits(own) ? own : label::most_restrictive();
  wire::LabelText out;
  out.tags = sets.tags.list();
  out.producers = sets.producers.list();
  out.everyone = sets.consumers.is_everyone();
  if (!out.everyone) out.consumers = sets.consumers.names().list();
  out.origins = sets.origins.list();
  return out;
}

}  // namespace session
