// OpenAI-shaped requests on their way to every provider.

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm;
    using namespace litellm::fuzz;
    Input input(data, size);
    const auto& endpoint = endpoints()[input.choose(endpoints().size())];
    const auto operation = operations[input.choose(3)];
    const bool stream = input.choose(2) == 1;
    auto body = parse_json(input.rest());
    if (!body || !body->is_object())
        return 0;
    std::vector<std::string> present;
    for (const auto& [name, value] : body->items()) {
        if (!value.is_null())
            present.push_back(name);
    }
    const auto& adapter = *endpoint.adapter;
    for (const bool drops : {false, true})
        (void)adapter.edits(endpoint, operation, present, drops);
    providers::ParameterPolicy policy;
    policy.drop_params = true;
    if (!adapter.apply_rules(endpoint, operation, *body, policy))
        return 0;
    const auto request = adapter.encode(endpoint, operation, *body, stream);
    if (!request)
        return 0;
    require(parse_json(request->body).has_value(), "a request that is no JSON");
    require(request->url.find('\n') == std::string::npos, "a line break in an address");
    return 0;
}
