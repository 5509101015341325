# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's libopencv-core-dev and libopencv-imgproc-dev carry no CMake or pkg-config file (those are
# in the big libopencv-dev). Finds the two parts and makes OpenCV::core and OpenCV::imgproc.
find_path(OpenCVParts_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
find_library(OpenCVParts_CORE opencv_core)
find_library(OpenCVParts_IMGPROC opencv_imgproc)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVParts DEFAULT_MSG OpenCVParts_CORE OpenCVParts_IMGPROC
                                  OpenCVParts_INCLUDE_DIR)
if(OpenCVParts_FOUND AND NOT TARGET OpenCV::core)
  add_library(OpenCV::core UNKNOWN IMPORTED)
  set_target_properties(OpenCV::core PROPERTIES IMPORTED_LOCATION ${OpenCVParts_CORE}
                        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVParts_INCLUDE_DIR})
  add_library(OpenCV::imgproc UNKNOWN IMPORTED)
  set_target_properties(OpenCV::imgproc PROPERTIES IMPORTED_LOCATION ${OpenCVParts_IMGPROC}
                        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVParts_INCLUDE_DIR}
                        INTERFACE_LINK_LIBRARIES OpenCV::core)
endif()
