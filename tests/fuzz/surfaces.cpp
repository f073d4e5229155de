// Clients of other APIs: their requests as chats, and chat answers and chunks as theirs.

#include "fuzz.hpp"

#include "litellm/providers/surface.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm;
    using namespace litellm::fuzz;
    constexpr providers::NativeApi apis[] = {
        providers::NativeApi::messages,
        providers::NativeApi::responses,
        providers::NativeApi::generate_content};
    Input input(data, size);
    const auto* surface = providers::find_surface(apis[input.choose(3)]);
    const bool stream = input.choose(2) == 1;
    const auto document = parse_json(input.rest());
    if (!document)
        return 0;
    if (const auto chat = surface->chat_request(*document, stream, input.rest().size() % 2 == 0)) {
        require(chat->is_object() && chat->contains("messages"), "a chat without messages");
        (void)to_text(*chat);
    }
    providers::SurfaceAnswer facts;
    facts.model = "m";
    facts.id = std::string(32, 'a');
    facts.request = Json::object();
    if (!document->is_object())
        return 0;
    (void)to_text(surface->answer(*document, facts));
    // An array of chunks in a member is a whole stream.
    const auto translation = surface->stream(facts);
    std::string out;
    if (const auto chunks = document->find("chunks"); chunks != document->end() && chunks->is_array()) {
        for (const Json& chunk : *chunks) {
            if (chunk.is_object())
                translation->take(chunk, out);
        }
    } else {
        translation->take(*document, out);
    }
    translation->finish(out);
    translation->fail(invalid_input("broken off"), out);
    return 0;
}
