// SPDX-License-Identifier: Apache-2.0
#include "conformance/command.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace conformance {
namespace {

namespace fs = std::filesystem;

constexpr int kExitUsage = 2;

struct Command {
  Suite* suite = nullptr;
  fs::path folder;
  std::vector<std::string> only;
  std::map<std::string, std::string> options;
};

std::string usage(std::span<Suite* const> suites) {
  std::string out =
      "usage: yett-conformance SUITE [DIR] [--only TABLE|ID]... [suite options]\nsuites:";
  for (const Suite* suite : suites) {
    out += fmt::format("\n  {}", suite->name());
    for (const auto option : suite->options()) out += fmt::format(" [--{} VALUE]", option);
  }
  return out;
}

base::Status add_option(Command& command, std::string_view name, std::string_view value) {
  const auto known = command.suite->options();
  if (name == "only") {
    command.only.emplace_back(value);
  } else if (std::find(known.begin(), known.end(), name) != known.end()) {
    command.options[std::string(name)] = value;
  } else {
    return base::invalid(fmt::format("suite {} has no option --{}", command.suite->name(), name));
  }
  return base::ok();
}

base::Result<Command> understood(std::span<Suite* const> suites,
                                 std::span<const std::string_view> arguments,
                                 const Places& places) {
  if (arguments.empty()) return base::invalid("which suite?");
  const auto at = std::find_if(suites.begin(), suites.end(),
                               [&](const Suite* s) { return s->name() == arguments[0]; });
  if (at == suites.end()) return base::invalid(fmt::format("no suite '{}'", arguments[0]));
  Command command{.suite = *at, .folder = {}, .only = {}, .options = {}};
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument.starts_with("--")) {
      const std::string_view option = argument.substr(2);
      const std::size_t equals = option.find('=');
      if (equals == std::string_view::npos && ++i == arguments.size()) {
        return base::invalid(fmt::format("--{} needs a value", option));
      }
      const auto value =
          equals == std::string_view::npos ? arguments[i] : option.substr(equals + 1);
      TRY(add_option(command, option.substr(0, equals), value));
    } else if (command.folder.empty()) {
      command.folder = argument;
    } else {
      return base::invalid(fmt::format("one folder only, not also '{}'", argument));
    }
  }
  if (command.folder.empty()) command.folder = places.shared / command.suite->default_folder();
  return command;
}

base::Status run_suite(const Command& command, const Reasons& reasons, Report& report) {
  if (!fs::is_directory(command.folder)) {
    const std::string name(command.suite->name());
    report.skipped({.id = name, .table = name}, Skip::kDataAbsent, command.folder.string());
    return base::ok();
  }
  return command.suite->run({command.folder, command.only, command.options, reasons}, report);
}

}  // namespace

bool Run::selects(std::string_view table, std::string_view id) const {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& wanted) {
           return wanted == table || wanted == id;
         });
}

base::Result<std::string> read_file(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) return base::io_error(path.c_str(), errno);
  return text;
}

std::vector<fs::path> files_of(const fs::path& folder, std::string_view suffix) {
  std::vector<fs::path> out;
  std::error_code absent;
  for (const auto& entry : fs::directory_iterator(folder, absent)) {
    if (entry.is_regular_file() && entry.path().filename().string().ends_with(suffix)) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

int run_command(std::span<Suite* const> suites, std::span<const std::string_view> arguments,
                const Places& places, const std::function<void(std::string_view)>& print,
                const std::function<void(std::string_view)>& complain) {
  const auto command = understood(suites, arguments, places);
  if (!command.ok()) {
    complain(command.error().message + "\n" + usage(suites));
    return kExitUsage;
  }
  const auto differences = Differences::load(places.tables / "differences.toml");
  const auto reasons = Reasons::load(places.tables / "reasons.toml");
  for (const auto* error : {differences.ok() ? nullptr : &differences.error(),
                            reasons.ok() ? nullptr : &reasons.error()}) {
    if (error == nullptr) continue;
    complain(fmt::format("{}: {}", places.tables.string(), error->message));
    return kExitUsage;
  }
  Report report(std::string(command->suite->name()), *differences, print);
  const auto done = run_suite(*command, *reasons, report);
  report.finish();
  if (done.ok()) return report.exit_code();
  complain(done.error().message);
  return kExitUsage;
}

}  // namespace conformance
