// SPDX-License-Identifier: Apache-2.0
#include "egress/decode.h"

#include <algorithm>

#include "base/bytes.h"
#include "egress/chat.h"
#include "egress/lines.h"
#include "schema/parse.h"
#include "schema/pointer.h"
#include "schema/write.h"

namespace egress {
namespace {

using base::Reason;
using wire::DeltaKind;

const Ending kBad{Reason::kBadResponse, {}};

// LIMIT: what one Answer frame can carry, with room for its other fields.
constexpr std::size_t kContentBytes = base::limits::kBodyBytes - 4096;

// Identical keys are refused by the parser always; words that differ in case are data here.
base::Result<schema::Value> parse(std::string_view text) {
  schema::ParseLimits limits;
  limits.case_variants = schema::CaseVariants::kAllow;
  return schema::parse(text, limits);
}

class TextDecoder final : public Decoder {
 public:
  std::optional<Ending> feed(std::string_view bytes, std::vector<Delta>&) override {
    body_.append(bytes);
    return std::nullopt;
  }
  Ending finish(std::vector<Delta>&) override {
    if (!base::is_utf8(body_)) return kBad;
    return {Reason::kOk, std::move(body_)};
  }

 private:
  std::string body_;
};

class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(std::vector<wire::KeptField> keep, bool select)
      : keep_(std::move(keep)), whole_(keep_.empty() && !select) {}
  std::optional<Ending> feed(std::string_view bytes, std::vector<Delta>&) override {
    body_.append(bytes);
    return std::nullopt;
  }
  Ending finish(std::vector<Delta>&) override {
    const auto value = parse(body_);
    if (!value.ok()) return kBad;
    // SECURITY: what goes on is written anew from what was parsed, never the server's own bytes.
    std::string content = whole_ ? schema::write(*value) : selected(*value);
    if (content.empty()) return kBad;
    if (content.size() > kContentBytes) return {Reason::kTooLarge, {}};
    return {Reason::kOk, std::move(content)};
  }

 private:
  // {"name": value, ...} in the order of the list; a field that is not there is left out. Empty if
  // none is there.
  std::string selected(const schema::Value& root) const {
    if (keep_.empty()) return "{}";
    std::string out;
    for (const wire::KeptField& field : keep_) {
      const auto pointer = schema::Pointer::parse(field.pointer);
      const schema::Value* found = pointer.ok() ? pointer->find(root) : nullptr;
      if (found == nullptr) continue;
      out += out.empty() ? '{' : ',';
      schema::quote_to(out, field.name);
      out += ':';
      schema::write_to(out, *found);
      if (out.size() > kContentBytes) return out;  // too large already: refused by the caller
    }
    if (!out.empty()) out += '}';
    return out;
  }

  std::vector<wire::KeptField> keep_;
  bool whole_;
  std::string body_;
};

enum class Framing : std::uint8_t { kWhole, kLines, kEvents };

class ChatDecoder final : public Decoder {
 public:
  ChatDecoder(Framing framing, std::unique_ptr<Dialect> dialect)
      : framing_(framing), dialect_(std::move(dialect)) {}

  std::optional<Ending> feed(std::string_view bytes, std::vector<Delta>& out) override {
    std::vector<std::string> texts;
    switch (framing_) {
      case Framing::kWhole: body_.append(bytes); return std::nullopt;
      case Framing::kLines:
        if (!lines_.feed(bytes, texts)) return kBad;
        break;
      case Framing::kEvents:
        if (!events_.feed(bytes, texts)) return kBad;
        break;
    }
    for (const std::string& text : texts)
      if (auto ending = take(text, out)) return ending;
    return std::nullopt;
  }

  Ending finish(std::vector<Delta>& out) override {
    const std::string rest = framing_ == Framing::kWhole ? std::move(body_) : lines_.take_rest();
    if (framing_ == Framing::kWhole && rest.empty()) return kBad;
    if (auto ending = take(rest, out)) return *ending;
    return dialect_->end(out) ? Ending{} : kBad;
  }

 private:
  // One line, event or whole body.
  std::optional<Ending> take(std::string_view text, std::vector<Delta>& out) {
    if (over_ || text.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
    if (framing_ == Framing::kEvents && text == "[DONE]") {
      over_ = true;
      dialect_->over();
      return std::nullopt;
    }
    const auto object = parse(text);
    if (!object.ok()) return kBad;
    const schema::Value* error = object->find("error");
    if (error != nullptr && !error->is_null())
      return Ending{Reason::kUpstreamStatus, message_of(*error)};
    if (!dialect_->take(*object, out)) return kBad;
    return std::nullopt;
  }
  // {"error": "text"} or {"error": {"message": "text", ...}}.
  static std::string message_of(const schema::Value& error) {
    if (const std::string* text = error.as_string()) return error_text(*text);
    if (const auto message = error.find_string("message")) return error_text(std::string(*message));
    return error_text(schema::write(error));
  }

  Framing framing_;
  std::unique_ptr<Dialect> dialect_;
  std::string body_;
  Lines lines_;
  Events events_;
  bool over_ = false;
};

bool joins(DeltaKind kind) {
  return kind == DeltaKind::kText || kind == DeltaKind::kThinking || kind == DeltaKind::kToolInput;
}

}  // namespace

void put(std::vector<Delta>& out, DeltaKind kind, std::uint32_t index, std::string_view text) {
  if (!text.empty()) out.push_back({kind, index, std::string(text)});
}

std::string usage_text(const schema::Value& counts, std::string_view prompt,
                       std::string_view completion) {
  const auto count = [&](std::string_view key) {
    const schema::Value* v = counts.find(key);
    const std::int64_t n = v == nullptr ? 0 : v->as_i64().value_or(0);
    return std::to_string(std::max<std::int64_t>(n, 0));
  };
  return count(prompt) + " " + count(completion);
}

std::unique_ptr<Decoder> make_decoder(wire::Decode decode, std::vector<wire::KeptField> keep,
                                      bool stream, ResponseReader::Media media, bool select) {
  using Media = ResponseReader::Media;
  switch (decode) {
    case wire::Decode::kJson: return std::make_unique<JsonDecoder>(std::move(keep), select);
    case wire::Decode::kText: return std::make_unique<TextDecoder>();
    case wire::Decode::kOllamaChat: {
      const bool lines = media == Media::kLines || (stream && media != Media::kJson);
      return std::make_unique<ChatDecoder>(lines ? Framing::kLines : Framing::kWhole,
                                           make_ollama());
    }
    case wire::Decode::kOpenAiChat: {
      const bool events = media == Media::kEvents || (stream && media != Media::kJson);
      return std::make_unique<ChatDecoder>(events ? Framing::kEvents : Framing::kWhole,
                                           make_openai());
    }
  }
  return nullptr;
}

std::string error_text(std::string body) {
  if (body.size() > kErrorBodyBytes) body.resize(kErrorBodyBytes);
  // A character that the cut left incomplete is dropped; it is at most three bytes.
  for (int i = 0; i < 3 && !body.empty() && !base::is_utf8(body); ++i) {
    const auto last = static_cast<unsigned char>(body.back());
    if (last < 0x80) break;
    body.pop_back();
    if (last >= 0xc0) break;
  }
  return schema::well_formed(std::move(body));
}

std::vector<Delta> merged(std::vector<Delta> deltas) {
  std::vector<Delta> out;
  for (Delta& delta : deltas) {
    if (!out.empty() && joins(delta.kind) && out.back().kind == delta.kind &&
        out.back().index == delta.index)
      out.back().text += delta.text;
    else out.push_back(std::move(delta));
  }
  return out;
}

}  // namespace egress
