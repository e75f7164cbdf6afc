// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// Expected failure as a value. Three kinds of trouble are never mixed: a *decision* (deny) is a
// value of its own, an expected *failure* is a Result, a *bug* is a CHECK that ends the process.
// Trust zone: all programs.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace base {

// What kind of failure it was, for a caller that must choose what to do next. The text is for
// people; a program never parses it.
enum class Errc : unsigned char {
  kInvalid,      // the input is malformed or out of its range
  kNotFound,     // what was named does not exist
  kDenied,       // the operating system or a peer refused
  kExhausted,    // a bound was reached: size, count, time, quota
  kUnavailable,  // the other side cannot be reached now; a later try may succeed
  kCorrupt,      // stored bytes do not verify
  kIo,           // the kernel reported an input/output error
  kViolation,    // a peer broke the protocol; the channel must end
};

// A failure. `message` is lower case, has no full stop, and never holds a secret or a protected
// value (SECURITY: build it from names and handles only).
struct Error {
  Errc code = Errc::kInvalid;
  std::string message;
};

// Either a T or an Error. Move-friendly, [[nodiscard]], never throws. Reading the wrong side is a
// bug and ends the process.
template <class T> class [[nodiscard]] Result {
 public:
  using value_type = T;
  // Implicit on purpose: `return value;` and `return error;` read alike.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *checked(); }
  const T& value() const& { return *const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(*checked()); }
  T& operator*() & { return *checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*checked()); }
  T* operator->() { return checked(); }
  const T* operator->() const { return const_cast<Result*>(this)->checked(); }

  const Error& error() const& {
    const Error* e = std::get_if<1>(&state_);
    if (e == nullptr) std::abort();
    return *e;
  }
  Error&& error() && { return std::move(const_cast<Error&>(error())); }

 private:
  T* checked() {
    T* v = std::get_if<0>(&state_);
    if (v == nullptr) {
      std::fprintf(stderr, "bug: value of a failed Result: %s\n",
                   std::get<1>(state_).message.c_str());
      std::abort();
    }
    return v;
  }
  std::variant<T, Error> state_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status ok() { return Status(Unit{}); }

inline Error invalid(std::string m) { return {Errc::kInvalid, std::move(m)}; }
inline Error not_found(std::string m) { return {Errc::kNotFound, std::move(m)}; }
inline Error violation(std::string m) { return {Errc::kViolation, std::move(m)}; }

// An I/O failure of the call `what` with the given errno.
Error io_error(const char* what, int errno_value);

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace base

// A broken invariant: ends the process, which in every program of Yett is fail-closed.
#define CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::base::check_failed(#condition, __FILE__, __LINE__))

// Passes a failure up.
#define TRY(expression)                                                                            \
  do {                                                                                             \
    if (auto try_result_ = (expression); !try_result_.ok()) return std::move(try_result_).error(); \
  } while (false)

// Declares `declaration` from the value of `expression`, or passes its failure up.
#define YETT_CONCAT_(a, b) a##b
#define YETT_CONCAT(a, b) YETT_CONCAT_(a, b)
#define TRY_AS(declaration, expression)                       \
  auto YETT_CONCAT(try_as_, __LINE__) = (expression);         \
  if (!YETT_CONCAT(try_as_, __LINE__).ok())                   \
    return std::move(YETT_CONCAT(try_as_, __LINE__)).error(); \
  declaration = std::move(*YETT_CONCAT(try_as_, __LINE__))
