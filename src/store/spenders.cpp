#include "litellm/store/spenders.hpp"

#include "record.hpp"

namespace litellm::store {

namespace {

/// Calls may be written down days after they were made, when the database was away.
constexpr std::chrono::days longest_delay{2};

constexpr std::string_view select_lately =
    R"(SELECT DISTINCT {} FROM "{}" WHERE date >= $1 AND updated_at >= $2 AND {} IS NOT NULL)";

Result<std::vector<std::string>>
list_lately(db::Transaction& transaction, std::string_view table, std::string_view column, Timestamp since)
{
    std::vector<std::string> found;
    const auto shape = transaction.shape_of(table);
    if (!shape->has(column) || !shape->has("updated_at"))
        return found;
    const auto rows = transaction.query(
        compose(select_lately, column, table, column), {to_day(since - longest_delay), since}
    );
    if (!rows)
        return rows.error();
    for (const db::Row& row : *rows) {
        if (!row.text(0).empty())
            found.push_back(row.text(0));
    }
    return found;
}

} // namespace

Result<Spenders> list_spenders(db::Transaction& transaction, Timestamp since)
{
    Spenders spenders;
    struct Source {
        std::string_view table;
        std::string_view column;
        std::vector<std::string>* found;
    };
    for (const Source& source :
         {Source{"LiteLLM_DailyUserSpend", "api_key", &spenders.key_tokens},
          Source{"LiteLLM_DailyTeamSpend", "team_id", &spenders.team_ids},
          Source{"LiteLLM_DailyOrganizationSpend", "organization_id", &spenders.organization_ids}}) {
        auto found = list_lately(transaction, source.table, source.column, since);
        if (!found)
            return found.error();
        *source.found = std::move(*found);
    }
    return spenders;
}

} // namespace litellm::store
