# SPDX-License-Identifier: GPL-3.0-or-later
# The promises of docs/nothing-lost.md. A thinned choice in the default tests, all of it on request.
if(Python3_FOUND AND TARGET linka)
  foreach(part P1 P2 P3 P4 P5 P6 P7 P8 P9 P10)
    add_test(NAME Promise.${part}
      COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/promises.py
              --linka $<TARGET_FILE:linka> --part ${part})
    set_tests_properties(Promise.${part} PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)
  endforeach()

  add_test(NAME FailPoints
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/failpoints.py
            --linka $<TARGET_FILE:linka>)
  set_tests_properties(FailPoints PROPERTIES LABELS slow TIMEOUT 1200)
  add_test(NAME FailPoints.all
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/failpoints.py
            --linka $<TARGET_FILE:linka> --all)
  set_tests_properties(FailPoints.all PROPERTIES LABELS long TIMEOUT 14400 RUN_SERIAL ON)

  # What the program writes is recorded from before libc.
  enable_language(C)
  add_library(linka_power_loss MODULE power_loss_shim.c)
  target_compile_options(linka_power_loss PRIVATE -Wall -Wextra)
  target_link_libraries(linka_power_loss PRIVATE ${CMAKE_DL_LIBS})
  set(power_loss ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/power_loss.py
      --linka $<TARGET_FILE:linka> --shim $<TARGET_FILE:linka_power_loss>)
  add_test(NAME PowerLoss COMMAND ${power_loss} --states 20)
  set_tests_properties(PowerLoss PROPERTIES TIMEOUT 600)
  add_test(NAME PowerLoss.all COMMAND ${power_loss} --states 600)
  set_tests_properties(PowerLoss.all PROPERTIES LABELS long TIMEOUT 7200 RUN_SERIAL ON)

  add_test(NAME Clock
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/clock.py
            --linka $<TARGET_FILE:linka>)
  set_tests_properties(Clock PROPERTIES TIMEOUT 300 SKIP_RETURN_CODE 77)

  add_test(NAME SelfTest.Chaos COMMAND linka selftest chaos --rounds 3)
  set_tests_properties(SelfTest.Chaos PROPERTIES TIMEOUT 600)
  add_test(NAME SelfTest.Chaos.all COMMAND linka selftest chaos --rounds 300 --seed 2)
  set_tests_properties(SelfTest.Chaos.all PROPERTIES LABELS long TIMEOUT 7200 RUN_SERIAL ON)
endif()
