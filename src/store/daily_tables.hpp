#pragma once
// The tables of daily roll-ups, one for each kind of entity.

#include "litellm/store/spend_logs.hpp"

#include <array>
#include <string_view>

namespace litellm::store {

struct EntityTable {
    DailySpend::Entity entity;
    std::string_view table;
    std::string_view id;
};

/// Every writer works through the tables in this order.
inline constexpr std::array<EntityTable, 5> entity_tables{{
    {DailySpend::Entity::user, "LiteLLM_DailyUserSpend", "user_id"},
    {DailySpend::Entity::team, "LiteLLM_DailyTeamSpend", "team_id"},
    {DailySpend::Entity::organization, "LiteLLM_DailyOrganizationSpend", "organization_id"},
    {DailySpend::Entity::end_user, "LiteLLM_DailyEndUserSpend", "end_user_id"},
    {DailySpend::Entity::tag, "LiteLLM_DailyTagSpend", "tag"},
}};

[[nodiscard]] constexpr const EntityTable& table_of(DailySpend::Entity entity)
{
    for (const EntityTable& table : entity_tables) {
        if (table.entity == entity)
            return table;
    }
    return entity_tables.front();
}

} // namespace litellm::store
