#pragma once
// The changes that a row's flags ask for in a chat request.

#include "rows.hpp"

namespace litellm::providers {

/// Edits messages, tools and the parameters whose values a provider writes differently. `model` is the
/// provider's name.
void shape_chat_request(const Row& row, std::string_view model, Json& body);

void shape_messages(const Row& row, std::string_view model, const Json& body, Json& messages);
void shape_tools(const Row& row, Json& body);

/// The name of the tool that stands in for a JSON schema.
inline constexpr std::string_view schema_tool_name = "json_tool_call";

/// `content` as one text: a string as it is, a list's texts joined, null as nothing.
[[nodiscard]] std::string text_of_content(const Json& content);

} // namespace litellm::providers
