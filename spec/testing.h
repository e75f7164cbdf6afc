// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Short ways to write policies and calls for the tables of the reference model's tests.
// Trust zone: tests.
#pragma once

#include <gtest/gtest.h>

#include "policy/syntax/parse.h"
#include "spec/decide.h"

namespace spec {

inline policy::Loaded loaded(const std::vector<std::string>& texts, policy::Options options = {}) {
  policy::Loaded out;
  for (const std::string& text : texts) {
    const policy::Source source{"p" + std::to_string(out.trees.size()), text};
    auto parsed = policy::parse(source, static_cast<std::uint32_t>(out.trees.size()));
    if (const auto* fault = std::get_if<policy::Diagnostic>(&parsed)) {
      ADD_FAILURE() << text << ": " << fault->message;
      parsed = policy::Tree{};
    }
    out.trees.push_back(std::get<policy::Tree>(parsed));
    out.sources.push_back(source);
  }
  out.tools = {{"send", false, policy::ToolEffect::kSend, {}, {}},
               {"fetch",
                false,
                policy::ToolEffect::kRead,
                {{"u", policy::ArgumentShape::Kind::kString, {}, policy::Role::kUrl, true, {}}},
                {}}};
  out.options = options;
  return out;
}

inline label::Sets tags(std::initializer_list<std::string_view> names) {
  label::Sets out;
  out.tags = label::Names(names);
  return out;
}

inline policy::LeafValue leaf(std::string path, policy::LeafKind kind, std::string text,
                              label::Sets label = {}, bool named = false) {
  return {std::move(path), kind, std::move(text), std::move(label), named};
}
inline policy::LeafValue text(std::string path, std::string value, label::Sets label = {}) {
  return leaf(std::move(path), policy::LeafKind::kString, std::move(value), std::move(label));
}

inline policy::Question call(std::vector<policy::LeafValue> leaves, std::string tool = "send") {
  policy::Question out;
  out.tool = std::move(tool);
  out.leaves = std::move(leaves);
  return out;
}

// What the predicate says of the question, in a yett file with these lets.
inline Truth truth(const std::string& predicate, const policy::Question& question,
                   policy::Options options = {}, const std::string& lets = "") {
  const policy::Loaded set = loaded({"language yett 1;" + lets}, options);
  const auto parsed = policy::parse_predicate({"predicate", predicate});
  const auto* tree = std::get_if<policy::Predicate>(&parsed);
  if (tree == nullptr) {
    ADD_FAILURE() << predicate << ": " << std::get<policy::Diagnostic>(parsed).message;
    return Truth::kError;
  }
  Scene scene{
      question, set.trees.data(), question.session, {}, {}, {}, options.missing_argument_is_false};
  return Evaluator(set).holds(*tree, scene);
}

}  // namespace spec
