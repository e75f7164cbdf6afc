// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_place.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>

#include "cli/policy_packs.h"
#include "cli/policy_question.h"
#include "cli/policy_toml.h"

namespace cli {
namespace {

using Kind = policy::ArgumentShape::Kind;

Kind kind_of(wire::ArgumentType type) {
  switch (type) {
    case wire::ArgumentType::kString: return Kind::kString;
    case wire::ArgumentType::kInteger: return Kind::kInteger;
    case wire::ArgumentType::kNumber: return Kind::kNumber;
    case wire::ArgumentType::kBoolean: return Kind::kBoolean;
    case wire::ArgumentType::kArray: return Kind::kArray;
  }
  return Kind::kAny;
}

// The words of the configuration are those of the policy.
std::optional<policy::Role> role_of(wire::Role role) {
  if (role == wire::Role::kNone) return std::nullopt;
  return static_cast<policy::Role>(static_cast<int>(role) - 1);
}
static_assert(static_cast<int>(wire::Role::kRecipient) - 1 ==
              static_cast<int>(policy::Role::kRecipient));
static_assert(static_cast<int>(wire::Role::kCommand) - 1 ==
              static_cast<int>(policy::Role::kCommand));
static_assert(static_cast<int>(wire::Effect::kExec) == static_cast<int>(policy::ToolEffect::kExec));

policy::ToolShape shape_of(const ToolConfig& config) {
  policy::ToolShape tool;
  tool.name = config.name;
  tool.effect = static_cast<policy::ToolEffect>(config.effect);
  for (const wire::Parameter& p : config.arguments)
    tool.arguments.push_back({p.spec.name, kind_of(p.spec.type), kind_of(p.spec.item),
                              role_of(p.spec.role), p.spec.required, p.spec.choices});
  for (const auto& field : config.keep) tool.kept.push_back(field.name);
  return tool;
}

policy::ToolShape shape_of(const ModelConfig& config) {
  policy::ToolShape tool;
  tool.name = "model:" + config.name;
  tool.model = true;
  tool.effect = policy::ToolEffect::kRead;
  policy::ArgumentShape body;
  body.name = "body";
  body.role = policy::Role::kContent;
  tool.arguments.push_back(std::move(body));
  return tool;
}

base::Result<policy::Tools> read_tools_file(const std::string& path) {
  TRY_AS(const std::string text, read_named(path));
  Problems problems;
  policy::Tools out;
  if (const auto table = read_toml(text, problems)) {
    const toml::table* tools = table->get_as<toml::table>("tool");
    if (tools == nullptr) problems.add(0, 0, "there is no [tool.NAME]");
    else out = read_tools(*tools, problems);
  }
  if (problems.empty()) return out;
  std::string all = problems.text(path);
  all.pop_back();
  return base::invalid(std::move(all));
}

// Whether anything of the configuration is needed at all.
bool needs_configuration(const PolicyPlace& place) {
  return place.files.empty() || (place.tools.empty() && !place.open);
}

base::Status add_configuration(const Context& context, const PolicyPlace& place, PolicyWorld& to) {
  auto found = find_log(context.options.config);
  if (!found.ok()) {
    if (!place.files.empty() && found.error().code == base::Errc::kNotFound)
      return base::not_found(found.error().message +
                             "\nor say what the tools are: --tools FILE.toml, or --open");
    return std::move(found).error();
  }
  to.place = std::move(*found);
  to.input.tools = tools_of(to.place->config);
  to.input.options = options_of(to.place->config);
  if (!place.files.empty()) return base::ok();
  const ConfigFiles files(to.place->paths.config_dir);
  for (const std::string& name : policy_files(to.place->config)) {
    TRY_AS(std::string text, files.read(name));
    to.input.files.push_back({name, std::move(text)});
    to.paths.push_back(beside(to.place->paths.config_dir, name));
  }
  return base::ok();
}

}  // namespace

policy::Tools tools_of(const Config& config) {
  policy::Tools out;
  for (const ModelConfig& model : config.models) out.push_back(shape_of(model));
  for (const ToolConfig& tool : config.tools) out.push_back(shape_of(tool));
  return out;
}

policy::Options options_of(const Config& config) { return config.policy_options; }

std::vector<std::string> policy_files(const Config& config) { return config.policy; }

std::string place_words(const PolicyPlace& place, const Context& context) {
  std::string out;
  for (const std::string& file : place.files) out += " --policy " + quoted(file);
  if (!place.tools.empty()) out += " --tools " + quoted(place.tools);
  if (place.open) out += " --open";
  if (!context.options.config.empty()) out += " --config " + quoted(context.options.config);
  return out;
}

base::Result<std::string> read_named(const std::string& path) {
  const base::Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd && errno == ENOENT) return base::not_found(path + " does not exist");
  if (!fd) return base::io_error(path.c_str(), errno);
  auto text = read_all(fd, std::size_t{1} << 20);
  if (text.ok()) return text;
  return base::Error{text.error().code, path + ": " + text.error().message};
}

base::Result<PolicyWorld> gather(const PolicyPlace& place, const Context& context) {
  PolicyWorld out;
  out.input.packs = packs();
  if (needs_configuration(place) || !context.options.config.empty())
    TRY(add_configuration(context, place, out));
  for (const std::string& path : place.files) {
    TRY_AS(std::string text, read_named(path));
    out.input.files.push_back({path, std::move(text)});
    out.paths.push_back(path);
  }
  if (!place.tools.empty()) {
    TRY_AS(out.input.tools, read_tools_file(place.tools));
  }
  if (place.open) {
    out.input.options.open_tools = true;
    out.input.tools.clear();
  }
  return out;
}

}  // namespace cli
