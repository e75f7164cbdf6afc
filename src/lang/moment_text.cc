// SPDX-License-Identifier: Apache-2.0
// Moments as text: repr, str, isoformat, strftime.
#include <fmt/format.h>

#include "lang/moment.h"

namespace lang {
namespace {

constexpr std::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};

int weekday_of(const Moment& m) { return (ordinal_of(m.year, m.month, m.day) + 6) % 7; }

std::string clock_text(const Moment& m, std::string_view precision) {
  std::string out = fmt::format("{:02}", m.hour());
  if (precision == "hours") return out;
  out += fmt::format(":{:02}", m.minute());
  if (precision == "minutes") return out;
  out += fmt::format(":{:02}", m.second());
  if (precision == "milliseconds") out += fmt::format(".{:03}", m.microsecond() / 1000);
  if (precision == "microseconds" || (precision == "auto" && m.microsecond() != 0))
    out += fmt::format(".{:06}", m.microsecond());
  return out;
}

void repr_delta(const Moment& m, std::string& out) {
  std::string parts;
  const auto add = [&](std::string_view name, std::int64_t n) {
    if (n != 0) parts += fmt::format("{}{}={}", parts.empty() ? "" : ", ", name, n);
  };
  add("days", m.days);
  add("seconds", m.micros / kSecond);
  add("microseconds", m.microsecond());
  out += "datetime.timedelta(" + (parts.empty() ? "0" : parts) + ")";
}

void repr_zone(const Moment& m, std::string& out) {
  if (m.is_utc) {
    out += "datetime.timezone.utc";
    return;
  }
  Moment delta(TypeName::kTimedelta);
  delta.days = m.offset < 0 ? -1 : 0;
  delta.micros = m.offset < 0 ? m.offset + kDay : m.offset;
  out += "datetime.timezone(";
  repr_delta(delta, out);
  if (m.name != nullptr) out += ", ", repr_string(m.name->text, out);
  out += ")";
}

std::string zone_name(const Moment& zone) {
  if (zone.name != nullptr) return zone.name->text;
  return zone.offset == 0 ? "UTC" : "UTC" + offset_text(zone.offset, ":");
}

// One directive of strftime; false: there is no such.
bool directive(const Moment& m, char which, std::string& out) {
  const int weekday = weekday_of(m);
  const int of_year = ordinal_of(m.year, m.month, m.day) - ordinal_of(m.year, 1, 1) + 1;
  const auto two = [&](std::int64_t n) { return out = fmt::format("{:02}", n), true; };
  const auto hour12 = (m.hour() + 11) % 12 + 1;
  switch (which) {
    case 'a': out = kDays[weekday].substr(0, 3); return true;
    case 'A': out = kDays[weekday]; return true;
    case 'b':
    case 'h': out = kMonths[m.month - 1].substr(0, 3); return true;
    case 'B': out = kMonths[m.month - 1]; return true;
    case 'C': return two(m.year / 100);
    case 'd': return two(m.day);
    case 'e': out = fmt::format("{:2}", m.day); return true;
    case 'f': out = fmt::format("{:06}", m.microsecond()); return true;
    case 'g': return two(iso_week_of(m).year % 100);
    case 'G': out = std::to_string(iso_week_of(m).year); return true;
    case 'H': return two(m.hour());
    case 'I': return two(hour12);
    case 'j': out = fmt::format("{:03}", of_year); return true;
    case 'k': out = fmt::format("{:2}", m.hour()); return true;
    case 'l': out = fmt::format("{:2}", hour12); return true;
    case 'm': return two(m.month);
    case 'M': return two(m.minute());
    case 'n': out = "\n"; return true;
    case 'p': out = m.hour() < 12 ? "AM" : "PM"; return true;
    case 'P': out = m.hour() < 12 ? "am" : "pm"; return true;
    case 'S': return two(m.second());
    case 't': out = "\t"; return true;
    case 'u': out = std::to_string(weekday + 1); return true;
    case 'U': return two((of_year + 6 - (weekday + 1) % 7) / 7);
    case 'V': return two(iso_week_of(m).week);
    case 'w': out = std::to_string((weekday + 1) % 7); return true;
    case 'W': return two((of_year + 6 - weekday) / 7);
    case 'y': return two(m.year % 100);
    case 'Y': out = std::to_string(m.year); return true;
    case 'z': out = m.zone == nullptr ? "" : offset_text(m.zone->offset, ""); return true;
    case 'Z': out = m.zone == nullptr ? "" : zone_name(*m.zone); return true;
    case '%': out = "%"; return true;
    default: return false;
  }
}
std::string_view composite(char which) {
  switch (which) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'r': return "%I:%M:%S %p";
    case 'R': return "%H:%M";
    case 'T':
    case 'X': return "%H:%M:%S";
    default: return "";
  }
}
// glibc's flags: `-` no padding, `_` blanks, `0` zeros, `^` upper case.
void flagged(char flag, std::string& text) {
  const bool number = !text.empty() && text.find_first_not_of("0123456789 ") == std::string::npos;
  const std::size_t pad =
      number ? std::min(text.find_first_not_of("0 "), text.size() - 1) : std::size_t{0};
  if (flag == '-' && number) text.erase(0, pad);
  if ((flag == '_' || flag == '0') && number)
    for (std::size_t i = 0; i < pad; ++i) text[i] = flag == '_' ? ' ' : '0';
  if (flag == '^')
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

}  // namespace

std::string offset_text(std::int64_t offset, std::string_view colon) {
  const std::int64_t size = offset < 0 ? -offset : offset;
  std::string out = fmt::format("{}{:02}{}{:02}", offset < 0 ? '-' : '+', size / (3600 * kSecond),
                                colon, size / (60 * kSecond) % 60);
  if (size % (60 * kSecond) != 0) out += fmt::format("{}{:02}", colon, size / kSecond % 60);
  if (size % kSecond != 0) out += fmt::format(".{:06}", size % kSecond);
  return out;
}

void moment_repr(const Moment& m, std::string& out) {
  if (m.type == TypeName::kTimedelta) return repr_delta(m, out);
  if (m.type == TypeName::kTimezone) return repr_zone(m, out);
  const std::string_view name = kTypeRows[static_cast<std::size_t>(m.type)].name;
  out += fmt::format("datetime.{}(", name);
  if (m.has_date()) out += fmt::format("{}, {}, {}", m.year, m.month, m.day);
  if (m.has_time()) {
    out += fmt::format("{}{}, {}", m.has_date() ? ", " : "", m.hour(), m.minute());
    if (m.micros % (60 * kSecond) != 0) out += fmt::format(", {}", m.second());
    if (m.microsecond() != 0) out += fmt::format(", {}", m.microsecond());
    if (m.fold) out += ", fold=1";
    if (m.zone != nullptr) out += ", tzinfo=", repr_zone(*m.zone, out);
  }
  out += ")";
}

std::string moment_text(const Moment& m) {
  if (m.type == TypeName::kTimezone) return zone_name(m);
  if (m.type == TypeName::kTimedelta) {
    std::string out;
    if (m.days != 0)
      out = fmt::format("{} day{}, ", m.days, m.days == 1 || m.days == -1 ? "" : "s");
    out += fmt::format("{}:{:02}:{:02}", m.hour(), m.minute(), m.second());
    return m.microsecond() == 0 ? out : out + fmt::format(".{:06}", m.microsecond());
  }
  std::string out;
  if (m.has_date()) out = fmt::format("{:04}-{:02}-{:02}", m.year, m.month, m.day);
  if (m.has_date() && m.has_time()) out += " ";
  if (m.has_time()) out += clock_text(m, "auto");
  return m.zone == nullptr ? out : out + offset_text(m.zone->offset, ":");
}

bool iso_text(Run& run, const Moment& m, std::string_view separator, std::string_view precision,
              std::string& out) {
  static constexpr std::string_view kKnown[] = {"auto",    "hours",        "minutes",
                                                "seconds", "milliseconds", "microseconds"};
  if (std::find(std::begin(kKnown), std::end(kKnown), precision) == std::end(kKnown))
    return run.value_error("Unknown timespec value");
  if (m.has_date()) out = fmt::format("{:04}-{:02}-{:02}", m.year, m.month, m.day);
  if (m.has_date() && m.has_time()) out += separator;
  if (m.has_time()) out += clock_text(m, precision);
  if (m.zone != nullptr) out += offset_text(m.zone->offset, ":");
  return true;
}

bool moment_format(Run& run, const Moment& m, std::string_view format, std::string& out) {
  Moment from(m.type);
  from.year = m.has_date() ? m.year : 1900;
  from.month = m.has_date() ? m.month : 1;
  from.day = m.has_date() ? m.day : 1;
  from.micros = m.micros;
  from.zone = m.zone;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%' || at + 1 == format.size()) {
      out += format[at];
      continue;
    }
    const std::size_t begin = at++;
    const char flag = std::string_view("-_0^").find(format[at]) != std::string_view::npos &&
                              at + 1 < format.size()
                          ? format[at++]
                          : '\0';
    std::string text;
    if (const std::string_view parts = composite(format[at]); !parts.empty()) {
      if (!moment_format(run, from, parts, text)) return false;
    } else if (!directive(from, format[at], text)) {
      text = format.substr(begin, at - begin + 1);
    }
    flagged(flag, text);
    out += text;
    if (!run.string_room(out.size()) || !run.charge(1)) return false;
  }
  return true;
}

}  // namespace lang
