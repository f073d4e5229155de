#pragma once
// How long a recording is, where its own header tells.

#include <cstdint>
#include <optional>
#include <string_view>

namespace litellm::inference {

/// Of a WAV file (RIFF); nothing for other formats and for headers that cannot be true. A length that was
/// unknown when the header was written, as in streams, is that of the bytes that follow it.
[[nodiscard]] std::optional<std::int64_t> wav_milliseconds(std::string_view file);

} // namespace litellm::inference
