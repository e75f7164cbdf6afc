# SPDX-License-Identifier: Apache-2.0
# One library and one test binary a folder; warnings are errors; two precompiled headers.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)

add_library(yett_flags INTERFACE)
target_compile_options(yett_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fstack-protector-strong -fPIE
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>
  # g++ 12 reports moved and joined std::strings at -O2 (GCC PR 105329, 105651): no bug of ours.
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overread -Wno-stringop-overflow>)
target_compile_definitions(yett_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  YETT_VERSION="${PROJECT_VERSION}")
target_include_directories(yett_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
# No path of this machine in the programs; and ccache can use a precompiled header (see the presets).
target_compile_options(yett_flags INTERFACE -ffile-prefix-map=${CMAKE_SOURCE_DIR}/=
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
target_link_options(yett_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(yett_flags INTERFACE _GLIBCXX_ASSERTIONS _FORTIFY_SOURCE=3)
endif()

# The precompiled headers: std + fmt for the code, + gtest for the tests. None for Beast (300 MB).
file(WRITE ${CMAKE_BINARY_DIR}/pch_std.cc "")
add_library(yett_pch STATIC ${CMAKE_BINARY_DIR}/pch_std.cc)
target_link_libraries(yett_pch PUBLIC yett_flags fmt::fmt)
target_precompile_headers(yett_pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <utility> <variant> <vector> <fmt/format.h>)
file(WRITE ${CMAKE_BINARY_DIR}/pch_gtest.cc "")
add_library(yett_pch_test STATIC ${CMAKE_BINARY_DIR}/pch_gtest.cc)
target_link_libraries(yett_pch_test PUBLIC yett_flags fmt::fmt GTest::gtest)
target_precompile_headers(yett_pch_test PRIVATE
  <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <string>
  <string_view> <utility> <variant> <vector> <fmt/format.h> <gtest/gtest.h>)

# yett_library(NAME SOURCES... [DEPS...]) : static library yett_NAME
function(yett_library name)
  cmake_parse_arguments(A "NO_PCH" "" "SOURCES;DEPS" ${ARGN})
  add_library(yett_${name} STATIC ${A_SOURCES})
  target_link_libraries(yett_${name} PUBLIC yett_flags fmt::fmt ${A_DEPS})
  if(NOT A_NO_PCH)
    target_precompile_headers(yett_${name} REUSE_FROM yett_pch)
  endif()
endfunction()

# yett_test(NAME SOURCES... DEPS...) : one gtest binary, one ctest entry
function(yett_test name)
  cmake_parse_arguments(A "NO_PCH" "TIMEOUT" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_test ${A_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${A_DEPS} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name}_test PRIVATE
    YETT_SHARED_DIR="${YETT_SHARED}" YETT_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    YETT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  if(NOT A_NO_PCH)
    target_precompile_headers(${name}_test REUSE_FROM yett_pch_test)
  endif()
  add_test(NAME ${name} COMMAND ${name}_test)
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT})
endfunction()

# yett_program(NAME SOURCES... DEPS...) : an executable in build/bin
function(yett_program name)
  cmake_parse_arguments(A "NO_PCH" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE yett_flags ${A_DEPS})
  if(NOT A_NO_PCH)
    target_precompile_headers(${name} REUSE_FROM yett_pch)
  endif()
endfunction()

# yett_fuzz(NAME SOURCES... DEPS...) : a libFuzzer target fuzz_NAME; in other builds than the fuzz
# preset a test fuzz_NAME that feeds it the inputs kept in fuzz/corpus/NAME.
function(yett_fuzz name)
  cmake_parse_arguments(A "NO_PCH" "" "SOURCES;DEPS" ${ARGN})
  add_executable(fuzz_${name} ${A_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE yett_flags ${A_DEPS})
  if(YETT_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/fuzz/replay.cc)
    set_target_properties(fuzz_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz-replay)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/fuzz/corpus/${name})
    set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT 60)
  endif()
  if(NOT A_NO_PCH)
    target_precompile_headers(fuzz_${name} REUSE_FROM yett_pch)
  endif()
endfunction()

# yett_locked_program(NAME SOURCES... DEPS...) : the program yett-NAME, which locks itself down, and
# beside it in open-bin/ the same objects linked with the sandbox that can leave one wall out: for the
# tests and the demo's second run, never installed (DESIGN 10.20).
function(yett_locked_program name)
  cmake_parse_arguments(A "" "" "SOURCES;DEPS" ${ARGN})
  yett_program(yett-${name} SOURCES ${A_SOURCES} DEPS ${A_DEPS} yett_sandbox)
  if(YETT_TEST_DOORS)
    yett_program(yett-${name}-open SOURCES ${A_SOURCES} DEPS ${A_DEPS} yett_sandbox_open)
    set_target_properties(yett-${name}-open PROPERTIES
      OUTPUT_NAME yett-${name} RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/open-bin)
  endif()
endfunction()
