// SPDX-License-Identifier: Apache-2.0
// yett init: writes yett.toml, a policy and, if asked, a key file; nothing else.
#include <errno.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bytes.h"
#include "cli/first_files.h"
#include "cli/ollama_probe.h"
#include "cli/open_files.h"
#include "cli/verbs.h"

namespace cli {
namespace {

using schema::Value;

struct Plan {
  std::string config;     // absolute
  std::string directory;  // of it
  std::string policy, key;
};

base::Result<Plan> plan(const InitCommand& command, const Context& context) {
  if (!command.directory.empty() && !context.options.config.empty())
    return base::invalid("give --dir or --config, not both");
  const std::string asked =
      command.directory.empty() ? context.options.config : command.directory + "/yett.toml";
  Plan made;
  TRY_AS(made.config, locate_config(asked));
  made.directory = made.config.substr(0, made.config.rfind('/'));
  made.policy = made.directory + "/policy.sqrt";
  made.key = made.directory + "/vault.key";
  return made;
}

Found look() {
  Found found;
  auto models = ollama_models(kOllamaPort);
  found.ollama = models.ok();
  if (models.ok()) found.models = std::move(*models);
  const char* path = ::getenv("PATH");
  found.op = find_op(path == nullptr ? "" : path);
  return found;
}

struct Item {
  std::string path;
  std::string text;
  mode_t mode;
  Existing existing;
};

// Refuses before anything is written, so that a second `init` changes nothing.
base::Status refuse_existing(const std::vector<Item>& items) {
  for (const Item& item : items) {
    if (item.existing == Existing::kReplace || ::access(item.path.c_str(), F_OK) != 0) continue;
    const bool key = item.path.ends_with("/vault.key");
    return base::Error{
        base::Errc::kDenied,
        item.path + (key ? " exists; a key that is replaced closes its vault for good"
                         : " exists; --force replaces it")};
  }
  return base::ok();
}

base::Status write_files(const std::vector<Item>& items, const std::string& directory) {
  TRY(make_directory(directory));
  TRY(refuse_existing(items));
  for (const Item& item : items) TRY(write_new(item.path, item.text, item.mode, item.existing));
  return base::ok();
}

std::vector<std::string> next_steps(const Found& found, const Plan& made,
                                    const InitCommand& command, const Context& context) {
  std::vector<std::string> steps;
  const bool usual = command.directory.empty() && context.options.config.empty();
  const std::string yett = usual ? "yett" : "yett --config " + made.config;
  if (!found.ollama) steps.push_back("yett-script-model --no-stdin --listen 127.0.0.1:11500 &");
  else if (found.models.empty()) steps.push_back("ollama pull " + first_model(found));
  steps.push_back(yett + " check");
  steps.push_back(yett + " chat");
  return steps;
}

void say(const Context& context, const std::vector<Item>& items, const Found& found,
         const std::vector<std::string>& steps) {
  const Terminal& t = context.terminal;
  if (!found.ollama) t.out("Ollama: not found at 127.0.0.1:11434; the scripted model stands in\n");
  else if (found.models.empty()) t.out("Ollama: found, without a model\n");
  else t.out(fmt::format("Ollama: found, model {}\n", base::printable(first_model(found))));
  t.out(fmt::format("1Password CLI: {}\n",
                    found.op.empty() ? "not found" : base::printable(found.op)));
  for (const Item& item : items) t.out(fmt::format("wrote {}\n", item.path));
  t.out("next:\n");
  for (const std::string& step : steps) t.out("  " + step + "\n");
}

Value texts(const std::vector<std::string>& all) {
  Value out = Value::array();
  for (const auto& one : all) out.push(json_text(one));
  return out;
}

void say_json(const Context& context, const std::vector<Item>& items, const Found& found,
              const std::vector<std::string>& steps) {
  Value document = Value::object();
  document.set("ok", Value::boolean(true));
  Value wrote = Value::array();
  for (const Item& item : items) wrote.push(json_text(item.path));
  document.set("wrote", std::move(wrote));
  document.set("ollama", Value::boolean(found.ollama));
  document.set("models", texts(found.models));
  document.set("op", json_text(found.op));
  document.set("next", texts(steps));
  print(context, document);
}

}  // namespace

Exit run(const InitCommand& command, const Context& context) {
  const auto made = plan(command, context);
  if (!made.ok()) return fail(context, Exit::kUsage, made.error().message);
  Found found = look();
  found.key_file = command.key_file;
  const Existing existing = command.force ? Existing::kReplace : Existing::kRefuse;
  std::vector<Item> items{{made->config, config_text(found), 0644, existing},
                          {made->policy, policy_text(found), 0644, existing}};
  base::SystemRandom random;
  if (command.key_file) items.push_back({made->key, key_text(random), 0600, Existing::kRefuse});
  const auto written = write_files(items, made->directory);
  if (!written.ok()) return fail(context, Exit::kFailed, written.error().message);
  for (Item& item : items) base::wipe(item.text);
  const auto steps = next_steps(found, *made, command, context);
  if (context.options.json) say_json(context, items, found, steps);
  else say(context, items, found, steps);
  return Exit::kOk;
}

}  // namespace cli
