# SPDX-License-Identifier: GPL-3.0-or-later
# Packages handed on in the forms of others (docs/handover.md).
if(Python3_FOUND AND TARGET linka AND TARGET linka-samples)
  add_test(NAME Bags
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/bags.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  add_test(NAME Viewer
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/viewer.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  add_test(NAME Viewer.openseadragon
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/openseadragon.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  add_test(NAME HandedKilled
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/handed_killed.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  set_tests_properties(Bags Viewer Viewer.openseadragon HandedKilled PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
  foreach(part pdf bundle publish)
    add_test(NAME Handed.${part}
      COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/handed.py
              --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples> --part ${part})
    set_tests_properties(Handed.${part} PROPERTIES TIMEOUT 600 SKIP_RETURN_CODE 77)
  endforeach()
endif()
