# Writes one C++ file that holds the bytes of FILES (separated by |) through the assembler's .incbin,
# which costs no compile time however large a file is.
string(REPLACE "|" ";" FILES "${FILES}")
set(assembly "")
set(externs "")
set(rows "")
set(index 0)
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  set(symbol "litellm_embedded_${NAMESPACE}_${index}")
  string(APPEND assembly
    "asm(\".section .rodata\\n.global ${symbol}\\n.global ${symbol}_end\\n.balign 16\\n${symbol}:\\n.incbin \\\"${file}\\\"\\n${symbol}_end:\\n.byte 0\\n.previous\\n\");\n")
  string(APPEND externs "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n")
  string(APPEND rows
    "        EmbeddedFile{\"${name}\", std::string_view(${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol}))},\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include \"litellm/core/embedded_file.hpp\"\n\n#include <array>\n#include <span>\n\n${assembly}\n${externs}
namespace litellm::${NAMESPACE} {

std::span<const EmbeddedFile> embedded_files()
{
    static const std::array<EmbeddedFile, ${index}> files{
${rows}    };
    return files;
}

} // namespace litellm::${NAMESPACE}
")
