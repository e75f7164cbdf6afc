// SPDX-License-Identifier: Apache-2.0
#include "policy/load/take_in.h"

#include <fmt/format.h>

#include "policy/load/fill_in.h"
#include "policy/load/packs.h"
#include "policy/syntax/parse.h"

namespace policy {
namespace {

constexpr std::size_t kMostPacks = 256;

class TakeIn {
 public:
  TakeIn(const Packs& packs, Findings& findings) : packs_(&packs), findings_(&findings) {}
  TakenIn run(const std::vector<Source>& files);

 private:
  void read(std::uint32_t source, bool pack);
  void place(Tree tree, bool pack);
  void use(const Use& line);

  const Packs* packs_;
  Findings* findings_;
  std::set<std::string> taken_;
  TakenIn out_;
};

TakenIn TakeIn::run(const std::vector<Source>& files) {
  out_.sources = files;
  for (std::uint32_t i = 0; i < files.size(); ++i) read(i, false);
  return std::move(out_);
}

void TakeIn::read(std::uint32_t source, bool pack) {
  auto parsed = parse(out_.sources[source], source);
  if (const auto* wrong = std::get_if<Diagnostic>(&parsed))
    return findings_->error(wrong->name, wrong->span, wrong->message, wrong->hint);
  place(std::get<Tree>(std::move(parsed)), pack);
}

// Rules of a file stand before and after those of a pack that it uses between them.
void TakeIn::place(Tree tree, bool pack) {
  std::vector<Let> lets;
  for (const auto& declaration : tree.declarations)
    if (const auto* let = std::get_if<Let>(&declaration)) lets.push_back(*let);
  Unit now{.tree = {tree.name, tree.yett, {}}, .pack = pack, .names = {}};
  std::size_t first_let = 0;  // of `now`
  std::size_t next_let = 0;
  auto emit = [&] {
    Unit unit = std::move(now);
    // The lets that stand in the other units of the file.
    for (std::size_t i = 0; i < lets.size(); ++i)
      if (i < first_let || i >= next_let) unit.tree.declarations.emplace_back(lets[i]);
    out_.units.push_back(std::move(unit));
    now = Unit{.tree = {tree.name, tree.yett, {}}, .pack = pack, .names = {}};
    first_let = next_let;
  };
  bool blocks = false;
  now.tree.declarations.reserve(tree.declarations.size());
  for (auto& declaration : tree.declarations) {
    if (const auto* line = std::get_if<Use>(&declaration)) {
      if (blocks) emit();
      blocks = false;
      use(*line);
      continue;
    }
    blocks = blocks || std::holds_alternative<ToolPolicy>(declaration);
    next_let += std::holds_alternative<Let>(declaration) ? 1 : 0;
    now.tree.declarations.push_back(std::move(declaration));
  }
  emit();
}

void TakeIn::use(const Use& line) {
  if (!taken_.insert(line.pack).second) return;
  if (taken_.size() > kMostPacks)
    return findings_->error("too-large", line.span, fmt::format("more than {} packs", kMostPacks));
  std::optional<std::string> text = *packs_ ? (*packs_)(line.pack) : std::nullopt;
  if (!text) {
    const std::vector<std::string> names = built_in_packs();
    return findings_->error("unknown-pack", line.span,
                            fmt::format("there is no pack {}", quoted(line.pack)),
                            did_you_mean(line.pack, {names.begin(), names.end()},
                                         "the packs that come with Yett are in policies/"));
  }
  const auto source = static_cast<std::uint32_t>(out_.sources.size());
  out_.sources.push_back({line.pack, std::move(*text)});
  read(source, true);
}

}  // namespace

TakenIn take_in(const std::vector<Source>& files, const Packs& packs, Findings& findings) {
  return TakeIn(packs, findings).run(files);
}

}  // namespace policy
