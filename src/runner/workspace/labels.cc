// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/labels.h"

#include <algorithm>
#include <iterator>

#include "base/limits.h"

namespace workspace {
namespace {

using Names = std::vector<std::string>;

Names both(const Names& a, const Names& b) {
  Names out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

Names shared(const Names& a, const Names& b) {
  Names out;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// Cuts a set that is too large. True if it did.
bool cut(Names& names) {
  if (names.size() <= base::limits::kLabelNames) return false;
  names.resize(base::limits::kLabelNames);
  return true;
}

}  // namespace

wire::LabelText join(const wire::LabelText& a, const wire::LabelText& b) {
  wire::LabelText out;
  out.tags = both(a.tags, b.tags);
  out.producers = both(a.producers, b.producers);
  out.origins = both(a.origins, b.origins);
  out.everyone = a.everyone && b.everyone;
  if (!out.everyone)
    out.consumers = a.everyone   ? b.consumers
                    : b.everyone ? a.consumers
                                 : shared(a.consumers, b.consumers);
  const bool tags_cut = cut(out.tags);
  const bool producers_cut = cut(out.producers);
  const bool origins_cut = cut(out.origins);
  if (tags_cut || producers_cut || origins_cut) {
    const Names unknown{std::string(kUnknownWriter)};
    if (out.origins.size() == base::limits::kLabelNames) out.origins.pop_back();
    out.origins = both(out.origins, unknown);
    out.everyone = false;
    out.consumers.clear();
  }
  return out;
}

wire::LabelText unknown_label() {
  wire::LabelText out;
  out.origins = {std::string(kUnknownWriter)};
  return out;
}

bool MemoryFileLabels::has_room() {
  full_ = full_ || size() + 2 > records_;
  return !full_;
}

void MemoryFileLabels::record(std::string_view root, const Path& path, const base::Digest& digest,
                              const wire::LabelText& label) {
  const Where where{std::string(root), path};
  if (const auto known = contents_.find(digest); known != contents_.end())
    known->second = join(known->second, label);
  else if (has_room()) contents_.emplace(digest, label);
  if (const auto known = at_.find(where); known != at_.end())
    known->second = {digest, label, label};
  else if (has_room()) at_.emplace(where, Record{digest, label, label});
}

void MemoryFileLabels::wrote(std::string_view root, const Path& path, const base::Digest& digest,
                             const wire::LabelText& label) {
  record(root, path, digest, label);
}

void MemoryFileLabels::adopt(std::string_view root, const Path& path, const base::Digest& digest,
                             const wire::LabelText& label) {
  record(root, path, digest, label);
}

void MemoryFileLabels::moved(std::string_view root, const Path& from, const Path& to) {
  std::vector<std::pair<Where, Record>> moving;
  for (auto at = at_.lower_bound({std::string(root), from}); at != at_.end(); ++at) {
    if (at->first.first != root || !at->first.second.is_under(from)) break;
    moving.emplace_back(Where{std::string(root), at->first.second.moved(from, to)}, at->second);
  }
  for (auto& [where, record] : moving) {
    const auto known = at_.find(where);
    if (known == at_.end() && !has_room()) return;
    // What stood at the new path before has a part in what may be found there.
    if (known != at_.end()) record.past = join(record.past, known->second.past);
    at_.insert_or_assign(where, record);
  }
}

wire::LabelText MemoryFileLabels::label_of(std::string_view root, const Path& path,
                                           const base::Digest& digest) const {
  const auto at = at_.find({std::string(root), path});
  if (at != at_.end() && at->second.digest == digest) return at->second.label;
  wire::LabelText out = unknown_label();
  if (at != at_.end()) out = join(join(out, at->second.past), at->second.label);
  if (const auto known = contents_.find(digest); known != contents_.end())
    out = join(out, known->second);
  if (full_) {
    out.tags = both(out.tags, {"full"});
    out.everyone = false;  // whoever may not read what was forgotten may not read this
    out.consumers.clear();
  }
  return out;
}

wire::LabelText MemoryFileLabels::label_of_name(std::string_view root, const Path& path) const {
  wire::LabelText out;
  bool known = false;
  for (auto at = at_.lower_bound({std::string(root), path}); at != at_.end(); ++at) {
    if (at->first.first != root || !at->first.second.is_under(path)) break;
    out = known ? join(out, at->second.past) : at->second.past;
    known = true;
  }
  return known ? out : unknown_label();
}

wire::LabelText label_of(const FileLabels& labels, std::string_view root, const Touched& touched) {
  wire::LabelText out;
  for (const auto& [path, digest] : touched.read)
    out = join(out, labels.label_of(root, path, digest));
  for (const Path& path : touched.named) out = join(out, labels.label_of_name(root, path));
  if (touched.unnamed) out = join(out, unknown_label());
  return out;
}

}  // namespace workspace
