#pragma once
// What of a call is not counted in tokens: pictures, characters to be spoken, sound to be written down,
// searches.

#include "call.hpp"

#include <string>
#include <string_view>

namespace litellm::inference {

/// What decides on the price of a picture. Empty where nobody has said it.
struct PictureFormat {
    std::string quality;
    std::string size;
};

/// Whether the answer holds pictures.
[[nodiscard]] bool makes_pictures(const ModelCall& call);
[[nodiscard]] PictureFormat requested_format(const ModelCall& call);
/// What the answer says of its pictures, else what was asked for.
[[nodiscard]] PictureFormat answered_format(const ModelCall& call, const Json& answer);

/// What the request asks for; sound is known only afterwards.
[[nodiscard]] providers::Units requested_units(const ModelCall& call);
/// The most that the call can use. Sound whose length its file does not tell is taken to have at least 32
/// kbit a second.
[[nodiscard]] providers::Units most_units(const ModelCall& call);
/// What was sent to the provider, whatever comes of it: pictures are not among it.
[[nodiscard]] providers::Units sent_units(const ModelCall& call);
/// What the provider did. Where `answer`, which is null when it is no JSON, does not tell, it is what the
/// request tells.
[[nodiscard]] providers::Units answered_units(const ModelCall& call, const Json& answer);
/// What an answer with pictures writes are pictures, also where its usage does not tell kinds of tokens
/// apart.
void count_picture_tokens(const ModelCall& call, providers::Usage& usage);
/// Whether `answer` itself says what the provider did.
[[nodiscard]] bool tells_units(const ModelCall& call, const Json& answer);

} // namespace litellm::inference
