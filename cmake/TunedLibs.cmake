# SPDX-License-Identifier: GPL-3.0-or-later
# OpenJPEG and Tesseract built for this machine (docs/tuned.md): the sources of the installed Debian packages with
# Debian's patches and those of cmake/patches, the machine's instruction set, link-time optimisation, no OpenMP.
# Each becomes one relocatable object, so that the link-time work is done once and not in every program of ours
# (as one partition: the compiler of Debian 12 fails on several of them here).
include(ExternalProject)

set(LINKA_TUNED_ARCH native CACHE STRING "-march= of the tuned libraries; name the oldest processor of a cluster")
set(LINKA_TUNED_DOWNLOADS ${CMAKE_BINARY_DIR}/tuned/downloads CACHE PATH "where fetched source packages are kept")
set(tuned_flags "-O3 -march=${LINKA_TUNED_ARCH} -flto -fno-semantic-interposition")

# linka_tuned_library(NAME DEV_PACKAGE ... ARCHIVE file TARGET cmake-target INCLUDES dirs LINKS libs FLAGS flags CMAKE_ARGS ...)
# makes the target linka_NAME_tuned, with LINKA_TUNED_<NAME> = "Debian's version, patches and their digest".
function(linka_tuned_library name)
  cmake_parse_arguments(ARG "" "DEV_PACKAGE;ARCHIVE;TARGET;FLAGS" "INCLUDES;LINKS;CMAKE_ARGS" ${ARGN})
  set(source ${CMAKE_BINARY_DIR}/tuned/${name}/source)
  set(build ${CMAKE_BINARY_DIR}/tuned/${name}/build)
  set(object ${CMAKE_BINARY_DIR}/tuned/${name}/${name}.o)

  file(GLOB patches CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/patches/${name}/*.patch)
  list(SORT patches)
  set(all "${tuned_flags} ${ARG_FLAGS}")
  separate_arguments(link_flags UNIX_COMMAND "${ARG_FLAGS}")
  foreach(patch ${patches})
    file(SHA256 ${patch} digest)
    string(APPEND all " ${digest}")
  endforeach()
  string(SHA256 level "${all}")
  string(SUBSTRING ${level} 0 8 level)
  list(LENGTH patches count)
  # Part of the command that fetches: with another version installed it is fetched and built again.
  execute_process(COMMAND dpkg-query -W "-f=\${source:Package};\${source:Version}" ${ARG_DEV_PACKAGE}
                  OUTPUT_VARIABLE debian_source COMMAND_ERROR_IS_FATAL ANY)
  list(GET debian_source 1 version)

  set(launcher)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    set(launcher -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
                 -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})
  endif()
  ExternalProject_Add(${name}_tuned_build
    PREFIX ${CMAKE_BINARY_DIR}/tuned/${name}
    SOURCE_DIR ${source}
    BINARY_DIR ${build}
    DOWNLOAD_COMMAND ${CMAKE_SOURCE_DIR}/tools/tuned_source.sh ${debian_source} ${LINKA_TUNED_DOWNLOADS} ${source} ${patches}
             COMMAND ${CMAKE_COMMAND} -E rm -rf ${build}
             COMMAND ${CMAKE_COMMAND} -E make_directory ${build}
    CMAKE_GENERATOR Ninja
    CMAKE_ARGS -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++
               -DCMAKE_AR=/usr/bin/gcc-ar -DCMAKE_RANLIB=/usr/bin/gcc-ranlib
               "-DCMAKE_C_FLAGS_RELEASE=${tuned_flags} ${ARG_FLAGS} -DNDEBUG"
               "-DCMAKE_CXX_FLAGS_RELEASE=${tuned_flags} ${ARG_FLAGS} -DNDEBUG"
               -DBUILD_SHARED_LIBS=OFF -DCMAKE_POSITION_INDEPENDENT_CODE=ON ${launcher} ${ARG_CMAKE_ARGS}
    BUILD_COMMAND ${CMAKE_COMMAND} --build ${build} --target ${ARG_TARGET}
    INSTALL_COMMAND g++ -O3 -march=${LINKA_TUNED_ARCH} ${link_flags} -w -fPIC -flto -flto-partition=none -flinker-output=nolto-rel -r -nostdlib
                    -o ${object} -Wl,--whole-archive ${build}/${ARG_ARCHIVE} -Wl,--no-whole-archive
    BUILD_BYPRODUCTS ${object}
    LOG_DOWNLOAD ON LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)
  foreach(patch ${patches})
    ExternalProject_Add_StepDependencies(${name}_tuned_build download ${patch})
  endforeach()

  add_library(linka_${name}_tuned INTERFACE)
  add_dependencies(linka_${name}_tuned ${name}_tuned_build)
  foreach(folder ${ARG_INCLUDES})
    target_include_directories(linka_${name}_tuned SYSTEM BEFORE INTERFACE ${CMAKE_BINARY_DIR}/tuned/${name}/${folder})
  endforeach()
  target_link_libraries(linka_${name}_tuned INTERFACE ${object} ${ARG_LINKS})
  string(TOUPPER ${name} upper)
  target_compile_definitions(linka_${name}_tuned INTERFACE
                             LINKA_TUNED_${upper}="${version}, ${count} patches, ${level}")
endfunction()

linka_tuned_library(openjpeg DEV_PACKAGE libopenjp2-7-dev TARGET openjp2 ARCHIVE bin/libopenjp2.a
  INCLUDES source/src/lib/openjp2 build/src/lib/openjp2
  LINKS Threads::Threads m
  CMAKE_ARGS -DBUILD_CODEC=OFF -DBUILD_STATIC_LIBS=ON -DOPJ_USE_THREAD=ON -DBUILD_TESTING=OFF)

# No fused multiplications: every number is that of Debian's build. And the picture of a line is kept as it is
# instead of as a PNG; without windows that is Tesseract's own setting.
linka_tuned_library(tesseract DEV_PACKAGE libtesseract-dev TARGET libtesseract ARCHIVE libtesseract.a
  FLAGS "-ffp-contract=off -DTESSERACT_IMAGEDATA_AS_PIX"
  INCLUDES source/include build/include
  LINKS PkgConfig::LEPTONICA Threads::Threads
  CMAKE_ARGS -DOPENMP_BUILD=OFF -DDISABLE_ARCHIVE=ON -DDISABLE_CURL=ON -DDISABLE_TIFF=ON -DGRAPHICS_DISABLED=ON
             -DBUILD_TRAINING_TOOLS=OFF -DBUILD_TESTS=OFF -DSW_BUILD=OFF -DENABLE_LTO=OFF -DENABLE_NATIVE=OFF
             -DTESSDATA_PREFIX=/usr/share/tesseract-ocr/5)
