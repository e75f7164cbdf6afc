// SPDX-License-Identifier: Apache-2.0
#include "session/setup.h"

#include <algorithm>

#include "session/prompt.h"

namespace session {
namespace {

base::Result<Model> model_of(const wire::OfferedModel& offered) {
  const bool chat =
      offered.dialect == wire::Decode::kOllamaChat || offered.dialect == wire::Decode::kOpenAiChat;
  if (!chat || !wire::is_name(offered.tool)) {
    return base::invalid("model '" + offered.name + "' is not a chat endpoint");
  }
  auto options = parse_options(offered.options);
  if (!options.ok()) {
    return base::invalid("model '" + offered.name + "': " + options.error().message);
  }
  return Model{offered, std::move(*options)};
}

}  // namespace

base::Result<Setup> Setup::create(const wire::StartSession& start) {
  Setup out;
  TRY_AS(out.tools, Toolset::create(start.tools));
  for (const wire::OfferedModel& offered : start.models) {
    TRY_AS(Model model, model_of(offered));
    out.models.push_back(std::move(model));
  }
  out.system = system_prompt(start.system_prompt);
  out.operator_text = start.system_prompt;
  out.max_calls_per_turn = start.max_calls_per_turn;
  out.max_calls_per_conversation = start.max_calls_per_conversation;
  out.quarantined_name = start.quarantined;
  out.retry_after_denial = start.retry_after_denial;
  if (!start.quarantined.empty() && out.quarantined() == nullptr)
    return base::invalid("there is no model '" + start.quarantined + "' to be quarantined");
  return out;
}

const Model* Setup::quarantined() const { return model(quarantined_name); }

const Model* Setup::model(std::string_view name) const {
  if (name.empty()) return models.empty() ? nullptr : &models.front();
  const auto found =
      std::ranges::find_if(models, [&](const Model& m) { return m.offered.name == name; });
  return found == models.end() ? nullptr : &*found;
}

}  // namespace session
