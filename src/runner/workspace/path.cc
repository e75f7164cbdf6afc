// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/path.h"

#include <algorithm>

#include "base/bytes.h"
#include "runner/workspace/limits.h"
#include "runner/workspace/text.h"

namespace workspace {
namespace {

// A name of dots alone is another one, or none, to file systems that drop final dots.
bool is_dots(std::string_view name) {
  return name.find_first_not_of('.') == std::string_view::npos;
}

// Whether the characters of `text` are such as may stand in names and between them.
Done check_characters(std::string_view text) {
  if (!base::is_utf8(text)) return fail(Cause::kBadPath, "the path is not UTF-8");
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    if (is_unseen(c))
      return fail(Cause::kBadPath, "a character that cannot be seen stands in the path");
    // Two programs could read it differently: a separator there, a letter here.
    if (c == U'\\') return fail(Cause::kBadPath, "a backslash stands in the path");
  }
  return done();
}

}  // namespace

Outcome<Path> Path::split(std::string_view text) {
  if (text.size() > kPathBytes) return fail(Cause::kNameTooLong, "the path is too long");
  TRY(check_characters(text));
  Path out;
  while (!text.empty()) {
    const std::string_view name = text.substr(0, text.find('/'));
    text.remove_prefix(std::min(name.size() + 1, text.size()));
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (out.components_.empty()) return fail(Cause::kOutside, "the path leads above its root");
      out.components_.pop_back();
      continue;
    }
    if (is_dots(name)) return fail(Cause::kBadPath, "a name of dots alone stands in the path");
    if (name.size() > kNameBytes) return fail(Cause::kNameTooLong, "a name is too long");
    if (out.components_.size() == kDepth) return fail(Cause::kNameTooLong, "the path is too deep");
    out.components_.emplace_back(name);
  }
  return out;
}

Outcome<Path> Path::parse(std::string_view text) {
  if (text.empty()) return fail(Cause::kBadPath, "the path is empty");
  if (text.front() == '/') return fail(Cause::kBadPath, "the path is absolute");
  return split(text);
}

Outcome<Path> Path::parse_absolute(std::string_view text) {
  if (text.empty() || text.front() != '/') return fail(Cause::kBadPath, "the path is not absolute");
  return split(text);
}

Outcome<Path> Path::child(std::string_view name) const {
  if (is_dots(name) || name.find('/') != std::string_view::npos)  // the empty one as well
    return fail(Cause::kBadPath, "not a name");
  TRY(check_characters(name));
  if (name.size() > kNameBytes || components_.size() == kDepth)
    return fail(Cause::kNameTooLong, "a name is too long, or too deep");
  Path out = *this;
  out.components_.emplace_back(name);
  return out;
}

Path Path::parent() const {
  Path out = *this;
  if (!out.components_.empty()) out.components_.pop_back();
  return out;
}

bool Path::is_under(const Path& other) const {
  return components_.size() >= other.components_.size() &&
         std::equal(other.components_.begin(), other.components_.end(), components_.begin());
}

Path Path::moved(const Path& ancestor, const Path& target) const {
  CHECK(is_under(ancestor));
  Path out = target;
  for (std::size_t i = ancestor.components_.size(); i < components_.size(); ++i)
    out.components_.push_back(components_[i]);
  return out;
}

std::string Path::text() const {
  if (components_.empty()) return ".";
  std::string out;
  for (const std::string& name : components_) {
    if (!out.empty()) out += '/';
    out += name;
  }
  return out;
}

}  // namespace workspace
