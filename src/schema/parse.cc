// SPDX-License-Identifier: Apache-2.0
#include "schema/parse.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <boost/json/basic_parser_impl.hpp>

#include "schema/number.h"
#include "schema/refusal.h"

namespace schema {
namespace {

using Code = boost::json::error_code;

bool is_separator(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

bool is_number_character(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Where the string that begins at `start` ends: at the first quote that no backslash escapes, which
// is one behind an even number of them.
std::size_t closing_quote(std::string_view text, std::size_t start) {
  std::size_t at = text.find('"', start + 1);
  for (;; at = text.find('"', at + 1)) {
    const std::size_t before = text.find_last_not_of('\\', at - 1);
    if ((at - before) % 2 == 1) return at;
  }
}

// An exponent or 300 digits are needed to leave the range of a double.
bool may_overflow(std::string_view number) {
  return number.size() > 300 || number.find_first_of("eE") != std::string_view::npos;
}

}  // namespace

// Receives the scanner's events and builds the value. The scanner says what it saw, not where; the
// place follows from the end of the token before, because it has already checked the grammar.
class Target {
 public:
  static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_string_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_key_size = std::numeric_limits<std::size_t>::max();

  Target(std::string_view text, const ParseLimits& limits) : text_(text), limits_(limits) {}

  // For the caller, after the scan.
  const std::optional<Refusal>& refusal() const { return refusal_; }
  Value take() { return std::move(values_.front()); }
  Stop stop(std::size_t offset, Stop::Complaint complaint) const {
    const bool open = !frames_.empty();
    return {.cursor = cursor_,
            .offset = offset,
            .after = after_,
            .complaint = complaint,
            .in_array = open && !frames_.back().object,
            .in_object = open && frames_.back().object};
  }

  // The events, named by boost::json::basic_parser. False with `ec` set ends the scan.
  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_array_begin(Code&) { return open(false, Stop::After::kArrayBegin); }
  bool on_object_begin(Code&) { return open(true, Stop::After::kObjectBegin); }
  bool on_array_end(std::size_t count, Code& ec);
  bool on_object_end(std::size_t count, Code& ec);
  bool on_string_part(boost::json::string_view s, std::size_t, Code&) { return gather(s); }
  bool on_key_part(boost::json::string_view s, std::size_t, Code&) { return gather(s); }
  bool on_string(boost::json::string_view s, std::size_t, Code& ec);
  bool on_key(boost::json::string_view s, std::size_t, Code& ec);
  bool on_number_part(boost::json::string_view, Code&) { return true; }
  // SECURITY: the number is kept as its text; the scanner's own conversion is not exact.
  bool on_int64(std::int64_t, boost::json::string_view s, Code& ec) { return number(s, ec); }
  bool on_uint64(std::uint64_t, boost::json::string_view s, Code& ec) { return number(s, ec); }
  bool on_double(double, boost::json::string_view s, Code& ec) { return number(s, ec); }
  bool on_bool(bool value, Code& ec) { return add(Value::Data(value), skip(value ? 4 : 5), ec); }
  bool on_null(Code& ec) { return add(Value::Data(), skip(4), ec); }
  bool on_comment_part(boost::json::string_view, Code&) { return false; }
  bool on_comment(boost::json::string_view, Code&) { return false; }

 private:
  struct Frame {
    std::uint32_t offset;
    bool object;
  };
  struct Key {
    std::string text;
    std::uint32_t offset;
  };

  std::uint32_t token_start() const {
    std::size_t at = cursor_;
    while (is_separator(text_[at])) ++at;
    return static_cast<std::uint32_t>(at);
  }
  std::uint32_t skip(std::size_t length) {
    const std::uint32_t start = token_start();
    cursor_ = start + length;
    return start;
  }
  bool gather(boost::json::string_view part) {
    part_.append(part.data(), part.size());
    return true;
  }
  bool open(bool object, Stop::After after) {
    frames_.push_back({skip(1), object});
    after_ = after;
    return true;
  }
  std::string whole(boost::json::string_view last, std::uint32_t start);
  bool number(boost::json::string_view last, Code& ec);
  bool add(Value::Data data, std::uint32_t offset, Code& ec);
  bool refuse_clash(const Object::Clash& clash, std::size_t first_key, Code& ec);
  bool refuse(Refusal refusal, Code& ec) {
    refusal_ = std::move(refusal);
    ec = boost::json::make_error_code(boost::json::error::syntax);
    return false;
  }

  std::string_view text_;
  const ParseLimits& limits_;
  std::vector<Value> values_;  // finished values whose container is open
  std::vector<Key> keys_;      // keys of open objects; the last may wait for its value
  std::vector<Frame> frames_;
  std::string part_;  // the parts of an escaped or long string so far
  std::size_t cursor_ = 0;
  std::size_t count_ = 0;
  Stop::After after_ = Stop::After::kStart;
  std::optional<Refusal> refusal_;
};

bool Target::add(Value::Data data, std::uint32_t offset, Code& ec) {
  after_ = Stop::After::kValue;
  if (++count_ > limits_.max_values) {
    return refuse({Fault::kSize, offset, "one value more than the limit",
                   fmt::format("at most {} values", limits_.max_values)},
                  ec);
  }
  values_.push_back(Value(std::move(data), offset));
  return true;
}

bool Target::on_array_end(std::size_t count, Code& ec) {
  skip(1);
  const Frame frame = frames_.back();
  frames_.pop_back();
  const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
  Array items(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
  values_.erase(first, values_.end());
  return add(Value::Data(std::move(items)), frame.offset, ec);
}

bool Target::on_object_end(std::size_t count, Code& ec) {
  skip(1);
  const Frame frame = frames_.back();
  frames_.pop_back();
  const std::size_t first_key = keys_.size() - count;
  const std::size_t first_value = values_.size() - count;
  std::vector<Member> members;
  members.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    members.push_back({std::move(keys_[first_key + i].text), std::move(values_[first_value + i])});
  }
  Object object(std::move(members));
  if (const auto clash = object.clash()) {
    for (std::size_t i = 0; i < count; ++i) keys_[first_key + i].text = object.begin()[i].key;
    if (clash->identical || limits_.case_variants == CaseVariants::kRefuse) {
      return refuse_clash(*clash, first_key, ec);
    }
  }
  keys_.resize(first_key);
  values_.resize(first_value);
  return add(Value::Data(std::move(object)), frame.offset, ec);
}

bool Target::refuse_clash(const Object::Clash& clash, std::size_t first_key, Code& ec) {
  const Key& earlier = keys_[first_key + clash.first];
  const Key& later = keys_[first_key + clash.second];
  if (clash.identical) {
    return refuse(
        {Fault::kDuplicateKey, later.offset, fmt::format("duplicate key {}", shown_key(later.text)),
         "each key once in an object"},
        ec);
  }
  return refuse({Fault::kCaseVariant, later.offset,
                 fmt::format("key {} beside {}", shown_key(later.text), shown_key(earlier.text)),
                 "keys that differ in more than case"},
                ec);
}

// The whole string whose last part is `last`, and moves the cursor behind its closing quote.
std::string Target::whole(boost::json::string_view last, std::uint32_t start) {
  if (part_.empty() && last.data() == text_.data() + start + 1) {
    cursor_ = start + last.size() + 2;
    return {last.data(), last.size()};
  }
  cursor_ = closing_quote(text_, start) + 1;
  part_.append(last.data(), last.size());
  return std::exchange(part_, {});
}

bool Target::on_string(boost::json::string_view s, std::size_t, Code& ec) {
  const std::uint32_t start = token_start();
  return add(Value::Data(whole(s, start)), start, ec);
}

bool Target::on_key(boost::json::string_view s, std::size_t, Code&) {
  const std::uint32_t start = token_start();
  keys_.push_back({whole(s, start), start});
  after_ = Stop::After::kKey;
  return true;
}

bool Target::number(boost::json::string_view last, Code& ec) {
  const std::uint32_t start = token_start();
  std::size_t end = start + last.size();
  if (last.data() != text_.data() + start) {  // in parts: `last` is only the end of it
    while (end < text_.size() && is_number_character(text_[end])) ++end;
  }
  cursor_ = end;
  const std::string_view digits = text_.substr(start, end - start);
  if (may_overflow(digits) && !double_of(digits)) {
    return refuse({Fault::kNumber, start, "a number too large for a double", "a finite number"},
                  ec);
  }
  return add(Value::Data(Value::Number{std::string(digits)}), start, ec);
}

namespace {

Stop::Complaint complaint_of(const Code& ec) {
  using boost::json::error;
  if (ec == error::too_deep) return Stop::Complaint::kDepth;
  if (ec == error::exponent_overflow) return Stop::Complaint::kExponent;
  if (ec == error::expected_hex_digit) return Stop::Complaint::kHexDigit;
  if (ec == error::illegal_leading_surrogate || ec == error::illegal_trailing_surrogate ||
      ec == error::expected_utf16_escape) {
    return Stop::Complaint::kSurrogate;
  }
  return Stop::Complaint::kNone;
}

}  // namespace

base::Result<Value> parse(std::string_view text, const ParseLimits& limits, Fault* fault) {
  const auto refused = [&](const Refusal& refusal) {
    if (fault != nullptr) *fault = refusal.fault;
    return error_of(text, refusal);
  };
  const std::size_t max_bytes =
      std::min<std::size_t>(limits.max_bytes, std::numeric_limits<std::uint32_t>::max());
  if (text.size() > max_bytes) {
    return refused({Fault::kSize, 0, fmt::format("a text of {} bytes", text.size()),
                    fmt::format("at most {}", max_bytes)});
  }
  boost::json::parse_options options;
  options.max_depth = std::min(limits.max_depth, kDepthCap);
  boost::json::basic_parser<Target> scanner(options, text, limits);
  Code ec;
  const std::size_t used = scanner.write_some(false, text.data(), text.size(), ec);
  Target& target = scanner.handler();
  if (target.refusal()) return refused(*target.refusal());
  if (ec || used < text.size()) {
    return refused(refusal_at(text, target.stop(used, complaint_of(ec))));
  }
  return target.take();
}

}  // namespace schema
