// SPDX-License-Identifier: Apache-2.0
// Steps as lines of the journal.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/bytes.h"
#include "runner/workspace/history.h"

namespace workspace {
namespace {

constexpr std::string_view kNames[] = {"write", "create", "delete", "move", "mkdir"};
constexpr std::size_t kSumDigits = 16;

std::string digest_text(const std::optional<base::Digest>& digest) {
  return digest ? base::hex(base::view(*digest)) : "-";
}

std::string path_text(const Path& path) { return path.is_root() ? "-" : base::hex(path.text()); }

std::string sum_of(std::string_view fields) {
  return base::hex(base::view(base::sha256({fields}))).substr(0, kSumDigits);
}

// Takes the fields of a line one after another; anything odd makes it bad for good.
class Fields {
 public:
  explicit Fields(std::string_view text) : text_(text) {}
  bool good() const { return good_ && text_.empty(); }

  template <class T> T number(int base = 10) {
    const std::string_view field = next();
    T value{};
    const auto [end, error] =
        std::from_chars(field.data(), field.data() + field.size(), value, base);
    if (error != std::errc() || end != field.data() + field.size()) good_ = false;
    return value;
  }
  Act act() {
    const auto* at = std::find(std::begin(kNames), std::end(kNames), next());
    if (at == std::end(kNames)) return good_ = false, Act::kWrite;
    return static_cast<Act>(at - std::begin(kNames));
  }
  Path path() {
    const std::string_view field = next();
    if (field == "-") return {};
    const auto text = base::unhex(field);
    auto path = Path::parse(text.value_or(""));
    if (!path.ok()) return good_ = false, Path();
    return std::move(*path);
  }
  std::optional<base::Digest> digest() {
    const std::string_view field = next();
    if (field == "-") return std::nullopt;
    const auto bytes = base::unhex(field);
    base::Digest out{};
    if (!bytes || bytes->size() != out.size()) return good_ = false, std::nullopt;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
  }

 private:
  std::string_view next() {
    const std::string_view field = text_.substr(0, text_.find(' '));
    text_.remove_prefix(std::min(field.size() + 1, text_.size()));
    if (field.empty()) good_ = false;
    return field;
  }
  std::string_view text_;
  bool good_ = true;
};

}  // namespace

std::string_view name_of(Act act) { return kNames[static_cast<std::size_t>(act)]; }

std::string line_of(const Step& s) {
  const std::string fields = fmt::format(
      "{} {} {} {} {} {} {} {:o} {} {}", s.number, name_of(s.act), s.wall_us, path_text(s.path),
      path_text(s.to), digest_text(s.before), digest_text(s.after), s.mode, s.bytes, s.undoes);
  return fmt::format("{} {}\n", fields, sum_of(fields));
}

std::optional<Step> step_of(std::string_view line) {
  if (!line.ends_with('\n') || line.size() < kSumDigits + 2) return std::nullopt;
  const std::string_view sum = line.substr(line.size() - kSumDigits - 1, kSumDigits);
  line.remove_suffix(kSumDigits + 1);
  if (!line.ends_with(' ')) return std::nullopt;
  line.remove_suffix(1);
  if (sum != sum_of(line)) return std::nullopt;
  Fields f(line);
  Step s;
  s.number = f.number<std::uint64_t>();
  s.act = f.act();
  s.wall_us = f.number<std::int64_t>();
  s.path = f.path();
  s.to = f.path();
  s.before = f.digest();
  s.after = f.digest();
  s.mode = f.number<mode_t>(8);
  s.bytes = f.number<std::uint64_t>();
  s.undoes = f.number<std::uint64_t>();
  if (!f.good() || s.number == 0 || s.path.is_root()) return std::nullopt;
  return s;
}

}  // namespace workspace
