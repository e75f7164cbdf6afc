// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Policies and questions of the tests of this folder. Trust zone: tests.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "policy/explain/explain.h"
#include "policy/syntax/parse.h"

namespace policy::tracing {

// The text as load() would hand it on: it holds no packs, effects or roles.
inline Loaded loaded_of(const std::string& text) {
  Loaded out;
  out.sources = {{"policy.sqrt", text}};
  const auto parsed = parse(out.sources[0], 0);
  if (const auto* diagnostic = std::get_if<Diagnostic>(&parsed)) {
    ADD_FAILURE() << render(*diagnostic, out.sources);
    return out;
  }
  out.trees.push_back(std::get<Tree>(parsed));
  out.yett = out.trees[0].yett;
  return out;
}

inline LeafValue leaf(std::string path, std::string text, label::Sets label = {}) {
  return {std::move(path), LeafKind::kString, std::move(text), std::move(label), false};
}

inline label::Sets tagged(label::Names tags, label::Names origins = {}) {
  return {std::move(tags), {}, std::move(origins), label::Consumers::everyone()};
}

inline Question question(std::string tool, std::vector<LeafValue> leaves) {
  Question out;
  out.tool = std::move(tool);
  out.leaves = std::move(leaves);
  return out;
}

// Every text of an explanation and of its rendering, one after the other.
inline void gather(const Traced& part, std::string& out) {
  out += part.text + "\n" + part.note + "\n";
  for (const Traced& p : part.parts) gather(p, out);
}
inline std::string all_texts(const Explanation& e, const Loaded& loaded) {
  std::string out = render(e, loaded);
  for (const std::string& line : e.before) out += line + "\n";
  for (const std::string& line : e.arguments) out += line + "\n";
  for (const TracedRule& rule : e.rules) {
    out += rule.text + "\n" + rule.tool + "\n";
    for (const Traced& part : rule.parts) gather(part, out);
  }
  return out;
}

}  // namespace policy::tracing
