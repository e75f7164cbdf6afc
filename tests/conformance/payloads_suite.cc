// SPDX-License-Identifier: Apache-2.0
//
// Lists of attack lines. Each line becomes the argument of a declared tool in every place of a
// request; the broker's own check and renderer refuse it or make a request that reaches nothing
// outside the tool's template. And each line becomes a path of the file tools, over a folder that
// holds one file of which no line knows.
#include <fmt/format.h>

#include "broker/check.h"
#include "broker/render.h"
#include "conformance/payload_judge.h"
#include "conformance/suites.h"
#include "runner/workspace/rig.h"
#include "runner/workspace/tools.h"

namespace conformance {
namespace {

// {FILE} stands for a target path in the lists.
std::string with_target(std::string line) {
  constexpr std::string_view kMark = "{FILE}";
  for (std::size_t at = 0; (at = line.find(kMark)) != std::string::npos;)
    line.replace(at, kMark.size(), "etc/passwd");
  return line;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    out.push_back(with_target(std::string(line)));
  }
  return out;
}

base::Result<broker::ManifestView> manifest() {
  wire::Manifest m;
  m.tenant = "default";
  m.origins.push_back({"files.example", 443, true, false, ""});
  for (const Place place : kPlaces) m.tools.push_back(tool_of(place));
  return broker::ManifestView::create(std::move(m));
}

base::Result<wire::Request> render(const broker::ManifestView& view, Place place,
                                   const std::string& argument) {
  const wire::ToolSpec* tool = view.tool(name_of(place));
  CHECK(tool != nullptr);
  const std::vector<wire::Leaf> leaves{{"a", wire::LeafKind::kString, argument, 0}};
  TRY(broker::check_arguments(*tool, leaves));
  return broker::render(view, *tool, leaves, [](std::uint32_t) { return nullptr; });
}

// A root with one file, and the tools over it.
class Root {
 public:
  Root() {
    rig_.put("kept/inside.txt", "inside");
    workspace::Roots roots;
    CHECK(roots.add("main", "/secure/workspace").ok());
    tools_.emplace(roots, std::vector<workspace::Workspace*>{&rig_.tools()});
  }

  bool read(const std::string& path) { return call("read_file", "filepath", path).succeeded; }
  // What is wrong with the answers to `line` as a path, if anything is. Only reading: if this
  // failed, it should not cost the machine its files.
  std::string outside(const std::string& line) {
    if (read(line)) return "a file was read";
    for (const char* tool : {"list_files", "stat_file"}) {
      const auto answer =
          call(tool, std::string_view(tool) == "stat_file" ? "filepath" : "directory", line);
      for (const workspace::Path& path : answer.touched.named)
        if (path.components().front() != "kept") return "a name outside was shown";
    }
    return rig_.canary_lives() ? "" : "something outside was changed";
  }

 private:
  workspace::ToolAnswer call(std::string_view tool, const char* name, const std::string& value) {
    const std::vector<wire::Leaf> leaves{{name, wire::LeafKind::kString, value, 0}};
    return tools_->call(tool, leaves);
  }
  workspace::Rig rig_;
  std::optional<workspace::Tools> tools_;
};

class PayloadsSuite final : public Suite {
 public:
  std::string_view name() const override { return "payloads"; }
  std::string_view default_folder() const override { return "vectors/payloads"; }

  base::Status run(const Run& run, Report& report) override {
    TRY_AS(const broker::ManifestView view, manifest());
    const auto files = files_of(run.folder, ".txt");
    if (files.empty())
      report.skipped({.id = "lists", .table = "payloads"}, Skip::kDataAbsent, "lists");
    else TRY(check_control(view));
    for (const auto& file : files) {
      TRY_AS(const std::string text, read_file(file));
      const std::vector<std::string> lines = lines_of(text);
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const Case c{.id = fmt::format("{}:{}", file.stem().string(), i + 1), .table = file.stem()};
        if (run.selects(c.table, c.id)) judge(view, c, lines[i], report);
      }
    }
    for (const Place place : kPlaces) report.note(told_.at(place).line(name_of(place)));
    return base::ok();
  }

 private:
  struct Count {
    std::size_t refused = 0;
    std::size_t harmless = 0;
    std::string line(std::string_view place) const {
      return fmt::format("{:8} {} refused, {} rendered inside the template", place, refused,
                         harmless);
    }
  };

  // A renderer that refuses everything would show nothing: harmless arguments must be rendered.
  static base::Status check_control(const broker::ManifestView& view) {
    for (const Place place : kPlaces) {
      const std::string harmless = "Report 2026, part-1.txt";
      TRY_AS(const wire::Request request, render(view, place, harmless));
      if (!outside(request, place, harmless).empty())
        return base::invalid(fmt::format("a harmless argument fails in {}", name_of(place)));
    }
    if (!Root().read("./kept//x/../inside.txt"))
      return base::invalid("a harmless path fails in the file tools");
    return base::ok();
  }

  void judge(const broker::ManifestView& view, const Case& c, const std::string& line,
             Report& report) {
    std::string why;
    for (const Place place : kPlaces) {
      const auto request = render(view, place, line);
      if (!request.ok()) {
        ++told_[place].refused;
        continue;
      }
      ++told_[place].harmless;
      const std::string found = outside(*request, place, line);
      if (!found.empty())
        why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", name_of(place), found);
    }
    const std::string found = root_.outside(line);
    if (!found.empty()) why += fmt::format("{}path: {}", why.empty() ? "" : "; ", found);
    why.empty() ? report.passed(c) : report.failed(c, why);
  }

  std::map<Place, Count> told_{{Place::kSegment, {}},
                               {Place::kQuery, {}},
                               {Place::kHeader, {}},
                               {Place::kJson, {}},
                               {Place::kForm, {}}};
  Root root_;
};

}  // namespace

std::unique_ptr<Suite> payloads_suite() { return std::make_unique<PayloadsSuite>(); }

}  // namespace conformance
