// SPDX-License-Identifier: Apache-2.0
// How arguments of our own functions are taken.
#include "lang/native.h"

namespace lang {
namespace {

bool holds(std::string_view words, std::string_view word) {
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

bool unexpected(Run& run, std::string_view function, std::string_view keyword) {
  return run.type_error(std::string(function) + "() got an unexpected keyword argument '" +
                        std::string(keyword) + "'");
}

}  // namespace

bool arity(Run& run, const Arguments& a, std::string_view name, std::size_t least, std::size_t most,
           std::string_view keywords) {
  for (const auto& [keyword, v] : a.keywords)
    if (!holds(keywords, keyword)) return unexpected(run, name, keyword);
  if (a.size() >= least && a.size() <= most) return true;
  return run.type_error(std::string(name) + "() takes " + std::to_string(least) +
                        (most == least ? "" : " to " + std::to_string(most)) + " arguments (" +
                        std::to_string(a.size()) + " given)");
}

bool named(Run& run, const Arguments& a, std::string_view function, std::size_t skip,
           std::size_t least, std::span<const std::string_view> names, std::span<const Value*> out,
           std::size_t positional) {
  const std::size_t most = std::min(names.size(), positional);
  if (a.size() > skip + most)
    return run.type_error(std::string(function) + "() takes at most " + std::to_string(most) +
                          " arguments (" + std::to_string(a.size() - skip) + " given)");
  for (std::size_t i = 0; i + skip < a.size(); ++i) out[i] = &a.list[i + skip];
  for (const auto& [keyword, v] : a.keywords) {
    std::size_t i = 0;
    while (i < names.size() && names[i] != keyword) ++i;
    if (i == names.size()) return unexpected(run, function, keyword);
    if (out[i] != nullptr)
      return run.type_error(std::string(function) + "() got multiple values for argument '" +
                            std::string(keyword) + "'");
    out[i] = &v;
  }
  for (std::size_t i = 0; i < least; ++i)
    if (out[i] == nullptr)
      return run.type_error(std::string(function) + "() missing required argument '" +
                            std::string(names[i]) + "'");
  return true;
}

}  // namespace lang
