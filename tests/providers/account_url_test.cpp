#include "litellm/providers/provider.hpp"

#include <gtest/gtest.h>

namespace litellm::providers {
namespace {

std::string url_of(const std::string& params, const std::string& path)
{
    const Environment nothing = [](const std::string&) { return std::nullopt; };
    const auto endpoint = resolve_endpoint(*parse_json(params), nothing);
    if (!endpoint)
        return endpoint.error().message;
    const auto url = endpoint->adapter->account_url(*endpoint, path);
    return url ? *url : url.error().message;
}

TEST(AccountUrl, IsWhereTheAccountsFilesAre)
{
    EXPECT_EQ(
        url_of(R"({"model": "openai/files", "api_key": "k"})", "/files/f-1/content"),
        "https://api.openai.com/v1/files/f-1/content"
    );
    EXPECT_EQ(
        url_of(R"({"model": "openai/files", "api_key": "k", "api_base": "http://x/v1/"})", "/batches"),
        "http://x/v1/batches"
    );
    EXPECT_EQ(
        url_of(R"({"model": "groq/files", "api_key": "k"})", "/batches"),
        "https://api.groq.com/openai/v1/batches"
    );
}

TEST(AccountUrl, OfAzureNamesNoDeployment)
{
    const std::string base = R"("api_key": "k", "api_base": "https://me.openai.azure.com)";
    const std::string expected = "https://me.openai.azure.com/openai/files?api-version=2024-10-21";
    EXPECT_EQ(
        url_of(R"({"model": "azure/gpt", )" + base + R"(", "api_version": "2024-10-21"})", "/files"), expected
    );
    EXPECT_EQ(
        url_of(
            R"({"model": "azure/gpt", )" + base + R"(/openai/deployments/gpt", "api_version": "2024-10-21"})",
            "/files"
        ),
        expected
    );
    EXPECT_EQ(
        url_of(
            R"({"model": "azure/gpt", )" + base + R"(/openai/v1", "api_version": "latest"})",
            "/batches/b/cancel"
        ),
        "https://me.openai.azure.com/openai/v1/batches/b/cancel"
    );
}

TEST(AccountUrl, IsRefusedWhereThereIsNone)
{
    for (const char* model : {"anthropic/x", "gemini/x", "ollama/x", "mistral/x", "azure_ai/x"}) {
        const std::string params =
            R"({"api_key": "k", "api_base": "http://x", "model": ")" + std::string(model) + "\"}";
        EXPECT_NE(url_of(params, "/files").find("for files and batches"), std::string::npos) << model;
    }
    EXPECT_NE(url_of(R"({"model": "openai/files"})", "/files").find("api_key"), std::string::npos);
}

} // namespace
} // namespace litellm::providers
