// SPDX-License-Identifier: Apache-2.0
#include "broker/manifest_view.h"

#include <algorithm>

#include "broker/manifest_check.h"
#include "wire/codec.h"

namespace broker {

base::Result<ManifestView> ManifestView::create(wire::Manifest manifest) {
  TRY(check_manifest(manifest));
  return ManifestView(std::move(manifest));
}

ManifestView::ManifestView(wire::Manifest manifest)
    : manifest_(std::move(manifest)), digest_(base::sha256({wire::encode(manifest_)})) {
  for (std::uint32_t i = 0; i < manifest_.tools.size(); ++i)
    tools_.emplace(manifest_.tools[i].name, i);
}

const wire::ToolSpec* ManifestView::tool(std::string_view name) const {
  const auto found = tools_.find(std::string(name));
  return found == tools_.end() ? nullptr : &manifest_.tools[found->second];
}

std::optional<std::uint32_t> ManifestView::secret_of(const wire::ToolSpec& tool,
                                                     std::string_view name) const {
  for (const std::uint32_t i : tool.secrets) {
    const wire::SecretSpec& secret = manifest_.secrets[i];
    if (secret.name != name) continue;
    const bool bound = std::ranges::find(secret.origins, tool.origin) != secret.origins.end();
    return bound ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

const wire::ArgumentSpec* argument_of(const wire::ToolSpec& tool, std::string_view name) {
  for (const wire::ArgumentSpec& spec : tool.arguments)
    if (spec.name == name) return &spec;
  return nullptr;
}

}  // namespace broker
