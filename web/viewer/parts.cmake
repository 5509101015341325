# SPDX-License-Identifier: GPL-3.0-or-later
# Brings what package-lock.json names. Without a network the build goes on, and says what is missing.
foreach(file package.json package-lock.json .npmrc)
  configure_file(${FROM}/${file} ${TO}/${file} COPYONLY)
endforeach()
execute_process(COMMAND ${NPM} ci --ignore-scripts --silent WORKING_DIRECTORY ${TO} TIMEOUT 180
                RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
set(built ${TO}/node_modules/openseadragon)
if(failed OR NOT EXISTS ${built}/build/openseadragon/openseadragon.min.js)
  message("The viewer is built without OpenSeadragon: npm could not bring it.")
  return()
endif()
configure_file(${built}/build/openseadragon/openseadragon.min.js ${TO}/page/openseadragon.min.js COPYONLY)
configure_file(${built}/LICENSE.txt ${TO}/page/openseadragon.LICENSE.txt COPYONLY)
file(WRITE ${TO}/parts.stamp "")
