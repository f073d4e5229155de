// Whole answers and errors of every provider.

#include "fuzz.hpp"

#include "litellm/providers/surface.hpp"

namespace {

constexpr litellm::providers::NativeApi apis[] = {
    litellm::providers::NativeApi::messages,
    litellm::providers::NativeApi::responses,
    litellm::providers::NativeApi::generate_content,
    litellm::providers::NativeApi::moderations,
    litellm::providers::NativeApi::images,
    litellm::providers::NativeApi::speech,
    litellm::providers::NativeApi::transcriptions,
    litellm::providers::NativeApi::rerank};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace litellm;
    using namespace litellm::fuzz;
    Input input(data, size);
    const auto& endpoint = endpoints()[input.choose(endpoints().size())];
    const auto operation = operations[input.choose(3)];
    const std::string_view body = input.rest();
    if (const auto answer =
            endpoint.adapter->decode(endpoint, operation, body, 1700000000, "chatcmpl-fresh")) {
        Json shown = *answer;
        (void)providers::error_inside(endpoint, shown);
        if (shown.is_object() && shown.contains("usage"))
            (void)providers::usage_from_openai(shown["usage"]);
        providers::match_encoding_format(shown, "base64");
        (void)to_text(shown);
    }
    for (const int status : {400, 401, 404, 429, 500, 503}) {
        const auto error = providers::error_from_response(
            endpoint, status, {{"retry-after", std::string(body.substr(0, 20))}}, body
        );
        require(error.status >= 400, "an error without a status");
        (void)providers::error_class(error);
        (void)endpoint.adapter->should_fall_back(status, body);
    }
    (void)providers::access_token_from(body);
    for (const auto api : apis) {
        providers::NativeReader reader(api);
        (void)reader.take(endpoint, body);
        if (const auto document = parse_json(body); document && document->is_object())
            (void)providers::native_facts(api, *document);
    }
    return 0;
}
