// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// What the file tools are asked and what they answer, as plain values. Trust zone: runner; pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "runner/workspace/beneath.h"
#include "runner/workspace/history.h"
#include "runner/workspace/labels.h"
#include "runner/workspace/patch.h"
#include "runner/workspace/replace.h"
#include "runner/workspace/walk.h"

namespace workspace {

enum class Encoding : unsigned char { kText, kBase64 };

// Lines from 1, both ends included, or bytes from 0; not both. Nothing: the whole file.
struct ReadWanted {
  std::optional<std::uint64_t> first_line = {};
  std::optional<std::uint64_t> last_line = {};
  std::optional<std::uint64_t> offset = {};
  std::optional<std::uint64_t> length = {};
  Encoding encoding = Encoding::kText;
};

struct ReadAnswer {
  std::string content;  // base64 if asked for
  Encoding encoding = Encoding::kText;
  std::uint64_t size = 0;        // of the file
  std::uint64_t first_line = 0;  // of the content, from 1; 0 when bytes were asked for
  std::uint64_t lines = 0;       // of the file; 0 if it is not text
  bool truncated = false;        // the limit of an answer was reached
  base::Digest digest{};         // of the whole file
  Touched touched;
};

enum class Parents : unsigned char { kMustExist, kMake };

struct WriteWanted {
  std::string_view content = {};
  Parents parents = Parents::kMustExist;
  Durability durability = Durability::kNone;
  // What must stand there: nothing for whatever stands there, or its digest (kConflict).
  std::optional<base::Digest> expected = {};
};

struct EditWanted {
  std::string_view old_text = {};
  std::string_view new_text = {};
  Occurrence occurrence = Occurrence::kTheOnlyOne;
  std::string_view diff = {};  // instead of the texts
  Durability durability = Durability::kNone;
};

// What a change did. `step` is the number by which it can be undone.
struct ChangeAnswer {
  std::uint64_t step = 0;
  bool created = false;
  std::uint64_t size = 0;
  std::optional<base::Digest> before = {};
  std::optional<base::Digest> after = {};
  // In whose label the new contents take part: the old ones, for an edit.
  Touched touched;
};

struct ListWanted {
  bool recursive = false;
};

struct Shown {
  Path path;
  Kind kind = Kind::kFile;
  std::uint64_t size = 0;
  bool hard_link = false;
  bool is_protected = false;  // tools may not write it
};

struct ListAnswer {
  std::vector<Shown> entries;
  bool truncated = false;
  Passed passed;
  Touched touched;
};

struct SearchWanted {
  std::string_view query = {};
  enum class Form : unsigned char { kLiteral, kRegex } form = Form::kRegex;
  enum class Case : unsigned char { kSensitive, kInsensitive } letters = Case::kSensitive;
  std::string_view glob = {};  // only files that fit; empty: all
};

struct Match {
  Path path;
  std::uint64_t line = 0;    // from 1
  std::uint64_t column = 0;  // of its first byte, from 1
  std::string text;          // of the line, without its end, cut at kLineBytes
};

struct SearchAnswer {
  std::vector<Match> matches;
  bool truncated = false;
  std::uint64_t files = 0;    // searched
  std::uint64_t skipped = 0;  // binary, too large, linked, protected
  Passed passed;
  Touched touched;
};

struct StatAnswer {
  Status status;
  bool is_protected = false;
  Touched touched;
};

struct UndoAnswer {
  std::vector<std::uint64_t> undone;  // steps, the last first
  Touched touched;
};

// One file that differs from what it was. `was` is empty if it had the same path.
struct Difference {
  Path path;
  Path was;
  enum class How : unsigned char { kChanged, kCreated, kDeleted, kMoved } how = How::kChanged;
  std::string diff;
};

struct DiffAnswer {
  std::vector<Difference> files;
  bool truncated = false;
  Touched touched;
};

}  // namespace workspace
