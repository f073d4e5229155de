#pragma once
// Which parameters a provider takes, and what happens to the others (reference providers.md 2.1).

#include "litellm/providers/provider.hpp"

#include <string_view>

namespace litellm::providers {

/// What becomes of one known parameter.
struct Rule {
    enum class Verdict {
        keep,
        rename,
        remove,    ///< silently: asking for it changes nothing that matters
        refuse,    ///< unsupported: an error, or removed under drop_params
        ask_value, ///< its value decides: accepts() or encode() looks at it
    };
    Verdict verdict = Verdict::keep;
    std::string_view renamed_to = {};
};

/// OpenAI's own parameters; others belong to the provider and pass untouched.
[[nodiscard]] bool is_known_parameter(Operation operation, std::string_view name);

/// An adapter whose edits() and apply_rules() follow from one verdict per parameter.
class RuledAdapter : public Adapter {
public:
    [[nodiscard]] Result<std::vector<Edit>> edits(
        const Endpoint& endpoint,
        Operation operation,
        const std::vector<std::string>& present,
        bool drop_params
    ) const final;
    [[nodiscard]] Result<void> apply_rules(
        const Endpoint& endpoint, Operation operation, Json& body, const ParameterPolicy& policy
    ) const final;

protected:
    [[nodiscard]] virtual Rule
    rule(const Endpoint& endpoint, Operation operation, std::string_view name) const = 0;
    /// For Verdict::ask_value: whether the member `name` of `body` is supported as it stands there.
    [[nodiscard]] virtual bool
    accepts(const Endpoint& endpoint, std::string_view name, const Json& body) const = 0;
};

} // namespace litellm::providers
