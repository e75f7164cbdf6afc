// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The sealed manifest as the broker uses it: verified once at the start, then read only. After that
// no part of the broker has to ask whether an index or a template makes sense.
// Trust zone: broker; the manifest was written by the supervisor.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/digest.h"
#include "base/result.h"
#include "wire/manifest.h"

namespace broker {

class ManifestView {
 public:
  // Takes the manifest over. kInvalid, with the tool's or secret's name, if an index is out of
  // range, a template is malformed, an argument or secret is not declared, a secret is not bound to
  // the tool's origin, a literal could break out of its place, or a name occurs twice.
  static base::Result<ManifestView> create(wire::Manifest manifest);

  const wire::Manifest& get() const { return manifest_; }
  // SHA-256 of the encoded manifest, as the supervisor computes it.
  const base::Digest& digest() const { return digest_; }

  // The tool of exactly that name, or null.
  const wire::ToolSpec* tool(std::string_view name) const;
  // The index of the secret `name` if `tool` may carry it; nothing otherwise.
  std::optional<std::uint32_t> secret_of(const wire::ToolSpec& tool, std::string_view name) const;

 private:
  explicit ManifestView(wire::Manifest manifest);
  wire::Manifest manifest_;
  base::Digest digest_;
  std::unordered_map<std::string, std::uint32_t> tools_;
};

// The argument `name` of the tool, or null.
const wire::ArgumentSpec* argument_of(const wire::ToolSpec& tool, std::string_view name);

}  // namespace broker
