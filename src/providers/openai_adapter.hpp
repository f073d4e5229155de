#pragma once
// The adapter of every provider that is described by a row.

#include "parameter_rules.hpp"
#include "rows.hpp"

namespace litellm::providers {

class OpenAiAdapter : public RuledAdapter {
public:
    explicit OpenAiAdapter(const Row& row) : row_(row) {}

    [[nodiscard]] bool is_openai_shaped(const Endpoint& endpoint, Operation operation) const override;
    [[nodiscard]] Result<std::string>
    url(const Endpoint& endpoint, Operation operation, bool stream) const override;
    [[nodiscard]] bool takes_stream_options(const Endpoint& endpoint, Operation operation) const override;
    [[nodiscard]] Result<UpstreamRequest>
    encode(const Endpoint& endpoint, Operation operation, const Json& body, bool stream) const override;
    [[nodiscard]] Result<Json> decode(
        const Endpoint& endpoint,
        Operation operation,
        std::string_view body,
        std::int64_t created,
        const std::string& id
    ) const override;
    [[nodiscard]] std::unique_ptr<StreamDecoder> stream_decoder(
        const Endpoint& endpoint, Operation operation, std::int64_t created, const std::string& id
    ) const override;
    [[nodiscard]] Result<std::optional<std::string>>
    native_url(const Endpoint& endpoint, NativeApi api, bool stream) const override;
    [[nodiscard]] Result<std::string>
    account_url(const Endpoint& endpoint, std::string_view path) const override;

protected:
    [[nodiscard]] Rule
    rule(const Endpoint& endpoint, Operation operation, std::string_view name) const override;
    [[nodiscard]] bool
    accepts(const Endpoint& endpoint, std::string_view name, const Json& body) const override;
    /// Base and path of one route; the rows of Hugging Face join them in their own way.
    [[nodiscard]] virtual std::string join(const Endpoint& endpoint, std::string_view path) const;
    /// The operation that is really called: a chat for text completions of a chat-only provider, and the
    /// reverse.
    [[nodiscard]] virtual Operation route(const Endpoint& endpoint, Operation operation) const;
    [[nodiscard]] const Row& row() const { return row_; }

private:
    const Row& row_;
};

/// The adapter of a row of the table.
[[nodiscard]] const Adapter* openai_adapter(const Row& row);

} // namespace litellm::providers
