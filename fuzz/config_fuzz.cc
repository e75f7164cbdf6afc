// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as yett.toml, and after a NUL byte as its policy: no crash; a problem is one printable
// line, or what the policy's checks render; what is accepted compiles to the same thing twice,
// offers no tool that no rule allows, and is a manifest that the broker takes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "broker/manifest_view.h"
#include "cli/compile.h"
#include "wire/codec.h"

namespace {

// Every file that the configuration names is the policy.
class OnePolicy final : public cli::Files {
 public:
  explicit OnePolicy(std::string_view text) : text_(text) {}
  base::Result<std::string> read(const std::string&) const override { return text_; }

 private:
  std::string text_;
};

void look_at(const cli::Problems& problems) {
  for (const auto& problem : problems.all()) {
    CHECK(!problem.what.empty() && base::is_utf8(problem.what));
    if (problem.rendered) continue;  // several lines
    CHECK(
        std::ranges::none_of(problem.what, [](char c) { return (c >= 0 && c < ' ') || c == 127; }));
  }
}

void look_at(const cli::Compiled& compiled) {
  for (const auto& tool : compiled.session.tools)
    CHECK(compiled.rules.linked->can_allow(tool.name));
  CHECK(compiled.known.size() == compiled.manifest.tools.size());
  const auto taken = broker::ManifestView::create(compiled.manifest);
  if (!taken.ok()) base::check_failed(taken.error().message.c_str(), __FILE__, __LINE__);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = std::min(text.find('\0'), size);
  const OnePolicy files(text.substr(std::min(nul + 1, size)));
  cli::Problems problems;
  const cli::Config config = cli::read_config(text.substr(0, nul), problems);
  look_at(problems);
  if (!problems.empty()) return 0;
  const cli::Compiled compiled = cli::compile(config, files, problems);
  look_at(problems);
  if (!problems.empty()) return 0;
  look_at(compiled);
  const cli::Compiled again = cli::compile(config, files, problems);
  CHECK(problems.empty() && wire::encode(again.manifest) == wire::encode(compiled.manifest));
  CHECK(wire::encode(again.session) == wire::encode(compiled.session));
  CHECK(again.rules.program == compiled.rules.program);
  return 0;
}
