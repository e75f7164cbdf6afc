// SPDX-License-Identifier: Apache-2.0
#include "audit/entry.h"

#include <algorithm>

#include "audit/entry_visit.h"
#include "audit/little_endian.h"
#include "base/bytes.h"

namespace audit {
namespace {

constexpr std::size_t kPresenceAt = 1 + 1 + 8 + 8;  // version, kind, sequence, wall time
constexpr std::size_t kFixedBytes = kPresenceAt + 8;

// What a text may hold: nothing that could move a cursor or hide another text.
bool clean(std::string_view s) {
  const bool plain = std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return plain || base::printable(s) == s;
}
bool is_name(std::string_view s) {
  return !s.empty() && s.size() <= base::limits::kNameBytes && clean(s);
}
bool lower_hex(std::string_view s) {
  return std::all_of(s.begin(), s.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
// W3C Trace Context §3.2.2: 00-<trace 32>-<span 16>-<flags 2>, lower-case hexadecimal.
bool is_traceparent(std::string_view s) {
  return s.size() == 55 && s.starts_with("00-") && s[35] == '-' && s[52] == '-' &&
         lower_hex(s.substr(3, 32)) && lower_hex(s.substr(36, 16)) && lower_hex(s.substr(53));
}

template <class T>
concept Number = std::unsigned_integral<T>;
template <class T>
concept Choice = std::is_enum_v<T>;

bool absent(Number auto v) { return v == 0; }
bool absent(Choice auto v) { return static_cast<unsigned>(v) == 0; }
template <class Tag> bool absent(const base::Id<Tag>& v) { return v.value == 0; }
bool absent(const std::string& v) { return v.empty(); }
bool absent(const Detail& v) { return v.text().empty(); }
bool absent(const base::Digest& v) { return v == base::Digest{}; }
template <class T> bool absent(const std::vector<T>& v) { return v.empty(); }

bool fits(const FieldInfo&, Number auto) { return true; }
bool fits(const FieldInfo&, Choice auto v) { return name_of(v) != "?"; }
template <class Tag> bool fits(const FieldInfo&, const base::Id<Tag>&) { return true; }
bool fits(const FieldInfo&, const base::Digest&) { return true; }
bool fits(const FieldInfo& info, const std::string& v) {
  if (info.field == Field::kTraceparent) return is_traceparent(v);
  return v.size() <= info.most && clean(v);
}
bool fits(const FieldInfo& info, const Detail& v) { return fits(info, v.text()); }
bool fits(const FieldInfo& info, const std::vector<std::uint16_t>& v) {
  return v.size() <= info.most && std::find(v.begin(), v.end(), 0) == v.end();
}
bool fits(const FieldInfo& info, const std::vector<std::string>& v) {
  const bool ascending = std::adjacent_find(v.begin(), v.end(), std::greater_equal<>()) == v.end();
  return v.size() <= info.most && ascending && std::all_of(v.begin(), v.end(), is_name);
}

base::Error bad_field(std::string_view name, std::string_view why) {
  return base::invalid("entry field `" + std::string(name) + "` " + std::string(why));
}

// The name of the lowest field in `bits`.
std::string_view first_name(std::uint64_t bits) {
  static const Entry empty;
  std::string_view found = "?";
  visit(empty, [&](const FieldInfo& info, const auto&) {
    if (found == "?" && (bits & bit(info.field)) != 0) found = info.name;
  });
  return found;
}

base::Status check_kind(Kind kind, std::uint64_t presence) {
  const KindRule* rule = rule_of(kind);
  if (rule == nullptr) return base::invalid("entry kind is unknown");
  if (const auto missing = rule->required & ~presence; missing != 0)
    return bad_field(first_name(missing), "is missing");
  if (const auto extra = presence & ~rule->allowed; extra != 0)
    return bad_field(first_name(extra), "does not belong to this kind");
  return base::ok();
}

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}
  template <class T> void operator()(const FieldInfo& info, const T& v) {
    if (absent(v)) return;
    if (!fits(info, v) && wrong_.empty()) wrong_ = info.name;
    presence_ |= bit(info.field);
    if (wrong_.empty()) put(v);
  }
  std::uint64_t presence() const { return presence_; }
  std::string_view wrong() const { return wrong_; }

 private:
  void put(Number auto v) { put_le(out_, v); }
  void put(Choice auto v) { put_le(out_, static_cast<std::uint8_t>(v)); }
  template <class Tag> void put(const base::Id<Tag>& v) { put_le(out_, v.value); }
  void put(const base::Digest& v) { out_ += base::view(v); }
  void put(const Detail& v) { put(v.text()); }
  void put(const std::string& v) {
    put_le(out_, static_cast<std::uint16_t>(v.size()));
    out_ += v;
  }
  template <class T> void put(const std::vector<T>& v) {
    put_le(out_, static_cast<std::uint8_t>(v.size()));
    for (const T& item : v) put(item);
  }

  std::string& out_;
  std::uint64_t presence_ = 0;
  std::string_view wrong_;
};

class Decoder {
 public:
  Decoder(std::string_view in, std::uint64_t presence) : in_(in), presence_(presence) {}
  template <class T> void operator()(const FieldInfo& info, T& v) {
    known_ |= bit(info.field);
    if ((presence_ & bit(info.field)) == 0) return clear(v);
    if (!wrong_.empty()) return;
    if (!get(v, info.most) || absent(v) || !fits(info, v)) wrong_ = info.name;
  }
  base::Status end() const {
    if (!wrong_.empty()) return bad_field(wrong_, "is malformed");
    if ((presence_ & ~known_) != 0) return base::invalid("entry has an unknown field");
    if (!in_.empty()) return base::invalid("entry has bytes after its last field");
    return base::ok();
  }

 private:
  template <class T> static void clear(T& v) { v = T{}; }
  static void clear(std::string& v) { v.clear(); }
  template <class T> static void clear(std::vector<T>& v) { v.clear(); }

  // Takes `n` bytes off the front into `out`; false if there are fewer.
  bool take(std::size_t n, std::string_view& out) {
    if (in_.size() < n) return false;
    out = in_.substr(0, n);
    in_.remove_prefix(n);
    return true;
  }
  template <Number T> bool get(T& v, std::size_t) {
    std::string_view bytes;
    if (!take(sizeof(T), bytes)) return false;
    v = get_le<T>(bytes);
    return true;
  }
  template <Choice T> bool get(T& v, std::size_t) {
    std::uint8_t n = 0;
    if (!get(n, 0)) return false;
    v = static_cast<T>(n);
    return true;
  }
  template <class Tag> bool get(base::Id<Tag>& v, std::size_t) { return get(v.value, 0); }
  bool get(base::Digest& v, std::size_t) {
    std::string_view bytes;
    if (!take(v.size(), bytes)) return false;
    std::copy(bytes.begin(), bytes.end(), v.begin());
    return true;
  }
  bool text(std::string_view& v, std::size_t most) {
    std::uint16_t n = 0;
    return get(n, 0) && n <= most && take(n, v);
  }
  bool get(std::string& v, std::size_t most) {
    std::string_view bytes;
    if (!text(bytes, most)) return false;
    v.assign(bytes);
    return true;
  }
  bool get(Detail& v, std::size_t most) {
    std::string_view bytes;
    if (!text(bytes, most)) return false;
    Detail::read_back(bytes, v);
    return true;
  }
  template <class T> bool get(std::vector<T>& v, std::size_t most) {
    std::uint8_t n = 0;
    if (!get(n, 0) || n > most) return false;
    v.resize(n);
    return std::all_of(v.begin(), v.end(),
                       [this](T& item) { return get(item, base::limits::kNameBytes); });
  }

  std::string_view in_;
  std::uint64_t presence_;
  std::uint64_t known_ = 0;
  std::string_view wrong_;
};

base::Status encode_checked(const Entry& e, std::string& out) {
  const std::size_t start = out.size();
  if (e.wall_us < 0) return base::invalid("entry time lies before 1970");
  put_le(out, kEntryVersion);
  put_le(out, static_cast<std::uint8_t>(e.kind));
  put_le(out, e.sequence);
  put_le(out, static_cast<std::uint64_t>(e.wall_us));
  put_le(out, std::uint64_t{0});
  Encoder encoder(out);
  visit(e, encoder);
  if (!encoder.wrong().empty())
    return bad_field(encoder.wrong(), "is out of its bound, not printable or not in order");
  TRY(check_kind(e.kind, encoder.presence()));
  if (out.size() - start > kEntryBytes) return base::invalid("entry is too large");
  std::string presence;
  put_le(presence, encoder.presence());
  out.replace(start + kPresenceAt, presence.size(), presence);
  return base::ok();
}

}  // namespace

void put_names(std::vector<std::string_view> names, std::vector<std::string>& field,
               std::uint32_t& omitted) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  field.clear();
  for (const std::string_view name : names) {
    if (field.size() < kLabelNames && is_name(name)) field.emplace_back(name);
    else ++omitted;
  }
}

base::Status encode(const Entry& e, std::string& out) {
  const std::size_t before = out.size();
  auto status = encode_checked(e, out);
  if (!status.ok()) out.resize(before);
  return status;
}

base::Status decode(std::string_view bytes, Entry& out) {
  if (bytes.size() < kFixedBytes) return base::invalid("entry is cut short");
  if (bytes.size() > kEntryBytes) return base::invalid("entry is too large");
  if (get_le<std::uint8_t>(bytes) != kEntryVersion)
    return base::invalid("entry version is unknown");
  out.kind = static_cast<Kind>(get_le<std::uint8_t>(bytes.substr(1)));
  out.sequence = get_le<std::uint64_t>(bytes.substr(2));
  out.wall_us = static_cast<std::int64_t>(get_le<std::uint64_t>(bytes.substr(10)));
  if (out.wall_us < 0) return base::invalid("entry time is out of range");
  const auto presence = get_le<std::uint64_t>(bytes.substr(kPresenceAt));
  Decoder decoder(bytes.substr(kFixedBytes), presence);
  visit(out, decoder);
  TRY(decoder.end());
  return check_kind(out.kind, presence);
}

}  // namespace audit
