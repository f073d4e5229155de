#pragma once
// What a provider's error body says, whatever its shape.

#include "litellm/core/json.hpp"

#include <string>
#include <string_view>

namespace litellm::providers {

struct ErrorText {
    std::string message;   ///< at most 2 kB of valid UTF-8
    std::string type;      ///< empty when the body has none
    std::string parameter; ///< likewise
    int code = 0;          ///< a numeric code between 400 and 599, else 0
};

/// Reads OpenAI's error object and what compatible servers, FastAPI and gateways (HTML) send instead.
[[nodiscard]] ErrorText read_error_body(std::string_view body);
[[nodiscard]] ErrorText read_error_document(const Json& document);
/// True for documents that are an error: a member `error` that is not null, or vLLM's `"object": "error"`.
[[nodiscard]] bool is_error_document(const Json& document);

} // namespace litellm::providers
