// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// The minimal argument store (DESIGN §10.12): arguments and observations of calls, each sealed with
// AES-256-GCM under the tenant's data key, appended to a file beside the log. It serves explaining
// and replaying and is never waited for: nothing here is synced, and a store that fails or is full
// stops with an alert while calls go on. The log holds the digests; without the key nobody reads
// this file, and a destroyed key erases it. docs/reference/values.md describes the bytes.
// Trust zone: monitor writes; the command line reads.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/file.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/result.h"

struct evp_cipher_st;

namespace monitor {

enum class ValueKind : std::uint8_t {
  kArguments = 1,    // wire::encode of the call's leaves, without their labels: earlier stores
  kObservation = 2,  // the scrubbed content of its Observation
  kQuestion = 3,     // monitor/asked.h: what the policy was asked, with values, labels and asker
  kPlan = 4,         // the text of a plan, under the number of its entry in the log
  kStep = 5,         // wire::encode of a wire::RecordedStep: what a plan was answered
};

// LIMIT: a store that has grown to this stops. 256 MiB are about 200,000 calls of 1 KB.
inline constexpr std::uint64_t kValueStoreBytes = 256u << 20;

struct Value {
  base::CallId call;
  ValueKind kind{};
  std::string text;
};

// Seals and opens single values. SECURITY: fetched once, before the lockdown.
class ValueSeal {
 public:
  ValueSeal();
  ~ValueSeal();
  ValueSeal(const ValueSeal&) = delete;
  ValueSeal& operator=(const ValueSeal&) = delete;

  static constexpr std::size_t kNonceBytes = 12;
  static constexpr std::size_t kTagBytes = 16;
  // `key` has 32 bytes, `nonce` kNonceBytes and is used once under a key; `bound` is authenticated
  // beside the text. Ciphertext and tag.
  std::string seal(std::string_view key, std::string_view nonce, std::string_view bound,
                   std::string_view text) const;
  // Nothing if it does not verify.
  std::optional<std::string> open(std::string_view key, std::string_view nonce,
                                  std::string_view bound, std::string_view sealed) const;

 private:
  evp_cipher_st* cipher_;
};

// The writer. Not thread-safe.
class ValueStore {
 public:
  // All are borrowed. `limit`: of the file's size.
  ValueStore(audit::File& file, const ValueSeal& seal, base::Random& random,
             std::uint64_t limit = kValueStoreBytes)
      : file_(file), seal_(seal), random_(random), limit_(limit) {}
  ~ValueStore();
  ValueStore(const ValueStore&) = delete;
  ValueStore& operator=(const ValueStore&) = delete;

  // Takes the tenant's data key, from which the store's own is derived, and goes on after what the
  // file holds. Before it, values are dropped. kIo, kExhausted: the store is stopped.
  base::Status begin(std::string_view data_key);

  // Keeps a value in memory until the next flush.
  void put(base::CallId call, ValueKind kind, std::string text) {
    put_at(call, kind, std::move(text), 0);
  }
  // The same for a value that may be asked for again in this life: its place, or 0 if the store has
  // stopped.
  std::uint64_t keep(base::CallId call, ValueKind kind, std::string text);
  // The text of a kept value, read back from the file; nothing if it is not there as it was
  // written. kIo: the file cannot be read, or written before that.
  base::Result<std::optional<std::string>> recall(std::uint64_t place);
  void forget(std::uint64_t place) { kept_.erase(place); }

  // True if a flush is worth its write: much is waiting.
  bool full() const { return waiting_bytes_ >= kFlushBytes; }
  bool waiting() const { return !waiting_.empty(); }
  // Seals and appends what waits, without syncing. kIo, kExhausted: the store is stopped, this once
  // it says why; later values are dropped without a word.
  base::Status flush();
  bool stopped() const { return stopped_; }

  static constexpr std::size_t kFlushBytes = 64 * 1024;

 private:
  struct Waiting {
    base::CallId call;
    ValueKind kind;
    std::string text;
    std::uint64_t place;  // 0: not kept
  };
  struct Kept {
    base::CallId call;
    ValueKind kind;
    std::uint64_t offset = 0;
  };
  void put_at(base::CallId call, ValueKind kind, std::string text, std::uint64_t place);
  std::string next_nonce();
  void seal_to(std::string& out, const Waiting& value);

  audit::File& file_;
  const ValueSeal& seal_;
  base::Random& random_;
  std::uint64_t limit_;
  std::uint64_t end_ = 0;
  std::string key_;
  std::uint64_t life_ = 0;  // random, the first part of each nonce of this writer
  std::uint32_t count_ = 0;
  std::vector<Waiting> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::map<std::uint64_t, Kept> kept_;
  std::uint64_t last_place_ = 0;
  bool stopped_ = true;
};

// The reader. Its file is hostile: it may have been torn, cut, changed or filled with anything.
class ValueReader {
 public:
  ValueReader(audit::File& file, const ValueSeal& seal, std::string_view data_key);
  // The next value that verifies; nothing at the end. kIo if the file cannot be read.
  base::Result<std::optional<Value>> next();
  // Stretches so far that held something else than a value that verifies: a torn end of a run, or
  // damage, or another key's values.
  std::uint64_t skipped() const { return skipped_; }

 private:
  base::Status skip_to(std::uint64_t end);

  audit::File& file_;
  const ValueSeal& seal_;
  std::string key_;
  std::uint64_t at_ = 0;
  std::uint64_t skipped_ = 0;
  bool lost_ = false;  // what stood before the cursor was no value
};

}  // namespace monitor
