# SPDX-License-Identifier: GPL-3.0-or-later
# What a run promises of itself: nothing is done twice, any number of threads makes the same bytes, and its memory
# stays under --memory.
if(Python3_FOUND AND TARGET linka AND TARGET linka-samples)
  add_test(NAME DoneRun
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/done_run.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  set_tests_properties(DoneRun PROPERTIES TIMEOUT 600)
  add_test(NAME AnyThreads
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/any_threads.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  set_tests_properties(AnyThreads PROPERTIES TIMEOUT 600)
  add_test(NAME MemoryBudget
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_SOURCE_DIR}/memory_budget.py
            --linka $<TARGET_FILE:linka> --draw $<TARGET_FILE:linka-samples>)
  set_tests_properties(MemoryBudget PROPERTIES LABELS slow TIMEOUT 1200 SKIP_RETURN_CODE 77)
endif()
