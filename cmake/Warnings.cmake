# One set of warnings for every room; third-party headers are SYSTEM and stay silent.
add_library(litellm_warnings INTERFACE)
target_compile_options(litellm_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Woverloaded-virtual -Wcast-qual -Wextra-semi -Wno-missing-field-initializers)
if(LITELLM_WARNINGS_AS_ERRORS)
  target_compile_options(litellm_warnings INTERFACE -Werror)
endif()
