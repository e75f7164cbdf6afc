// SPDX-License-Identifier: Apache-2.0
#include "monitor/values.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/limits.h"

namespace monitor {
namespace {

// In front of every value; all of it but the magic is bound to the ciphertext.
struct Head {
  std::array<char, 4> magic{'y', 'v', 'a', '1'};
  std::uint32_t sealed_bytes = 0;  // ciphertext and tag
  std::uint64_t call = 0;
  std::uint8_t kind = 0;
  std::array<std::uint8_t, 3> zero{};
  std::array<char, ValueSeal::kNonceBytes> nonce{};
};
static_assert(sizeof(Head) == 32);

// Each life of a writer begins at a multiple of this, so that a reader finds its way again after
// what a crash tore: a page is what file systems lose or keep.
constexpr std::uint64_t kRunBytes = 4096;
// LIMIT: no value is larger than a frame's body.
constexpr std::uint64_t kSealedMax = base::limits::kBodyBytes + ValueSeal::kTagBytes;

std::uint64_t next_run(std::uint64_t at) { return (at + kRunBytes - 1) / kRunBytes * kRunBytes; }

std::string_view bytes_of(const Head& head) {
  return {reinterpret_cast<const char*>(&head), sizeof head};
}

std::string derived(std::string_view data_key) {
  return std::string(base::view(base::hmac_sha256(data_key, {"yett values 1"})));
}

unsigned char* raw(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }
const unsigned char* raw(std::string_view s) {
  return reinterpret_cast<const unsigned char*>(s.data());
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&::EVP_CIPHER_CTX_free)>;
Context context() { return {::EVP_CIPHER_CTX_new(), &::EVP_CIPHER_CTX_free}; }

}  // namespace

ValueSeal::ValueSeal() {
  base::prepare_crypto();
  cipher_ = ::EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  CHECK(cipher_ != nullptr);
}

ValueSeal::~ValueSeal() { ::EVP_CIPHER_free(cipher_); }

std::string ValueSeal::seal(std::string_view key, std::string_view nonce, std::string_view bound,
                            std::string_view text) const {
  CHECK(key.size() == 32 && nonce.size() == kNonceBytes);
  std::string out(text.size() + kTagBytes, '\0');
  const Context c = context();
  int n = 0;
  CHECK(::EVP_EncryptInit_ex2(c.get(), cipher_, raw(key), raw(nonce), nullptr) == 1);
  CHECK(::EVP_EncryptUpdate(c.get(), nullptr, &n, raw(bound), static_cast<int>(bound.size())) == 1);
  CHECK(::EVP_EncryptUpdate(c.get(), raw(out), &n, raw(text), static_cast<int>(text.size())) == 1);
  CHECK(::EVP_EncryptFinal_ex(c.get(), raw(out) + text.size(), &n) == 1 && n == 0);
  CHECK(::EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_GET_TAG, kTagBytes, raw(out) + text.size()) ==
        1);
  return out;
}

std::optional<std::string> ValueSeal::open(std::string_view key, std::string_view nonce,
                                           std::string_view bound, std::string_view sealed) const {
  if (sealed.size() < kTagBytes || key.size() != 32) return std::nullopt;
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  sealed.remove_suffix(kTagBytes);
  std::string out(sealed.size(), '\0');
  const Context c = context();
  int n = 0;
  CHECK(::EVP_DecryptInit_ex2(c.get(), cipher_, raw(key), raw(nonce), nullptr) == 1);
  CHECK(::EVP_DecryptUpdate(c.get(), nullptr, &n, raw(bound), static_cast<int>(bound.size())) == 1);
  CHECK(::EVP_DecryptUpdate(c.get(), raw(out), &n, raw(sealed), static_cast<int>(sealed.size())) ==
        1);
  CHECK(::EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_SET_TAG, kTagBytes, raw(tag)) == 1);
  if (::EVP_DecryptFinal_ex(c.get(), raw(out) + out.size(), &n) == 1) return out;
  base::wipe(out);
  return std::nullopt;
}

namespace {

// The value whose record stands at `at`; nothing if none does or it does not verify. `end`: where
// it ends, or seems to; 0 if it is not even of the form.
base::Result<std::optional<Value>> record_at(audit::File& file, const ValueSeal& seal,
                                             std::string_view key, std::uint64_t at,
                                             std::uint64_t& end) {
  Head head;
  const std::span<char> room(reinterpret_cast<char*>(&head), sizeof head);
  TRY_AS(const std::size_t got, file.read_at(at, room));
  const bool formed = got == sizeof head && head.magic == Head{}.magic &&
                      head.sealed_bytes >= ValueSeal::kTagBytes && head.sealed_bytes <= kSealedMax;
  if (!formed) return std::optional<Value>();
  std::string sealed(head.sealed_bytes, '\0');
  TRY_AS(const std::size_t there, file.read_at(at + sizeof head, sealed));
  if (there != sealed.size()) return std::optional<Value>();
  end = at + sizeof head + sealed.size();
  const std::string_view nonce(head.nonce.data(), head.nonce.size());
  auto text = seal.open(key, nonce, bytes_of(head), sealed);
  if (!text || head.kind < 1 || head.kind > 5) return std::optional<Value>();
  return std::optional(Value{{head.call}, static_cast<ValueKind>(head.kind), std::move(*text)});
}

}  // namespace

// ---- writing ------------------------------------------------------------------------------------

ValueStore::~ValueStore() { base::wipe(key_); }

base::Status ValueStore::begin(std::string_view data_key) {
  TRY_AS(const std::uint64_t size, file_.size());
  end_ = next_run(size);
  if (end_ >= limit_) return base::Error{base::Errc::kExhausted, "value store is full"};
  key_ = derived(data_key);
  life_ = random_.u64();
  stopped_ = false;
  return base::ok();
}

// SECURITY: 64 random bits for each life of a writer and a count within it: never used twice.
std::string ValueStore::next_nonce() {
  CHECK(++count_ != 0);
  std::string out(ValueSeal::kNonceBytes, '\0');
  std::memcpy(out.data(), &life_, sizeof life_);
  std::memcpy(out.data() + sizeof life_, &count_, sizeof count_);
  return out;
}

void ValueStore::put_at(base::CallId call, ValueKind kind, std::string text, std::uint64_t place) {
  if (stopped_ || text.size() + ValueSeal::kTagBytes > kSealedMax) return;
  waiting_bytes_ += text.size();
  waiting_.push_back({call, kind, std::move(text), place});
}

std::uint64_t ValueStore::keep(base::CallId call, ValueKind kind, std::string text) {
  if (stopped_ || text.size() + ValueSeal::kTagBytes > kSealedMax) return 0;
  kept_[++last_place_] = {call, kind, 0};
  put_at(call, kind, std::move(text), last_place_);
  return last_place_;
}

// SECURITY: what comes back is what was written, under the same call and kind, or nothing.
base::Result<std::optional<std::string>> ValueStore::recall(std::uint64_t place) {
  TRY(flush());
  const auto kept = kept_.find(place);
  if (kept == kept_.end() || stopped_) return std::optional<std::string>();
  std::uint64_t end = 0;
  TRY_AS(auto value, record_at(file_, seal_, key_, kept->second.offset, end));
  if (!value || value->call != kept->second.call || value->kind != kept->second.kind)
    return std::optional<std::string>();
  return std::optional(std::move(value->text));
}

void ValueStore::seal_to(std::string& out, const Waiting& value) {
  const std::string nonce = next_nonce();
  Head head;
  head.sealed_bytes = static_cast<std::uint32_t>(value.text.size() + ValueSeal::kTagBytes);
  head.call = value.call.value;
  head.kind = static_cast<std::uint8_t>(value.kind);
  nonce.copy(head.nonce.data(), head.nonce.size());
  out += bytes_of(head);
  out += seal_.seal(key_, nonce, bytes_of(head), value.text);
}

base::Status ValueStore::flush() {
  const std::vector<Waiting> values = std::exchange(waiting_, {});
  waiting_bytes_ = 0;
  if (values.empty() || stopped_) return base::ok();
  std::string out;
  for (const Waiting& value : values) {
    if (const auto kept = kept_.find(value.place); kept != kept_.end())
      kept->second.offset = end_ + out.size();
    seal_to(out, value);
  }
  stopped_ = true;
  if (end_ + out.size() > limit_) return base::Error{base::Errc::kExhausted, "value store is full"};
  TRY(file_.write_at(end_, out));
  stopped_ = false;
  end_ += out.size();
  return base::ok();
}

// ---- reading ------------------------------------------------------------------------------------

ValueReader::ValueReader(audit::File& file, const ValueSeal& seal, std::string_view data_key)
    : file_(file), seal_(seal), key_(derived(data_key)) {}

// Over what is no value: to where it says it ends, else to where the next run may begin. Zeros up
// to there are how a run ends in order.
base::Status ValueReader::skip_to(std::uint64_t end) {
  bool zeros = false;
  if (end == 0) {
    end = next_run(at_ + 1);
    std::string rest(end - at_, '\0');
    TRY_AS(const std::size_t got, file_.read_at(at_, rest));
    zeros = rest.find_first_not_of('\0') >= got;
  }
  if (!zeros && !lost_) ++skipped_;
  lost_ = !zeros;
  at_ = end;
  return base::ok();
}

base::Result<std::optional<Value>> ValueReader::next() {
  TRY_AS(const std::uint64_t size, file_.size());
  while (at_ < size) {
    std::uint64_t end = 0;
    TRY_AS(auto value, record_at(file_, seal_, key_, at_, end));
    if (value) {
      at_ = end;
      lost_ = false;
      return value;
    }
    TRY(skip_to(end));
  }
  return std::optional<Value>();
}

}  // namespace monitor
