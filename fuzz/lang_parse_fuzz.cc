// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a plan: no crash; a problem has words and a place inside the text; a tree is whole
// (links and texts inside, nodes below their limit, places inside the text), is the same the second
// time, and can be written out; the time is bounded by the size.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "lang/dump.h"
#include "lang/parse.h"

namespace {

// The bytes of each line, ends of lines not counted: \n, \r\n or \r.
std::vector<std::size_t> lines_of(std::string_view source) {
  std::vector<std::size_t> lines{0};
  for (std::size_t i = 0; i < source.size(); ++i) {
    const bool windows = source[i] == '\r' && i + 1 < source.size() && source[i + 1] == '\n';
    if (source[i] == '\n' || (source[i] == '\r' && !windows)) lines.push_back(0);
    else ++lines.back();
  }
  return lines;
}

bool inside(const lang::Place& place, const std::vector<std::size_t>& lines) {
  return place.line >= 1 && place.line <= lines.size() && place.column <= lines[place.line - 1];
}

void look_at(const lang::Tree& tree, const std::vector<std::size_t>& lines) {
  CHECK(tree.nodes.size() <= 10'000 && tree.root < tree.nodes.size());
  const auto node_or_none = [&tree](lang::NodeId id) {
    return id == lang::kNoNode || id < tree.nodes.size();
  };
  for (const lang::Node& n : tree.nodes) {
    CHECK(inside(n.place, lines));
    CHECK(node_or_none(n.a) && node_or_none(n.b) && node_or_none(n.c));
    CHECK(n.text == lang::kNoText || n.text < tree.texts.size());
    CHECK(n.second == lang::kNoText || n.second < tree.texts.size());
    CHECK(std::size_t{n.first} + n.count <= tree.links.size());
  }
  for (const lang::NodeId id : tree.links) CHECK(node_or_none(id));
  for (const std::string& text : tree.texts) CHECK(base::is_utf8(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const std::vector<std::size_t> lines = lines_of(source);
  const auto begin = std::chrono::steady_clock::now();
  const auto parsed = lang::parse(source);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
  if (const auto* problem = std::get_if<lang::Problem>(&parsed)) {
    CHECK(!problem->message.empty() && inside(problem->place, lines));
    CHECK(base::is_utf8(lang::render(*problem, source)));
    return 0;
  }
  const auto& tree = std::get<lang::Tree>(parsed);
  look_at(tree, lines);
  CHECK(lang::dump(tree) == lang::dump(std::get<lang::Tree>(lang::parse(source))));
  return 0;
}
