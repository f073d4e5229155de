#pragma once
// Deployments for tests of the router: nothing but what a choice looks at.

#include "deployment_state.hpp"
#include "litellm/inference/models.hpp"
#include "picking.hpp"

#include <memory>
#include <string>

namespace litellm::inference::testing {

inline std::shared_ptr<Deployment> make_row(const std::string& id, double weight = 1)
{
    auto row = std::make_shared<Deployment>();
    row->id = id;
    row->group = "group";
    row->weight = weight;
    row->state = std::make_shared<DeploymentState>();
    return row;
}

inline Group make_group(std::vector<std::shared_ptr<Deployment>> rows)
{
    Group group;
    group.name = "group";
    for (auto& row : rows) {
        group.is_ordered = group.is_ordered || row->order;
        group.deployments.push_back(std::move(row));
    }
    return group;
}

inline Timestamp some_time()
{
    return Timestamp(std::chrono::hours(24 * 365 * 50));
}

struct Router {
    RoutingPolicy policy;
    ManualClock clock{some_time()};
    SeededRandom random{7};
    Picker picker{policy, clock, random};
};

} // namespace litellm::inference::testing
