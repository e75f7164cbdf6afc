// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a path of a file tool: no crash; what is taken has only names that an openat2 below
// a root can take, reads as itself again, and is no less protected in capitals; any bytes as a line
// of the history's journal read as nothing or as what writes them.
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "runner/workspace/history.h"
#include "runner/workspace/limits.h"
#include "runner/workspace/protect.h"
#include "runner/workspace/roots.h"
#include "runner/workspace/skeleton.h"

namespace {

using workspace::Access;
using workspace::Path;

void look_at(const Path& path) {
  CHECK(path.components().size() <= workspace::kDepth);
  for (const std::string& name : path.components()) {
    CHECK(!name.empty() && name.size() <= workspace::kNameBytes && base::is_utf8(name));
    CHECK(name != "." && name != ".." &&
          name.find_first_of(std::string_view("/\\\0", 3)) == name.npos);
  }
  const auto again = Path::parse(path.text());
  CHECK(again.ok() && *again == path);
  std::string upper = path.text();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto loud = Path::parse(upper);
  if (loud.ok())
    for (const Access access : {Access::kRead, Access::kWrite})
      CHECK(workspace::protection_of(path, access).has_value() ==
            workspace::protection_of(*loud, access).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto path = Path::parse(text);
  if (path.ok()) look_at(*path);
  else CHECK(!path.error().message.empty());
  workspace::Roots roots;
  CHECK(roots.add("main", "/secure/workspace").ok());
  const auto located = roots.locate("", text);
  if (located.ok()) look_at(located->path);
  const std::string look = workspace::skeleton(text);
  CHECK(workspace::skeleton(look).size() <= look.size());
  if (const auto step = workspace::step_of(text)) CHECK(workspace::line_of(*step) == text);
  return 0;
}
