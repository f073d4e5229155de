#pragma once
// The models that can be called: an immutable snapshot made from the configuration.

#include "litellm/auth/principal.hpp"
#include "litellm/config/config.hpp"
#include "litellm/core/random.hpp"
#include "litellm/http/client.hpp"
#include "litellm/providers/provider.hpp"
#include "litellm/spend/price_book.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace litellm::inference {

class DeploymentState;

/// One deployment with all that can be computed before a request comes.
struct Deployment {
    std::string id;
    std::string group;
    providers::Endpoint endpoint;
    std::shared_ptr<const http::HeaderBlock> json_headers; ///< endpoint.headers and the content type
    std::optional<spend::ModelPrice> price;                ///< nothing: unknown
    bool has_custom_price = false;
    std::optional<Json> mock_response; ///< answer without calling anybody
    double weight = 1;
    std::optional<int> order; ///< rows of the lowest order are asked first
    std::optional<std::int64_t> rpm;
    std::optional<std::int64_t> tpm;
    int max_parallel_requests = 0; ///< 0: as many as there are
    std::vector<std::string> tags;
    std::optional<double> cooldown_seconds;
    std::optional<std::int64_t> max_input_tokens;
    Money routing_cost; ///< of a million tokens each way, for cost-based-routing
    bool is_wildcard = false;
    bool buys_tokens = false;               ///< credentials that are exchanged for an access token first
    std::shared_ptr<DeploymentState> state; ///< outlives a reload of the models; never null
    std::chrono::milliseconds timeout{0};
    std::chrono::milliseconds stream_timeout{0};
    bool drop_params = false;
    bool only_public_addresses = false; ///< the host was chosen by a client
    Json params;
    Json model_info;
    std::string public_api_base; ///< for x-litellm-model-api-base and the ledger: no query, no credentials

    /// The operation's URL, made once; empty when it must be asked for with the request (wildcards).
    [[nodiscard]] const std::string& url(providers::Operation operation, bool stream) const
    {
        return urls[static_cast<std::size_t>(operation)][stream ? 1 : 0];
    }
    std::array<std::array<std::string, 2>, 3> urls;
};

using DeploymentPtr = std::shared_ptr<const Deployment>;

struct Group {
    std::string name;
    std::vector<DeploymentPtr> deployments;
    std::vector<std::string> access_groups;
    std::string team_id;     ///< only this team may call it; empty for everybody's
    std::string public_name; ///< what that team calls it
    bool is_ordered = false; ///< a deployment has an order

    /// A model of another team is as unknown as one that does not exist.
    [[nodiscard]] bool is_hidden_from(const auth::Principal& principal) const
    {
        return !team_id.empty() && !principal.is_admin() && principal.team_id() != team_id;
    }
};

/// A group that a request's model led to.
struct Found {
    const Group* group = nullptr;
    /// For wildcard groups: what the client's name makes of the deployment's model; empty otherwise.
    std::string model;
};

class Models {
public:
    /// The configuration's rows and those `stored` in the database. Rows whose provider this version does not
    /// speak are left out and named in `problems`. Deployments that `previous` has too keep their cooldowns
    /// and counts.
    [[nodiscard]] static std::shared_ptr<const Models> make(
        const config::Config& config,
        const spend::PriceBook& prices,
        std::vector<std::string>& problems,
        const std::vector<config::Deployment>& stored = {},
        const Models* previous = nullptr
    );

    /// By group name, alias, deployment id, wildcard, or litellm model name, in that order; nothing when
    /// unknown.
    [[nodiscard]] std::optional<Found> find(std::string_view model) const;
    /// What aliases (model_group_alias, model_alias_map) make of a name.
    [[nodiscard]] std::string resolve_alias(std::string_view model) const;
    [[nodiscard]] std::vector<std::string> access_groups(std::string_view model) const;
    [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
    /// Names in the order of the configuration, visible aliases last.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
    [[nodiscard]] DeploymentPtr find_deployment(std::string_view id) const;

private:
    struct Pattern {
        std::string pattern;
        std::size_t group = 0;
    };
    std::vector<Group> groups_;
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::size_t> by_name_;
    std::unordered_map<std::string, std::pair<std::size_t, DeploymentPtr>> by_id_;
    std::unordered_map<std::string, std::size_t> by_model_;
    std::vector<Pattern> patterns_;
    std::map<std::string, std::string, std::less<>> aliases_;
    std::vector<Group> single_groups_;
};

/// Gives a deployment its endpoint and what is made of it beforehand: URLs, headers, the address to show.
void set_endpoint(Deployment& deployment, providers::Endpoint endpoint);

/// What the list says of a picture of that quality and size from `model` of `provider`; null when it knows
/// none.
[[nodiscard]] const spend::ModelPrice* listed_picture_price(
    const Deployment& deployment,
    const std::string& provider,
    const std::string& model,
    const spend::PriceBook& prices,
    std::string_view quality,
    std::string_view size
);

/// Builds the deployment of one configuration row. invalid_input when its provider is not spoken.
[[nodiscard]] Result<DeploymentPtr>
make_deployment(const config::Deployment& row, const config::Config& config, const spend::PriceBook& prices);

} // namespace litellm::inference
