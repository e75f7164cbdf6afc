// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Labels of files (DESIGN 10.18): what untrusted data wrote is untrusted when it is read again.
// Keyed by root, path and digest of the contents. The interface is what the monitor's store will
// implement; the memory form here is its reference. Trust zone: monitor; pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "runner/workspace/path.h"
#include "wire/value.h"

namespace workspace {

// The origin of what somebody wrote whom no record names: an exec tool, a person, another program.
inline constexpr std::string_view kUnknownWriter = "unknown_writer";

// The join of two labels: union of tags, producers and origins, intersection of readers. Sets that
// grow beyond limits::kLabelNames are cut to nobody as reader and kUnknownWriter as an origin more.
wire::LabelText join(const wire::LabelText& a, const wire::LabelText& b);
// The label of a file that no record knows.
wire::LabelText unknown_label();

// The rule. For a file with contents `digest` at `path` of `root`:
//   1. written or adopted there with exactly these contents: that label.
//   2. else the join of unknown_label(), of the label last recorded at this path (and of what stood
//      there before something was moved onto it), and of every label recorded for these contents
//      anywhere.
// So contents changed behind our back lose nothing of what was there, and gain `unknown_writer`;
// contents that were copied elsewhere keep their label; a file nobody recorded is never trusted.
class FileLabels {
 public:
  virtual ~FileLabels() = default;
  // A tool wrote exactly these contents under `label` (for an edit: joined with the label read).
  virtual void wrote(std::string_view root, const Path& path, const base::Digest& digest,
                     const wire::LabelText& label) = 0;
  // A person declares that what stands there now has this label.
  virtual void adopt(std::string_view root, const Path& path, const base::Digest& digest,
                     const wire::LabelText& label) = 0;
  // A tool moved a file or a directory, with everything in it. The old path keeps its record: who
  // finds something there again finds the label again.
  virtual void moved(std::string_view root, const Path& from, const Path& to) = 0;
  virtual wire::LabelText label_of(std::string_view root, const Path& path,
                                   const base::Digest& digest) const = 0;
  // Of the name itself, as lists and globs show it: a name is data of who made it. The join of all
  // labels recorded at or below the path; unknown_label() if there is none.
  virtual wire::LabelText label_of_name(std::string_view root, const Path& path) const = 0;
};

// In memory. LIMIT: kRecords records; beyond it nothing more is recorded and every file that is not
// known exactly is unknown, with `full` as a tag: never less than what is known.
class MemoryFileLabels final : public FileLabels {
 public:
  explicit MemoryFileLabels(std::size_t records = 100'000) : records_(records) {}
  void wrote(std::string_view root, const Path& path, const base::Digest& digest,
             const wire::LabelText& label) override;
  void adopt(std::string_view root, const Path& path, const base::Digest& digest,
             const wire::LabelText& label) override;
  void moved(std::string_view root, const Path& from, const Path& to) override;
  wire::LabelText label_of(std::string_view root, const Path& path,
                           const base::Digest& digest) const override;
  wire::LabelText label_of_name(std::string_view root, const Path& path) const override;
  std::size_t size() const { return at_.size() + contents_.size(); }

 private:
  using Where = std::pair<std::string, Path>;
  // What is known of a path: the last contents known exactly, and the join over its past.
  struct Record {
    base::Digest digest{};
    wire::LabelText label;
    wire::LabelText past;
  };
  void record(std::string_view root, const Path& path, const base::Digest& digest,
              const wire::LabelText& label);
  bool has_room();

  std::size_t records_;
  bool full_ = false;
  std::map<Where, Record> at_;
  std::map<base::Digest, wire::LabelText> contents_;
};

// What a tool touched, for whom labels its result (result.h): the join over files read, with the
// digests they had, and over names shown. Everything that had a part in the result counts, a file
// searched without a match as well: that it has none is a fact about it.
struct Touched {
  std::vector<std::pair<Path, base::Digest>> read;
  std::vector<Path> named;
  bool unnamed = false;  // something had a part that no path names
};
wire::LabelText label_of(const FileLabels& labels, std::string_view root, const Touched& touched);

}  // namespace workspace
