#pragma once

#include <string_view>

namespace litellm {

/// A file that was put into the binary at build time.
struct EmbeddedFile {
    std::string_view name;
    std::string_view bytes;
};

} // namespace litellm
