// SPDX-License-Identifier: Apache-2.0
// Moments from text: fromisoformat (as of 3.11) and strptime.
#include <re2/re2.h>

#include <array>

#include "lang/moment.h"

namespace lang {
namespace {

// Reads digits of fixed width.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool digits(std::size_t count, std::int64_t& out) {
    if (text_.size() - at_ < count) return false;
    out = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const char c = text_[at_ + i];
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    at_ += count;
    return true;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool end() const { return at_ == text_.size(); }
  char next() const { return end() ? '\0' : text_[at_]; }
  void skip() { ++at_; }
  std::string_view rest() const { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

struct Parsed {
  std::int64_t year = 1, month = 1, day = 1;
  std::array<std::int64_t, 4> clock{};
  bool aware = false;
  std::int64_t offset = 0;
};

// YYYY-MM-DD, YYYYMMDD, YYYY-Www[-D], YYYYWww[D].
bool read_date(std::string_view text, Parsed& out) {
  Reader in(text);
  if (!in.digits(4, out.year)) return false;
  const bool dashes = in.take('-');
  if (!in.take('W')) {
    if (!in.digits(2, out.month) || (dashes && !in.take('-')) || !in.digits(2, out.day))
      return false;
    return in.end();
  }
  std::int64_t week = 0, day = 1;
  if (!in.digits(2, week)) return false;
  if (!in.end() && ((dashes && !in.take('-')) || !in.digits(1, day) || !in.end())) return false;
  const auto ordinal =
      ordinal_of_week(static_cast<std::int32_t>(out.year), static_cast<std::int32_t>(week),
                      static_cast<std::int32_t>(day));
  if (!ordinal || *ordinal < 1 || *ordinal > kMostOrdinal) return false;
  std::int32_t y = 0, m = 0, d = 0;
  date_of(*ordinal, y, m, d);
  out.year = y;
  out.month = m;
  out.day = d;
  return true;
}

// HH[:MM[:SS[.fff[fff]]]] with or without colons.
bool read_clock(std::string_view text, std::array<std::int64_t, 4>& out) {
  Reader in(text);
  if (!in.digits(2, out[0])) return false;
  if (in.end()) return true;
  const bool colons = in.next() == ':';
  for (std::size_t i = 1; i < 3 && !in.end(); ++i)
    if ((colons && !in.take(':')) || !in.digits(2, out[i])) return false;
  if (in.end()) return true;
  if (!in.take('.') && !in.take(',')) return false;
  std::int64_t scale = 100'000;
  std::size_t count = 0;
  for (; in.next() >= '0' && in.next() <= '9'; in.skip(), ++count, scale /= 10)
    out[3] += (in.next() - '0') * scale;
  return count > 0 && in.end();
}

bool read_time(std::string_view text, Parsed& out) {
  const std::size_t at = text.find_first_of("+-Z");
  if (!read_clock(text.substr(0, at), out.clock)) return false;
  if (at == std::string_view::npos) return true;
  out.aware = true;
  if (text[at] == 'Z') return at + 1 == text.size();
  std::array<std::int64_t, 4> parts{};
  if (!read_clock(text.substr(at + 1), parts)) return false;
  out.offset = ((parts[0] * 60 + parts[1]) * 60 + parts[2]) * kSecond + parts[3];
  if (text[at] == '-') out.offset = -out.offset;
  return true;
}

bool build(Run& run, const Parsed& parsed, TypeName type, Value& out) {
  Moment* made = nullptr;
  if (type == TypeName::kTime) made = run.heap.make<Moment>(type);
  else if (!make_date(run, parsed.year, parsed.month, parsed.day, type, made)) return false;
  const std::int64_t parts[] = {parsed.clock[0], parsed.clock[1], parsed.clock[2], parsed.clock[3]};
  if (type != TypeName::kDate && !set_time(run, *made, parts)) return false;
  if (parsed.aware) {
    Value zone;
    if (!make_zone(run, parsed.offset, nullptr, zone)) return false;
    made->zone = as<Moment>(zone);
  }
  out = Value::object(made);
  return true;
}

// Where the time of an ISO text begins, its separator skipped; npos: there is none.
std::size_t time_at(std::string_view text) {
  if (text.size() <= 7) return std::string_view::npos;
  const bool dashes = text[4] == '-';
  std::size_t date = 0;
  const std::size_t week = dashes ? 5 : 4;
  if (text.size() > week && text[week] == 'W') {
    date = week + 3;
    if (dashes && text.size() > date + 1 && text[date] == '-') date += 2;
    else if (!dashes && date < text.size()) {
      std::size_t digits = date;
      while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
      // YYYYWwwD: an odd number of digits follows the year.
      if ((digits - 5) % 2 == 1) ++date;
    }
  } else {
    date = dashes ? 10 : 8;
  }
  return date;
}

bool not_iso(Run& run, std::string_view text) {
  std::string shown;
  repr_string(std::string(text), shown);
  return run.value_error("Invalid isoformat string: " + shown);
}

}  // namespace

bool moment_iso(Run& run, std::string_view text, TypeName type, Value& out) {
  Parsed parsed;
  if (!run.charge(4)) return false;
  if (type == TypeName::kTime) {
    const std::string_view clock = text.starts_with('T') ? text.substr(1) : text;
    return read_time(clock, parsed) ? build(run, parsed, type, out) : not_iso(run, text);
  }
  if (type == TypeName::kDate)
    return read_date(text, parsed) ? build(run, parsed, type, out) : not_iso(run, text);
  if (text.size() < 7) return not_iso(run, text);
  const std::size_t date = time_at(text);
  if (!read_date(text.substr(0, date), parsed)) return not_iso(run, text);
  if (date < text.size()) {
    std::size_t clock = date;
    decode_point(text, clock);  // any one character separates
    if (clock >= text.size() || !read_time(text.substr(clock), parsed)) return not_iso(run, text);
  }
  return build(run, parsed, type, out);
}

namespace {

constexpr std::string_view kMonthNames[] = {"january",   "february", "march",    "april",
                                            "may",       "june",     "july",     "august",
                                            "september", "october",  "november", "december"};
constexpr std::string_view kDayNames[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};

std::string names(std::span<const std::string_view> words, bool whole) {
  std::string out;
  for (const std::string_view word : words)
    out += (out.empty() ? "" : "|") + std::string(whole ? word : word.substr(0, 3));
  return out;
}
std::int64_t place(std::span<const std::string_view> words, std::string_view text) {
  std::string low(text);
  for (char& c : low) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == low || words[i].substr(0, 3) == low) return static_cast<std::int64_t>(i);
  return -1;
}

// What a directive admits; empty: there is no such.
std::string pattern_of(char which) {
  switch (which) {
    case 'd': return "3[0-1]|[1-2]\\d|0[1-9]|[1-9]| [1-9]";
    case 'f': return "[0-9]{1,6}";
    case 'H': return "2[0-3]|[0-1]\\d|\\d";
    case 'I': return "1[0-2]|0[1-9]|[1-9]";
    case 'j': return "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]";
    case 'm': return "1[0-2]|0[1-9]|[1-9]";
    case 'M': return "[0-5]\\d|\\d";
    case 'S': return "6[0-1]|[0-5]\\d|\\d";
    case 'y': return "\\d\\d";
    case 'Y': return "\\d\\d\\d\\d";
    case 'z': return "[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z";
    case 'Z': return "gmt|utc";
    case 'p': return "am|pm";
    case 'b': return names(kMonthNames, false);
    case 'B': return names(kMonthNames, true);
    case 'a': return names(kDayNames, false);
    case 'A': return names(kDayNames, true);
    case 'w': return "[0-6]";
    case 'u': return "[1-7]";
    default: return "";
  }
}

bool to_pattern(Run& run, const std::string& format, std::string& out, std::string& order) {
  std::string expanded;
  for (std::size_t at = 0; at < format.size(); ++at) {
    const char next = format[at] == '%' && at + 1 < format.size() ? format[at + 1] : '\0';
    if (next == 'c') expanded += "%a %b %d %H:%M:%S %Y", ++at;
    else if (next == 'x') expanded += "%m/%d/%y", ++at;
    else if (next == 'X') expanded += "%H:%M:%S", ++at;
    else if (next != '\0') expanded += format.substr(at++, 2);
    else expanded += format[at];
  }
  for (std::size_t at = 0; at < expanded.size(); ++at) {
    const char c = expanded[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      if (!out.ends_with("\\s+")) out += "\\s+";
      continue;
    }
    if (c != '%') {
      out += re2::RE2::QuoteMeta(std::string(1, c));
      continue;
    }
    if (++at == expanded.size()) return run.value_error("stray % in format '" + format + "'");
    if (expanded[at] == '%') {
      out += "%";
      continue;
    }
    const std::string pattern = pattern_of(expanded[at]);
    if (pattern.empty())
      return run.value_error("'" + std::string(1, expanded[at]) +
                             "' is a bad directive in format '" + format + "'");
    if (order.find(expanded[at]) != std::string::npos)
      return run.value_error("a directive stands twice in the format '" + format + "'");
    order += expanded[at];
    out += "(" + pattern + ")";
  }
  return true;
}

struct Fields {
  Parsed parsed;
  std::int64_t hour12 = -1, half = -1, of_year = -1;
  bool has_date = false;
};

void read_offset(std::string_view text, Fields& out) {
  out.parsed.aware = true;
  if (text == "Z" || text == "z") return;
  std::string digits;
  std::int64_t micros = 0, scale = 100'000;
  const std::size_t point = text.find('.');
  for (const char c : text.substr(0, point))
    if (c >= '0' && c <= '9') digits += c;
  if (point != std::string_view::npos)
    for (const char c : text.substr(point + 1))
      micros += (c - '0') * std::exchange(scale, scale / 10);
  const auto pair = [&](std::size_t i) {
    return digits.size() < i + 2 ? 0 : std::int64_t{decimal(digits.substr(i, 2))};
  };
  const std::int64_t size = (pair(0) * 3600 + pair(2) * 60 + pair(4)) * kSecond + micros;
  out.parsed.offset = text[0] == '-' ? -size : size;
}

void read_field(char which, std::string_view text, Fields& out) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  Parsed& p = out.parsed;
  const std::int64_t n = decimal(text);
  switch (which) {
    case 'Y': p.year = n; break;
    case 'y': p.year = n <= 68 ? 2000 + n : 1900 + n; break;
    case 'm': p.month = n; break;
    case 'B':
    case 'b': p.month = place(kMonthNames, text) + 1; break;
    case 'd': p.day = n; break;
    case 'j': out.of_year = n; break;
    case 'H': p.clock[0] = n; break;
    case 'I': out.hour12 = n; break;
    case 'p': out.half = (text[0] | 0x20) == 'p' ? 1 : 0; break;
    case 'M': p.clock[1] = n; break;
    case 'S': p.clock[2] = n; break;
    case 'f':
      p.clock[3] = n;
      for (std::size_t i = text.size(); i < 6; ++i) p.clock[3] *= 10;
      break;
    case 'z': read_offset(text, out); break;
    case 'Z': break;
    default: break;
  }
}

}  // namespace

// LIMIT: %G %V %U %W (weeks) are not read.
bool moment_strptime(Run& run, const std::string& text, const std::string& format, Value& out) {
  std::string pattern, order, shown, wanted;
  if (format.size() > 1000) return run.limit("strptime format of more than 1,000 bytes");
  if (!to_pattern(run, format, pattern, order)) return false;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_case_sensitive(false);
  options.set_max_mem(1 << 20);
  const re2::RE2 program(pattern, options);
  if (!program.ok() || !run.charge(pattern.size() + text.size() / 16))
    return program.ok() ? false : run.limit("strptime format");
  std::vector<re2::StringPiece> groups(order.size() + 1);
  repr_string(text, shown);
  repr_string(format, wanted);
  if (!program.Match(text, 0, text.size(), re2::RE2::ANCHOR_START, groups.data(),
                     static_cast<int>(groups.size())))
    return run.value_error("time data " + shown + " does not match format " + wanted);
  if (groups[0].size() != text.size())
    return run.value_error("unconverted data remains: " + text.substr(groups[0].size()));
  Fields fields;
  fields.parsed.year = 1900;
  for (std::size_t i = 0; i < order.size(); ++i)
    read_field(order[i], {groups[i + 1].data(), groups[i + 1].size()}, fields);
  Parsed& p = fields.parsed;
  if (fields.hour12 >= 0) p.clock[0] = fields.hour12 % 12 + (fields.half > 0 ? 12 : 0);
  if (fields.of_year > 0) {
    Moment* day = nullptr;
    if (!make_ordinal(run, ordinal_of(static_cast<std::int32_t>(p.year), 1, 1) + fields.of_year - 1,
                      TypeName::kDate, day))
      return false;
    p.year = day->year;
    p.month = day->month;
    p.day = day->day;
  }
  return build(run, p, TypeName::kDatetime, out);
}

}  // namespace lang
