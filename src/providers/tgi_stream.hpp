#pragma once
// The event stream of TGI's raw form.

#include "litellm/providers/provider.hpp"

namespace litellm::providers {

/// OpenAI's usage out of TGI's `details`.
[[nodiscard]] Json tgi_usage(const Json& details);

/// With `as_text` the chunks are those of a text completion.
[[nodiscard]] std::unique_ptr<StreamDecoder>
tgi_stream_decoder(const Endpoint& endpoint, bool as_text, std::int64_t created, std::string id);

} // namespace litellm::providers
