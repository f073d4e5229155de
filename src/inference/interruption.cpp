#include "interruption.hpp"

namespace litellm::inference {

namespace {

constexpr const char* instruction =
    "The answer that follows was cut off. Go on exactly where it ends: do not repeat any of it, do not begin "
    "anew, and do not mention the interruption.";

} // namespace

Json continued(Json messages, const Interruption& interruption)
{
    if (interruption.content.empty() || !messages.is_array())
        return messages;
    messages.push_back(Json{{"role", "system"}, {"content", instruction}});
    messages.push_back(Json{{"role", "assistant"}, {"content", interruption.content}});
    return messages;
}

} // namespace litellm::inference
