# SPDX-License-Identifier: GPL-3.0-or-later
# Packages on a shelf: docs/shelf.md. Held against a checker that knows the specification and not the program.
if(Python3_FOUND AND TARGET linka)
  foreach(part round rivals points handed doctor timer)
    add_test(NAME Shelf.${part}
      COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/shelf.py
              --linka $<TARGET_FILE:linka> --part ${part})
    set_tests_properties(Shelf.${part} PROPERTIES TIMEOUT 600)
  endforeach()
  set_tests_properties(Shelf.points PROPERTIES LABELS slow TIMEOUT 1800)
  set_tests_properties(Shelf.timer PROPERTIES SKIP_RETURN_CODE 77)
  add_test(NAME Shelf.points.all
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/shelf.py
            --linka $<TARGET_FILE:linka> --part points --all)
  set_tests_properties(Shelf.points.all PROPERTIES LABELS long TIMEOUT 14400 RUN_SERIAL ON)

  set(shelf_power ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/shelf_power.py
      --linka $<TARGET_FILE:linka> --shim $<TARGET_FILE:linka_power_loss>)
  add_test(NAME Shelf.power COMMAND ${shelf_power} --states 24)
  set_tests_properties(Shelf.power PROPERTIES LABELS slow TIMEOUT 600)
  add_test(NAME Shelf.power.all COMMAND ${shelf_power} --states 600)
  set_tests_properties(Shelf.power.all PROPERTIES LABELS long TIMEOUT 7200 RUN_SERIAL ON)
endif()

if(TARGET linka-bench-shelf)
  add_test(NAME Shelf.many COMMAND linka-bench-shelf --objects 100000)
  set_tests_properties(Shelf.many PROPERTIES LABELS long TIMEOUT 14400 RUN_SERIAL ON)
endif()
