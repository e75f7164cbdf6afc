// SPDX-License-Identifier: Apache-2.0
// yett explain: one call, from the log.
#include <fmt/format.h>

#include "cli/call_story.h"
#include "cli/log_view.h"
#include "cli/verbs.h"

namespace cli {

Exit run(const ExplainCommand& command, const Context& context) {
  const auto call = parse_call(command.call);
  if (!call.ok()) return fail(context, Exit::kUsage, call.error().message);
  const auto place = find_log(context.options.config);
  if (!place.ok()) return fail_to_start(context, place.error());
  const auto file = open_log(place->paths);
  if (!file.ok()) return fail_to_start(context, file.error());
  const auto story = read_story(**file, *call);
  if (!story.ok())
    return fail(context, Exit::kFailed,
                fmt::format("{}: {}", place->paths.log, story.error().message));
  const auto source = ConfigFiles(place->paths.config_dir).read(place->config.policy);
  const PolicyText policy{place->config.policy, source.ok() ? *source : std::string()};
  if (context.options.json) print(context, story_json(*story, policy));
  else context.terminal.out(story_text(*story, policy));
  return Exit::kOk;
}

}  // namespace cli
