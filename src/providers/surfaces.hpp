#pragma once
// The surfaces, one function each, and what they share.

#include "litellm/providers/surface.hpp"

#include <string>
#include <string_view>

namespace litellm::providers {

[[nodiscard]] const Surface* messages_surface();
[[nodiscard]] const Surface* responses_surface();
[[nodiscard]] const Surface* generate_content_surface();

/// Anthropic's request as a chat request.
[[nodiscard]] Result<Json> chat_of_messages_request(const Json& request, bool stream, bool keeps_thoughts);
/// OpenAI's Responses request as a chat request.
[[nodiscard]] Result<Json> chat_of_responses_request(const Json& request, bool stream);
/// Google's request as a chat request.
[[nodiscard]] Result<Json> chat_of_generate_content_request(const Json& request, bool stream);

/// A content part of a chat with a picture: an address, or bytes in base64.
[[nodiscard]] Json image_part(std::string address);
[[nodiscard]] std::string data_address(std::string_view media_type, std::string_view base64);
[[nodiscard]] Json function_call(std::string id, std::string name, std::string arguments);
/// Arguments as an object; what is not JSON becomes an empty one, as no API can take half of it.
[[nodiscard]] Json parsed_arguments(const std::string& text);
/// The first choice of a completion, or null.
[[nodiscard]] const Json* first_choice(const Json& completion);

/// `event: <type>\ndata: <event>\n\n`
void append_event(std::string& out, std::string_view type, const Json& event);
void append_data(std::string& out, const Json& event);

} // namespace litellm::providers
