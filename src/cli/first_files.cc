// SPDX-License-Identifier: Apache-2.0
#include "cli/first_files.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/bytes.h"
#include "base/fd.h"

namespace cli {
namespace {

constexpr std::string_view kUsualModel = "llama3.1:8b";

constexpr std::string_view kHead =
    R"(# Yett. docs/reference/configuration.md describes every key; `yett check` tries them.
# No secret belongs in this file: `yett secret add NAME` stores one, [secret.NAME] names it.

[yett]
policy = "policy.sqrt"        # what is allowed; beside this file
min_isolation = 1             # 0..3; below it nothing is admitted

[vault]                       # encrypted file for `yett secret add`
)";

constexpr std::string_view kPassphrase =
    R"(key = "passphrase"            # asked on the terminal; or "file:vault.key" (0600)
)";
constexpr std::string_view kKeyFile =
    R"(key = "file:vault.key"        # who can read that file can open the vault
)";

constexpr std::string_view kTools = R"(
# A tool that needs no credential. The model sees its name, description, arguments and the kept
# fields.
[tool.weather]
description = "Temperature now, at a latitude and longitude in degrees."
method = "GET"
url = "https://api.open-meteo.com/v1/forecast"
query = { latitude = "{latitude}", longitude = "{longitude}", current = "temperature_2m" }
keep = { celsius = "/current/temperature_2m" }
effect = "read"

[tool.weather.args.latitude]
type = "number"
description = "degrees, north is positive"
min = -90
max = 90

[tool.weather.args.longitude]
type = "number"
description = "degrees, east is positive"
min = -180
max = 180

# A tool with a credential that the model never sees. Take the # away here and in the policy.
#
# [secret.weather_key]
# from = "{from}"
# hosts = ["https://api.openweathermap.org"]     # the only origins it is ever sent to
#
# [tool.get_current_weather]
# description = "The weather in a city now."
# method = "GET"
# url = "https://api.openweathermap.org/data/2.5/weather"
# query = { q = "{location}", units = "metric" }
# secrets = [ { name = "weather_key", in = "query", as = "appid" } ]
# keep = { city = "/name", celsius = "/main/temp", condition = "/weather/0/description" }
# effect = "read"
#
# [tool.get_current_weather.args.location]
# type = "string"
# description = "city name"
# max_length = 80
)";

// A TOML basic string (toml.io v1.0.0, "String").
std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += fmt::format("\\{}", c);
    else if (byte < 0x20 || byte == 0x7F) out += fmt::format("\\u{:04X}", byte);
    else out += c;
  }
  return out + '"';
}

std::string model_entry(const Found& found) {
  if (found.ollama)
    return fmt::format(
        "\n[model.local]                 # Ollama on this machine\nkind = \"ollama\"\n"
        "url = \"http://127.0.0.1:11434\"\nmodel = {}\n"
        "# options = {{ temperature = 0, seed = 42 }}     # the same answer every time\n",
        toml_text(first_model(found)));
  return R"(
# No Ollama answered on this machine. This is the scripted model that comes with Yett:
#   yett-script-model --no-stdin --listen 127.0.0.1:11500
[model.scripted]
kind = "ollama"
url = "http://127.0.0.1:11500"
model = "scripted"

# [model.local]      # after `ollama serve` and `ollama pull llama3.1:8b`; also in the policy
# kind = "ollama"
# url = "http://127.0.0.1:11434"
# model = "llama3.1:8b"
# options = { temperature = 0, seed = 42 }     # the same answer every time
)";
}

std::string op_entry(const Found& found) {
  if (found.op.empty()) return "";
  return fmt::format(
      "\n[onepassword]                 # reads OP_SERVICE_ACCOUNT_TOKEN once, at the start\nop = "
      "{}\n",
      toml_text(found.op));
}

bool safe_owner(const struct stat& st) { return st.st_uid == 0 || st.st_uid == ::geteuid(); }

base::Status write_all(const base::Fd& fd, const std::string& path, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd.get(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return base::io_error(path.c_str(), errno);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return base::ok();
}

}  // namespace

std::string first_model(const Found& found) {
  const bool usual =
      found.models.empty() || std::ranges::find(found.models, kUsualModel) != found.models.end();
  return usual ? std::string(kUsualModel) : found.models.front();
}

std::string config_text(const Found& found) {
  std::string tools(kTools);
  constexpr std::string_view kHole = "{from}";
  tools.replace(tools.find(kHole), kHole.size(),
                found.op.empty() ? "vault:weather_key" : "op://SecureTools/OpenWeatherMap/api_key");
  return std::string(kHead) + std::string(found.key_file ? kKeyFile : kPassphrase) +
         op_entry(found) + model_entry(found) + tools;
}

std::string policy_text(const Found& found) {
  return fmt::format(
      R"(// What is not allowed here is denied. `yett tools` shows what this comes to.
tool "model:{}" {{ must allow always; }}

tool "weather" {{ must allow always; }}
// tool "get_current_weather" {{ must allow always; }}
)",
      found.ollama ? "local" : "scripted");
}

std::string key_text(base::Random& random) {
  std::string bytes(32, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  std::string text = base::hex(bytes) + "\n";
  base::wipe(bytes);
  return text;
}

bool safe_program(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && safe_owner(st) &&
         (st.st_mode & 022) == 0 && (st.st_mode & 0111) != 0;
}

std::string find_op(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const std::string directory(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
    if (!directory.starts_with('/')) continue;
    std::error_code failed;
    const auto real = std::filesystem::canonical(directory + "/op", failed);
    if (!failed && safe_program(real.string())) return real.string();
  }
  return "";
}

base::Status write_new(const std::string& path, std::string_view text, mode_t mode,
                       Existing existing) {
  const std::string name = existing == Existing::kReplace ? path + ".new" : path;
  if (existing == Existing::kReplace) (void)::unlink(name.c_str());
  base::Fd fd(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd && errno == EEXIST) return base::Error{base::Errc::kDenied, path + " exists"};
  if (!fd) return base::io_error(name.c_str(), errno);
  auto written = write_all(fd, name, text);
  if (written.ok() && ::fchmod(fd.get(), mode) != 0) written = base::io_error(name.c_str(), errno);
  if (written.ok() && name != path && ::rename(name.c_str(), path.c_str()) != 0)
    written = base::io_error(path.c_str(), errno);
  if (!written.ok()) (void)::unlink(name.c_str());
  return written;
}

base::Status make_directory(const std::string& path) {
  if (path.empty() || path == "/") return base::ok();
  struct stat st {};
  if (::stat(path.c_str(), &st) == 0) {
    if (S_ISDIR(st.st_mode)) return base::ok();
    return base::invalid(path + " is not a directory");
  }
  TRY(make_directory(path.substr(0, path.rfind('/'))));
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return base::io_error(path.c_str(), errno);
  return base::ok();
}

}  // namespace cli
