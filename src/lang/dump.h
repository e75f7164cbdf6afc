// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// A tree as one line of text, in the form that tests/lang/dump_ast.py gives CPython's. For tests
// and for looking at trees. Trust zone: none.
#pragma once

#include <string>

#include "lang/tree.h"

namespace lang {

// "(Module [(Expr@1:0 (Name@1:0 x))])": kinds by CPython's names, places as line:column in bytes,
// but none inside f-strings (CPython 3.11 gives other ones); absent parts are `_`, integers hex,
// floats the bits of the double, strings quoted with everything but printable ASCII as \xHH.
// Recursive: as deep as the tree, which parse() bounds by its nodes.
std::string dump(const Tree& tree);

}  // namespace lang
