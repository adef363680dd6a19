# SPDX-License-Identifier: Apache-2.0
# One interface target carries every compile option; each option of the build prints itself.
include(FeatureSummary)

option(KEYTURN_GUI "Build the console (Qt Widgets)" ON)
option(KEYTURN_TESTS "Build the tests" ON)
option(KEYTURN_BENCH "Build the benchmarks (Google Benchmark)" OFF)
option(KEYTURN_FUZZ "Build the fuzz targets (clang, libFuzzer)" OFF)
option(KEYTURN_WERROR "Warnings are errors" OFF)
set(KEYTURN_SANITIZE "" CACHE STRING "Sanitizers: empty, address,undefined or thread")

add_feature_info(console KEYTURN_GUI "the Qt Widgets program keyturn")
add_feature_info(tests KEYTURN_TESTS "unit, contract, CLI and GUI tests")
add_feature_info(benchmarks KEYTURN_BENCH "tests/bench")
add_feature_info(fuzzing KEYTURN_FUZZ "tests/fuzz")
add_feature_info(warnings-as-errors KEYTURN_WERROR "")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)

find_program(KEYTURN_CCACHE ccache)
if(KEYTURN_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${KEYTURN_CCACHE})
endif()

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Sql DBus)
if(KEYTURN_GUI)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets Svg)
endif()
if(KEYTURN_TESTS)
  find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
endif()
find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Qt6Keychain REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

add_library(keyturn_options INTERFACE)
target_compile_options(keyturn_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wcast-align -Wunused -Wno-missing-field-initializers # designated initialisers: the rest is its default
  -Werror=switch -Werror=return-type -Werror=unused-result
  -fstack-protector-strong)
if(KEYTURN_WERROR)
  target_compile_options(keyturn_options INTERFACE -Werror)
endif()
target_compile_definitions(keyturn_options INTERFACE
  QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_CAST_FROM_BYTEARRAY
  QT_NO_CONTEXTLESS_CONNECT QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
  QT_STRICT_ITERATORS QT_USE_QSTRINGBUILDER QT_DISABLE_DEPRECATED_BEFORE=0x060400)
target_link_options(keyturn_options INTERFACE -Wl,-z,relro,-z,now)
if(KEYTURN_SANITIZE)
  # gcc 12's flow-sensitive warnings see impossible paths through instrumented code (vector::resize); the other
  # builds keep them.
  target_compile_options(keyturn_options INTERFACE
    -fsanitize=${KEYTURN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict)
  # Instrumentation keeps a record with pointers for every check and every global: a test of the window had six million
  # relocations, a third of its 460 MB and half of its start. At a fixed address the linker settles them once.
  target_link_options(keyturn_options INTERFACE -fsanitize=${KEYTURN_SANITIZE} -no-pie)
  if(KEYTURN_SANITIZE STREQUAL "thread") # core/base/platform/linux/tsan_qt_order.cpp
    target_link_options(keyturn_options INTERFACE
      "LINKER:--wrap=_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv")
  endif()
endif()
if(KEYTURN_FUZZ)
  target_compile_options(keyturn_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(keyturn_options INTERFACE -fsanitize=address,undefined)
endif()
