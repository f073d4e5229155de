#include "template_file.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/error.hpp"

#include <span>
#include <string>

namespace litellm::mail {

std::span<const EmbeddedFile> embedded_files();

std::string_view template_file(std::string_view name)
{
    for (const EmbeddedFile& file : embedded_files())
        if (file.name == name)
            return file.bytes;
    throw Failure(internal_error("the letter template " + std::string(name) + " is missing"));
}

} // namespace litellm::mail
