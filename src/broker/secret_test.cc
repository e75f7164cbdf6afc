// SPDX-License-Identifier: Apache-2.0
#include "broker/secret.h"

#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>

#include <fmt/format.h>

#include "broker/reveal.h"

namespace broker {
namespace {

// What must not compile, stated where it is checked at every build.
template <class T>
concept Comparable = requires(const T& a, const T& b) { a == b; };
template <class T>
concept Ordered = requires(const T& a, const T& b) { a < b; };
template <class T>
concept Printable = requires(std::ostream& o, const T& a) { o << a; };
struct Json {};
template <class T>
concept Serializable = requires(Json& j, const T& a) { to_json(j, a); };
template <class T>
concept Keyable = requires { base::PassKey<T>{}; };

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::is_default_constructible_v<Secret>);
static_assert(!Comparable<Secret> && !Ordered<Secret> && !Printable<Secret>);
static_assert(!Serializable<Secret> && !fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!Keyable<Scrubber> && !Keyable<Injector> && !Keyable<VaultWriter>);

TEST(Secret, TakingEmptiesAndWipesTheSource) {
  for (const std::size_t size : {std::size_t{3}, std::size_t{15}, std::size_t{5000}}) {
    std::string raw(size, 'k');
    const char* where = raw.data();
    const Secret secret = Secret::take(raw);
    EXPECT_TRUE(raw.empty());
    for (std::size_t i = 0; i < size; ++i) ASSERT_NE(where[i], 'k') << "at " << i;
    EXPECT_EQ(Scrubber::open(secret), std::string(size, 'k'));
    EXPECT_EQ(secret.size_bytes(), size);
  }
}

TEST(Secret, EveryDoorSeesTheSameBytes) {
  std::string raw("a\0b", 3);
  const Secret secret = Secret::take(raw);
  EXPECT_EQ(Injector::open(secret), std::string_view("a\0b", 3));
  EXPECT_EQ(VaultWriter::open(secret), std::string_view("a\0b", 3));
}

TEST(Secret, AMovedFromSecretIsEmpty) {
  std::string raw = "the value of it";
  Secret first = Secret::take(raw);
  const Secret second = std::move(first);
  EXPECT_EQ(first.size_bytes(), 0u);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(Injector::open(second), "the value of it");
}

TEST(LockedBytes, BeginZeroedAndHoldWhatIsWritten) {
  LockedBytes bytes(10'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) ASSERT_EQ(bytes.data()[i], '\0');
  bytes.data()[9'999] = 'x';
  const LockedBytes moved = std::move(bytes);
  EXPECT_EQ(moved.data()[9'999], 'x');
  EXPECT_EQ(bytes.data(), nullptr);  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace broker
