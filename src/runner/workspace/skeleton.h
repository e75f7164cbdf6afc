// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What a name looks like: one text for all spellings that a person, or a file system that folds
// case or forms, takes for the same name. Only for comparing with protected names, never for
// opening. Trust zone: runner; pure, reads hostile names.
#pragma once

#include <string>
#include <string_view>

namespace workspace {

// `name` in lower case; full-width, mathematical, circled and accented letters as the plain one,
// letters of other scripts that look like a Latin one as that one, unseen characters and marks
// left out; without a stream (":...") and final dots and spaces, which other systems drop.
// `name` is any bytes; malformed ones stay. See Unicode TS 39 §4 (confusables) for the idea: the
// table here covers letters, digits and signs that protected names are made of.
// LIMIT: sequences that look like one letter ("rn" as m) are not folded.
std::string skeleton(std::string_view name);

}  // namespace workspace
