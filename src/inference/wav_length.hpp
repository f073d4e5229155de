#pragma once
// How long a recording is, where its own header tells.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace litellm::inference {

/// Of a WAV file (RIFF) of `size` bytes, of which the beginning is here; nothing for other formats, for
/// headers that cannot be true, and where they are longer than the beginning. A length that was unknown when
/// the header was written, as in streams, is that of the bytes that follow it.
[[nodiscard]] std::optional<std::int64_t> wav_milliseconds(std::string_view beginning, std::size_t size);

} // namespace litellm::inference
