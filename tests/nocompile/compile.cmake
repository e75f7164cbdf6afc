# SPDX-License-Identifier: Apache-2.0
# Compiles CASE with and without MUST_COMPILE; see CMakeLists.txt.
file(STRINGS ${CASE} expected REGEX "^// EXPECT: ")
list(LENGTH expected count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${CASE}: wants exactly one line `// EXPECT: message fragment`")
endif()
string(REPLACE "// EXPECT: " "" expected "${expected}")

function(compile result output)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${COMPILER} -std=c++20 -Wall -Wextra -Werror
      -fsyntax-only -I${INCLUDE} ${ARGN} ${CASE}
    RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE text)
  set(${result} ${status} PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
endfunction()

compile(control text -DMUST_COMPILE)
if(NOT control EQUAL 0)
  message(FATAL_ERROR "the positive control does not compile:\n${text}")
endif()
compile(misuse text)
if(misuse EQUAL 0)
  message(FATAL_ERROR "compiled, but must not: ${CASE}")
endif()
string(FIND "${text}" "${expected}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "refused, but not with `${expected}`:\n${text}")
endif()
