# litellm_precompile(TARGET): the target's files begin with cmake/precompiled.hpp, which is compiled once for all.
# litellm_precompile_tests(TARGET): the same for tests.
# On in builds without optimisation, where they halve the time; the release build goes without, so that a file that lacks an
# include is noticed.
set(litellm_precompile_by_default OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Debug")
  set(litellm_precompile_by_default ON)
endif()
option(LITELLM_PRECOMPILED_HEADERS "Parse the usual headers once" ${litellm_precompile_by_default})

set(litellm_precompiled_directory "${CMAKE_CURRENT_LIST_DIR}")
if(LITELLM_PRECOMPILED_HEADERS)
  # A header belongs to a target with a file that is compiled with it.
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/precompiled_user.cpp" CONTENT "")
  add_library(litellm_precompiled STATIC "${litellm_precompiled_directory}/precompiled.cpp" "${CMAKE_CURRENT_BINARY_DIR}/precompiled_user.cpp")
  target_compile_features(litellm_precompiled PUBLIC cxx_std_20)
  target_link_libraries(litellm_precompiled PUBLIC litellm_boost litellm_json fmt::fmt PRIVATE litellm_warnings)
  target_precompile_headers(litellm_precompiled PRIVATE "${litellm_precompiled_directory}/precompiled.hpp")
  # precompiled.cpp makes what the header only announces.
  set_source_files_properties("${litellm_precompiled_directory}/precompiled.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endif()

function(litellm_precompile TARGET)
  if(LITELLM_PRECOMPILED_HEADERS)
    target_precompile_headers(${TARGET} REUSE_FROM litellm_precompiled)
    target_link_libraries(${TARGET} PUBLIC litellm_precompiled)
  endif()
endfunction()

function(litellm_precompile_tests TARGET)
  if(NOT LITELLM_PRECOMPILED_HEADERS)
    return()
  endif()
  if(NOT TARGET litellm_precompiled_tests)
    file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/precompiled_tests.cpp" CONTENT "")
    add_library(litellm_precompiled_tests STATIC "${CMAKE_CURRENT_BINARY_DIR}/precompiled_tests.cpp")
    target_compile_definitions(litellm_precompiled_tests PRIVATE LITELLM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_link_libraries(litellm_precompiled_tests PUBLIC litellm_precompiled GTest::gmock GTest::gtest_main PRIVATE litellm_warnings)
    target_precompile_headers(litellm_precompiled_tests PRIVATE "${litellm_precompiled_directory}/precompiled_test.hpp")
  endif()
  target_precompile_headers(${TARGET} REUSE_FROM litellm_precompiled_tests)
endfunction()
