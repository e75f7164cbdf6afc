// SPDX-License-Identifier: Apache-2.0
#include "cli/log_view.h"

#include <fmt/format.h>

#include "base/reason.h"

namespace cli {
namespace {

std::string_view slug_of(std::uint16_t number) { return base::slug(base::reason_of(number)); }

}  // namespace

base::Result<LogPlace> find_log(const std::string& asked_config) {
  TRY_AS(const std::string path, locate_config(asked_config));
  auto file = open_file(path, Access::kRead, Privacy::kPublic);
  if (!file.ok() && file.error().code == base::Errc::kNotFound)
    return base::not_found(
        fmt::format("there is no configuration at {}; `yett init` writes one", path));
  if (!file.ok()) return std::move(file).error();
  TRY_AS(const std::string text, read_all(*file, std::size_t{1} << 20));
  Problems problems;
  LogPlace place;
  place.config = read_config(text, problems);
  if (!problems.empty()) return base::invalid(problems.text(path));
  TRY_AS(place.paths, locate(path, place.config));
  return place;
}

base::Result<std::unique_ptr<audit::File>> open_log(const Paths& paths) {
  auto fd = open_file(paths.log, Access::kRead, Privacy::kPrivate);
  if (!fd.ok() && fd.error().code == base::Errc::kNotFound)
    return base::not_found(
        fmt::format("there is no log at {} yet; `yett call` and `yett chat` write it", paths.log));
  if (!fd.ok()) return std::move(fd).error();
  return std::unique_ptr<audit::File>(std::make_unique<audit::PosixFile>(std::move(*fd)));
}

audit::Wording wording() { return {slug_of, slug_of}; }

}  // namespace cli
