#pragma once
// Answers made here, for `mock_response` (the reference 4.11).

#include "litellm/core/json.hpp"
#include "litellm/core/random.hpp"
#include "litellm/providers/provider.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace litellm::inference {

struct MockAnswer {
    Json body;                ///< the whole answer, OpenAI-shaped
    std::vector<Json> chunks; ///< the same as a stream, without the usage chunk
    providers::Usage usage;
};

struct MockRequest {
    providers::Operation operation = providers::Operation::chat_completions;
    std::string model;
    std::int64_t count = 1;   ///< choices wanted, or inputs to embed
    bool base64 = false;      ///< embeddings as base64
    std::int64_t created = 0; ///< seconds since the epoch
};

/// `mock` is a text, an object taken as the whole answer, or one of LiteLLM's error names, which comes back
/// as that error.
[[nodiscard]] Result<MockAnswer>
make_mock_answer(const Json& mock, const MockRequest& request, Random& random);

} // namespace litellm::inference
