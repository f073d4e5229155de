#include "litellm/providers/provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

Endpoint endpoint_of(std::string provider = "openai")
{
    Endpoint endpoint;
    endpoint.provider = std::move(provider);
    endpoint.model = "m";
    endpoint.api_key = Secret("sk-very-secret-key-1234");
    return endpoint;
}

Error from(int status, std::string_view body, const std::string& provider = "openai")
{
    return error_from_response(endpoint_of(provider), status, {}, body);
}

std::string openai_body(
    const std::string& message, const std::string& type = "server_error", const std::string& code = ""
)
{
    Json error = {{"message", message}, {"type", type}, {"param", nullptr}, {"code", code}};
    return to_text(Json{{"error", std::move(error)}});
}

TEST(ErrorFromResponse, MapsTheStatusWhereNoTextDecides)
{
    struct Case {
        int status;
        int expected;
        ErrorKind kind;
        const char* message;
    };
    for (const auto& each : std::initializer_list<Case>{
             {400, 400, ErrorKind::invalid_input, "litellm.BadRequestError: OpenAIException - no"},
             {401,
              401,
              ErrorKind::upstream_failed,
              "litellm.AuthenticationError: AuthenticationError: OpenAIException - no"},
             {402, 402, ErrorKind::upstream_failed, "litellm.APIError: APIError: OpenAIException - no"},
             {403, 403, ErrorKind::upstream_failed, "litellm.APIError: APIError: OpenAIException - no"},
             {404,
              404,
              ErrorKind::upstream_failed,
              "litellm.NotFoundError: NotFoundError: OpenAIException - no"},
             {408, 408, ErrorKind::timed_out, "litellm.Timeout: Timeout Error: OpenAIException - no"},
             {413, 413, ErrorKind::upstream_failed, "litellm.APIError: APIError: OpenAIException - no"},
             {422, 400, ErrorKind::invalid_input, "litellm.BadRequestError: OpenAIException - no"},
             {429,
              429,
              ErrorKind::rate_limited,
              "litellm.RateLimitError: RateLimitError: OpenAIException - no"},
             {500,
              500,
              ErrorKind::upstream_failed,
              "litellm.InternalServerError: InternalServerError: OpenAIException - no"},
             {502,
              502,
              ErrorKind::upstream_failed,
              "litellm.BadGatewayError: BadGatewayError: OpenAIException - no"},
             {503,
              503,
              ErrorKind::upstream_failed,
              "litellm.ServiceUnavailableError: ServiceUnavailableError: OpenAIException - no"},
             {504, 504, ErrorKind::timed_out, "litellm.Timeout: Timeout Error: OpenAIException - no"},
             {529, 529, ErrorKind::upstream_failed, "litellm.APIError: APIError: OpenAIException - no"},
         }) {
        const auto error = from(each.status, openai_body("no"));
        EXPECT_EQ(error.status, each.expected) << each.status;
        EXPECT_EQ(error.kind, each.kind) << each.status;
        EXPECT_EQ(error.message, each.message);
    }
}

TEST(ErrorFromResponse, LetsTheTextDecideFirst)
{
    struct Case {
        int status;
        std::string body;
        std::string_view error_class;
        int expected;
    };
    const std::string invalid = "invalid_request_error";
    for (const auto& each : std::vector<Case>{
             {500, openai_body("Request timed out"), "Timeout", 408},
             {500, openai_body("Error 429 from the pool"), "RateLimitError", 429},
             {400, openai_body("request abc429def is odd"), "BadRequestError", 400},
             {400, openai_body("You hit the Rate Limit"), "RateLimitError", 429},
             {500, openai_body("Service tier capacity exceeded"), "RateLimitError", 429},
             {400,
              openai_body("This model's maximum context length is 8192 tokens", invalid),
              "ContextWindowExceededError",
              400},
             {422,
              R"({"error":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 10"})",
              "ContextWindowExceededError",
              400},
             {400, openai_body("Current length is 9 while limit is 8"), "ContextWindowExceededError", 400},
             {400,
              openai_body(
                  "Invalid 'user': string too long. Expected a string with maximum length 64", invalid
              ),
              "BadRequestError",
              400},
             {404, openai_body("The model does not exist", invalid, "model_not_found"), "NotFoundError", 404},
             {500, openai_body("A timeout occurred"), "Timeout", 408},
             {400,
              openai_body("flagged", invalid, "content_policy_violation"),
              "ContentPolicyViolationError",
              400},
             {400,
              openai_body("Invalid prompt: violating our usage policy"),
              "ContentPolicyViolationError",
              400},
             {400,
              openai_body("Your request was rejected as a result of the safety system."),
              "ContentPolicyViolationError",
              400},
             {403, openai_body("nope", invalid), "BadRequestError", 400},
             {401, openai_body("Incorrect API key provided: x", invalid), "AuthenticationError", 401},
             {502, "Web server is returning an unknown error", "InternalServerError", 500},
             {400, openai_body("Request too large for gpt-4"), "RateLimitError", 429},
         }) {
        const auto error = from(each.status, each.body);
        EXPECT_EQ(error_class(error), each.error_class) << each.body;
        EXPECT_EQ(error.status, each.expected) << each.body;
    }
}

TEST(ErrorFromResponse, WordsTheSubclassesOfBadRequestAsLiteLlmDoes)
{
    EXPECT_EQ(
        from(400, openai_body("exceed context limit")).message,
        "litellm.ContextWindowExceededError: litellm.BadRequestError: ContextWindowExceededError: "
        "OpenAIException - exceed "
        "context limit"
    );
    EXPECT_EQ(
        from(400, openai_body("x", "invalid_request_error", "content_policy_violation")).message,
        "litellm.BadRequestError: litellm.ContentPolicyViolationError: ContentPolicyViolationError: "
        "OpenAIException - x"
    );
}

TEST(ErrorFromResponse, NamesTheProvider)
{
    EXPECT_THAT(from(500, "x", "groq").message, HasSubstr("GroqException - x"));
    EXPECT_THAT(from(500, "x", "together_ai").message, HasSubstr("Together_aiException - x"));
    EXPECT_THAT(from(500, "x", "huggingface").message, HasSubstr("HuggingfaceException - x"));
}

TEST(ErrorFromResponse, FindsTheMessageInEveryShape)
{
    struct Case {
        const char* body;
        const char* message;
    };
    for (const auto& each : std::initializer_list<Case>{
             {R"({"error":{"message":"a"}})", "a"},
             {R"({"error":"a"})", "a"},
             {R"({"message":"a","object":"error"})", "a"},
             {R"({"detail":"a"})", "a"},
             {R"({"detail":[{"loc":["body"],"msg":"a"}]})", "a"},
             {R"({"detail":{"message":"a"}})", "a"},
             {R"({"errors":[{"message":"a"}]})", "a"},
             {R"([{"error":{"message":"a"}}])", "a"},
             {R"({"odd":1})", R"({"odd":1})"},
             {"plain text\n", "plain text"},
             {"", "HTTP status 500"},
             {"<!DOCTYPE html><html><head><title>502 Bad\nGateway</title></head><body>x</body></html>",
              "502 Bad\nGateway"},
             {"<html><body><h1>Oh</h1> <p>no</p></body></html>", "Oh no"},
         })
        EXPECT_EQ(
            from(500, each.body).message,
            std::string("litellm.InternalServerError: InternalServerError: OpenAIException - ") + each.message
        );
}

TEST(ErrorFromResponse, KeepsTypeAndParameterOfTheProvider)
{
    const auto error = from(
        400, R"({"error":{"message":"x","type":"invalid_request_error","param":"messages","code":"c"}})"
    );
    EXPECT_EQ(error.type, "invalid_request_error");
    EXPECT_EQ(error.parameter, "messages");
    EXPECT_EQ(from(429, openai_body("x", "tokens")).type, "throttling_error");
    EXPECT_EQ(from(400, "x").type, "");
}

TEST(ErrorFromResponse, CutsLongAndBrokenText)
{
    const auto cut = from(500, std::string(2047, 'a') + "ü" + std::string(5000, 'b'));
    EXPECT_TRUE(cut.message.ends_with("aaa"));
    EXPECT_LT(cut.message.size(), 2150U);
    EXPECT_THAT(from(500, "bad \xff byte").message, HasSubstr("bad ? byte"));
}

TEST(ErrorFromResponse, NeverRepeatsTheKey)
{
    const auto error = from(401, openai_body("Incorrect API key provided: sk-very-secret-key-1234."));
    EXPECT_THAT(error.message, Not(HasSubstr("secret")));
    EXPECT_THAT(error.message, HasSubstr("1234"));
}

TEST(ErrorFromResponse, MasksSecretsWhereverTheyStand)
{
    auto endpoint = endpoint_of();
    endpoint.headers = {
        {"authorization", "Bearer sk-very-secret-key-1234"},
        {"X-Gateway", "Token gateway-secret-5678"},
        {"anthropic-version", "2023-06-01"},
        {"X-Short", "short"}};
    Json inner = {
        {"message", "no 2023-06-01 short gateway-secret-5678"},
        {"type", "type of sk-very-secret-key-1234"},
        {"param", "gateway-secret-5678"}};
    const auto error = error_from_response(
        endpoint,
        418,
        {{"Location", "https://x/?key=sk-very-secret-key-1234"},
         {"X-RateLimit-Of", "Token gateway-secret-5678"}},
        to_text(Json{{"error", std::move(inner)}})
    );
    EXPECT_THAT(error.message, HasSubstr("no 2023-06-01 short sk-...5678"));
    EXPECT_EQ(error.type, "type of sk-...1234");
    EXPECT_EQ(error.parameter, "sk-...5678");
    EXPECT_THAT(error.headers, Contains(Pair("llm_provider-location", "https://x/?key=sk-...1234")));
    EXPECT_THAT(error.headers, Contains(Pair("x-ratelimit-of", "sk-...5678")));
    for (const auto& [name, value] : error.headers)
        EXPECT_THAT(value, Not(HasSubstr("secret"))) << name;
}

TEST(ErrorFromResponse, CutsNoKeyInTwo)
{
    const auto error = from(500, openai_body(std::string(2040, 'a') + "sk-very-secret-key-1234"));
    EXPECT_THAT(error.message, Not(HasSubstr("sk-very")));
}

TEST(WithoutSecrets, IsNeededOnlyWhereThereAreSome)
{
    EXPECT_TRUE(has_secret_of(endpoint_of(), "a sk-very-secret-key-1234"));
    EXPECT_FALSE(has_secret_of(endpoint_of(), "a sk-very-secret-key-1235"));
    EXPECT_EQ(
        without_secrets_of(endpoint_of(), "sk-very-secret-key-1234, sk-very-secret-key-1234"),
        "sk-...1234, sk-...1234"
    );
}

TEST(ErrorFromResponse, PassesHeadersOn)
{
    const Headers upstream = {
        {"X-RateLimit-Remaining-Requests", "0"},
        {"Retry-After", "3"},
        {"X-Request-Id", "r"},
        {"Set-Cookie", "c"},
        {"Connection", "close"},
        {"Transfer-Encoding", "chunked"},
    };
    const auto error = error_from_response(endpoint_of(), 429, upstream, "x");

    EXPECT_THAT(error.headers, Contains(Pair("x-ratelimit-remaining-requests", "0")));
    EXPECT_THAT(error.headers, Contains(Pair("llm_provider-x-ratelimit-remaining-requests", "0")));
    EXPECT_THAT(error.headers, Contains(Pair("retry-after", "3")));
    EXPECT_THAT(error.headers, Contains(Pair("llm_provider-retry-after", "3")));
    EXPECT_THAT(error.headers, Contains(Pair("llm_provider-x-request-id", "r")));
    EXPECT_THAT(error.headers, Not(Contains(Key("x-request-id"))));
    EXPECT_THAT(error.headers, Not(Contains(Key("llm_provider-set-cookie"))));
    EXPECT_THAT(error.headers, Not(Contains(Key("llm_provider-connection"))));
    EXPECT_THAT(error.headers, Not(Contains(Key("llm_provider-transfer-encoding"))));
}

TEST(ErrorFromTransport, TellsATimeoutFromABrokenConnection)
{
    const auto timeout = error_from_transport(endpoint_of(), true, "28");
    EXPECT_EQ(timeout.kind, ErrorKind::timed_out);
    EXPECT_EQ(timeout.status, 408);
    EXPECT_EQ(
        timeout.message, "litellm.Timeout: APITimeoutError - Request timed out. Error_str: Request timed out."
    );

    const auto refused = error_from_transport(endpoint_of("groq"), false, "Connection refused");
    EXPECT_EQ(refused.kind, ErrorKind::upstream_failed);
    EXPECT_EQ(refused.status, 500);
    EXPECT_EQ(
        refused.message, "litellm.APIConnectionError: APIConnectionError: GroqException - Connection refused"
    );
    EXPECT_EQ(error_class(refused), "APIConnectionError");
}

TEST(ErrorInside, ReadsCodesAndTypes)
{
    struct Case {
        const char* document;
        int status;
    };
    for (const auto& each : std::initializer_list<Case>{
             {R"({"error":{"message":"x","code":502}})", 502},
             {R"({"error":{"message":"x","code":"429"}})", 429},
             {R"({"error":{"message":"x","type":"server_error","code":null}})", 500},
             {R"({"error":{"message":"x","code":"rate_limit_exceeded"}})", 429},
             {R"({"error":"Model is overloaded","error_type":"overloaded"})", 429},
             {R"({"error":"bad","error_type":"validation"})", 400},
             {R"({"object":"error","message":"x","code":404})", 404},
         }) {
        const auto error = error_inside(endpoint_of(), *parse_json(each.document));
        ASSERT_TRUE(error.has_value()) << each.document;
        EXPECT_EQ(error->status, each.status) << each.document;
    }
}

TEST(ErrorInside, LeavesGoodDocumentsAlone)
{
    for (const auto* document :
         {R"({"choices":[]})",
          R"({"error":null,"choices":[]})",
          R"({"error":""})",
          R"({"error":{}})",
          "[]",
          "1"})
        EXPECT_FALSE(error_inside(endpoint_of(), *parse_json(document)).has_value()) << document;
}

TEST(ErrorClass, IsEmptyForErrorsFromElsewhere)
{
    EXPECT_EQ(error_class(invalid_input("no")), "");
    EXPECT_EQ(error_class(invalid_input("litellm.Strange: no")), "");
}

} // namespace
} // namespace litellm::providers
