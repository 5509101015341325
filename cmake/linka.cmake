# SPDX-License-Identifier: GPL-3.0-or-later
# linka_library(NAME SOURCES ... TESTS ... LINKS ... [TEST_LINKS ...] [TEST_LABELS ...])
# makes the static library linka_NAME of one top-level folder (dashes become underscores), and, when
# tests are built, one test program linka_NAME_test whose cases CTest knows one by one.
function(linka_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow -Wconversion)
endfunction()

function(linka_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;LINKS;TEST_LINKS;TEST_LABELS" ${ARGN})
  string(REPLACE "-" "_" id ${name})
  set(target linka_${id})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} PUBLIC ${ARG_LINKS})
    linka_warnings(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${target} INTERFACE ${ARG_LINKS})
  endif()
  if(BUILD_TESTING AND ARG_TESTS)
    linka_test(${target}_test SOURCES ${ARG_TESTS} LINKS ${target} ${ARG_TEST_LINKS}
               LABELS ${ARG_TEST_LABELS})
  endif()
endfunction()

# linka_test(NAME SOURCES ... LINKS ... [LABELS ...] [TIMEOUT s]): one GoogleTest program.
function(linka_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  linka_warnings(${name})
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}")
endfunction()
