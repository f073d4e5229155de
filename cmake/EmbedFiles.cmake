# litellm_embed_files(TARGET NAMESPACE HEADER FILES...): puts files into the binary.
# HEADER declares, in litellm::NAMESPACE, `std::span<const EmbeddedFile> embedded_files()`.
function(litellm_embed_files TARGET NAMESPACE)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/embedded_${NAMESPACE}.cpp")
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed.cmake")
  list(JOIN ARGN "|" files)
  add_custom_command(
    OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DNAMESPACE=${NAMESPACE} "-DFILES=${files}" -P "${script}"
    DEPENDS ${ARGN} "${script}"
    VERBATIM)
  target_sources(${TARGET} PRIVATE "${output}")
endfunction()
