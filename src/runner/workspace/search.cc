// SPDX-License-Identifier: Apache-2.0
#include "runner/workspace/search.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/bytes.h"
#include "runner/workspace/limits.h"

namespace workspace {

struct Query::Compiled {
  Compiled(std::string_view pattern, const re2::RE2::Options& options)
      : expression({pattern.data(), pattern.size()}, options) {}
  re2::RE2 expression;
};

Query::Query(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;
Query::~Query() = default;

Outcome<Query> Query::create(const SearchWanted& wanted) {
  const std::string_view query = wanted.query;
  if (query.empty() || query.size() > kPatternBytes || !base::is_utf8(query))
    return fail(Cause::kBadPattern, "the query is empty, too long or not UTF-8");
  if (query.find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos)
    return fail(Cause::kBadPattern, "the query has a line end or a NUL");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_literal(wanted.form == SearchWanted::Form::kLiteral);
  options.set_case_sensitive(wanted.letters == SearchWanted::Case::kSensitive);
  options.set_never_nl(true);
  options.set_max_mem(kPatternMemory);
  auto compiled = std::make_unique<Compiled>(query, options);
  // RE2's words about the expression hold nothing but the expression.
  if (!compiled->expression.ok())
    return fail(Cause::kBadPattern, "the query: " + compiled->expression.error());
  if (compiled->expression.ProgramSize() > kPatternInstructions)
    return fail(Cause::kBadPattern, "the query is too large");
  return Query(std::move(compiled));
}

void Query::each(std::string_view text, const Found& found, const GoOn& go_on) const {
  std::uint64_t number = 0;
  while (!text.empty() && go_on()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++number;
    re2::StringPiece match;
    const re2::StringPiece piece(line.data(), std::min(line.size(), kSearchedLineBytes));
    if (!compiled_->expression.Match(piece, 0, piece.size(), re2::RE2::UNANCHORED, &match, 1))
      continue;
    const auto column = static_cast<std::uint64_t>(match.data() - line.data()) + 1;
    if (!found(number, line, column)) return;
  }
}

std::string_view cut_line(std::string_view line) {
  if (line.size() <= kLineBytes) return line;
  std::size_t size = kLineBytes;
  while (size > 0 && (static_cast<unsigned char>(line[size]) & 0xc0u) == 0x80) --size;
  return line.substr(0, size);
}

}  // namespace workspace
