// SPDX-License-Identifier: Apache-2.0
#include "cli/load.h"

#include <fmt/format.h>

namespace cli {

base::Result<Loaded> load(const std::string& asked_path) {
  TRY_AS(const std::string path, locate_config(asked_path));
  auto file = open_file(path, Access::kRead, Privacy::kPublic);
  if (!file.ok() && file.error().code == base::Errc::kNotFound)
    return base::not_found(
        fmt::format("there is no configuration at {}; `yett init` writes one", path));
  if (!file.ok()) return std::move(file).error();
  TRY_AS(const std::string text, read_all(*file, std::size_t{1} << 20));
  Problems problems;
  Loaded loaded;
  loaded.config = read_config(text, problems);
  if (problems.empty()) {
    TRY_AS(loaded.paths, locate(path, loaded.config));
    loaded.compiled = compile(loaded.config, ConfigFiles(loaded.paths.config_dir), problems);
  }
  if (!problems.empty()) {
    std::string all = problems.text(path);
    all.pop_back();  // the last line end
    return base::invalid(std::move(all));
  }
  return loaded;
}

}  // namespace cli
