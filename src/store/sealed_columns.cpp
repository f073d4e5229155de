#include "litellm/store/sealed_columns.hpp"

#include "record.hpp"

#include <array>

namespace litellm::store {

namespace {

struct Place {
    std::string_view table;
    std::string_view id;
    std::string_view column; ///< a document
};

constexpr std::array places{
    Place{"LiteLLM_ProxyModelTable", "model_id", "litellm_params"},
    Place{"LiteLLM_CredentialsTable", "credential_id", "credential_values"},
    Place{"LiteLLM_Config", "param_name", "param_value"},
    Place{"LiteLLM_MCPServerTable", "server_id", "credentials"},
    Place{"LiteLLM_SSOConfig", "id", "sso_settings"},
    Place{"LiteLLM_CacheConfig", "id", "cache_settings"},
    Place{"LiteLLM_SearchToolsTable", "search_tool_id", "litellm_params"},
};

/// Our own, whose column is one sealed text: keys that wait for their owners, letters that wait to be sent.
constexpr std::array own_places{
    Place{"key_reveals", "token", "sealed"},
    Place{"email_outbox", "id", "payload"},
};

constexpr std::string_view select_documents =
    R"(SELECT {0}, {1} FROM "{2}" WHERE {1} IS NOT NULL ORDER BY {0})";
constexpr std::string_view update_document = R"(UPDATE "{2}" SET {1} = $2 WHERE {0} = $1)";

std::int64_t reseal_in(Json& value, const Reseal& reseal)
{
    if (value.is_string()) {
        auto sealed = reseal(value.get_ref<const std::string&>());
        if (!sealed)
            return 0;
        value = std::move(*sealed);
        return 1;
    }
    std::int64_t count = 0;
    if (value.is_structured()) {
        for (Json& each : value)
            count += reseal_in(each, reseal);
    }
    return count;
}

Result<std::int64_t> reseal_place(db::Transaction& transaction, const Place& place, const Reseal& reseal)
{
    const auto rows =
        transaction.query(fmt::format(select_documents, place.id, place.column, place.table), {});
    if (!rows)
        return rows.error();
    const std::string update = fmt::format(update_document, place.id, place.column, place.table);
    std::int64_t total = 0;
    for (const db::Row& row : *rows) {
        Json document = read_json(row, 1);
        const std::int64_t count = reseal_in(document, reseal);
        if (count == 0)
            continue;
        const auto stored = transaction.execute(update, {row.text(0), document});
        if (!stored)
            return stored.error();
        total += count;
    }
    return total;
}

Result<std::int64_t> reseal_own(db::Transaction& transaction, const Place& place, const Reseal& reseal)
{
    const auto rows =
        transaction.query(fmt::format(select_documents, place.id, place.column, place.table), {});
    if (!rows)
        return rows.error();
    const std::string update = fmt::format(update_document, place.id, place.column, place.table);
    std::int64_t total = 0;
    for (const db::Row& row : *rows) {
        const auto sealed = reseal(row.text(1));
        if (!sealed)
            continue;
        const auto stored = transaction.execute(update, {row.text(0), *sealed});
        if (!stored)
            return stored.error();
        ++total;
    }
    return total;
}

} // namespace

Result<std::int64_t> reseal_texts(db::Transaction& transaction, const Reseal& reseal)
{
    std::int64_t total = 0;
    for (const Place& place : places) {
        const auto shape = transaction.shape_of(place.table);
        if (!shape->has(place.id) || !shape->has(place.column))
            continue;
        const auto count = reseal_place(transaction, place, reseal);
        if (!count)
            return count.error();
        total += *count;
    }
    for (const Place& place : own_places) {
        const auto count = reseal_own(transaction, place, reseal);
        if (!count)
            return count.error();
        total += *count;
    }
    return total;
}

} // namespace litellm::store
