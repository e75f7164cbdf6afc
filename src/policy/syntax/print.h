// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Tree → text, in one canonical form: parse(print(tree)) is the tree again. And `fmt`: text →
// text, with comments kept. Trust zone: supervisor.
#pragma once

#include <string>
#include <variant>

#include "policy/syntax/diagnostic.h"
#include "policy/tree.h"

namespace policy {

std::string print(const Tree& tree);
std::string print(const Predicate& predicate);
std::string print(const SetExpr& set);
std::string print(const Element& element);
std::string print(const Rule& rule);  // without its doc comments, with the semicolon
std::string print(const Path& path);

// `source` laid out in the same form, every comment kept in its place. Idempotent; the tree of the
// answer is the tree of the source. The error of parse() if it is no policy.
std::variant<std::string, Diagnostic> format(const Source& source);

}  // namespace policy
