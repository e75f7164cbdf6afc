// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/roots.h"

#include <algorithm>

#include "runner/workspace/limits.h"

namespace workspace {
namespace {

bool is_root_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), letter);
}

}  // namespace

Done Roots::add(std::string name, std::string_view absolute) {
  if (!is_root_name(name)) return fail(Cause::kBadArguments, "not the name of a root");
  if (roots_.size() == kRoots) return fail(Cause::kBadArguments, "too many roots");
  for (const Root& r : roots_)
    if (r.name == name) return fail(Cause::kBadArguments, "two roots of one name");
  Root root{std::move(name), {}, !absolute.empty()};
  if (root.told) {
    TRY_AS(root.absolute, Path::parse_absolute(absolute));
    // Everything would be inside.
    if (root.absolute.is_root()) return fail(Cause::kBadArguments, "`/` cannot be a root");
  }
  roots_.push_back(std::move(root));
  return done();
}

Outcome<Located> Roots::locate_absolute(std::string_view text) const {
  TRY_AS(const Path path, Path::parse_absolute(text));
  const Root* best = nullptr;
  for (const Root& root : roots_) {
    if (!root.told || !path.is_under(root.absolute)) continue;
    if (best == nullptr || root.absolute.is_under(best->absolute)) best = &root;
  }
  if (best == nullptr) return fail(Cause::kOutside, "the path is outside of every root");
  return Located{static_cast<std::size_t>(best - roots_.data()),
                 path.moved(best->absolute, Path())};
}

Outcome<Located> Roots::locate(std::string_view root, std::string_view path) const {
  std::size_t named = 0;
  if (!root.empty()) {
    while (named < roots_.size() && roots_[named].name != root) ++named;
  }
  if (named >= roots_.size()) return fail(Cause::kUnknownRoot, "there is no root of that name");
  if (path.starts_with('/')) {
    TRY_AS(Located found, locate_absolute(path));
    if (!root.empty() && found.root != named)
      return fail(Cause::kOutside, "the path is outside of the root that is named");
    return found;
  }
  TRY_AS(Path relative, Path::parse(path));
  return Located{named, std::move(relative)};
}

}  // namespace workspace
