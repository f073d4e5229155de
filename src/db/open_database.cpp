#include "litellm/db/close_database.hpp"
#include "postgres_listener.hpp"
#include "postgres_session.hpp"
#include "sqlite_session.hpp"
#include "url.hpp"
#include "worker_pool.hpp"

#include <algorithm>

namespace litellm::db {

namespace {

Result<std::unique_ptr<Database>> open_postgres(const Options& options)
{
    Result<PostgresUrl> url = parse_postgres_url(options.url);
    if (!url)
        return url.error();
    const auto settings = std::make_shared<const PostgresSettings>(PostgresSettings{
        std::move(*url), options.statement_timeout, options.acquire_timeout});
    const auto state = std::make_shared<SharedState>();
    const auto backoff = std::make_shared<ConnectBackoff>();
    std::vector<std::unique_ptr<Session>> sessions;
    for (int i = 0; i < std::max(1, options.pool_size); ++i)
        sessions.push_back(make_postgres_session(settings, state, backoff));
    return std::make_unique<PooledDatabase>(
        Dialect::postgres,
        state,
        std::move(sessions),
        options.acquire_timeout,
        [settings, state] { return make_postgres_listener(settings, state); }
    );
}

Result<std::unique_ptr<Database>> open_sqlite(const Options& options)
{
    Result<std::string> path = parse_sqlite_url(options.url);
    if (!path)
        return path.error();
    const auto state = std::make_shared<SharedState>();
    std::vector<std::unique_ptr<Session>> sessions;
    try {
        const SqliteSettings settings{std::move(*path), options.statement_timeout, options.acquire_timeout};
        sessions.push_back(make_sqlite_session(settings, state));
    } catch (const Failure& failure) {
        return failure.error();
    }
    return std::make_unique<PooledDatabase>(
        Dialect::sqlite, state, std::move(sessions), options.acquire_timeout
    );
}

} // namespace

Result<std::unique_ptr<Database>> open_database(const Options& options)
{
    if (is_postgres_url(options.url))
        return open_postgres(options);
    if (is_sqlite_url(options.url))
        return open_sqlite(options);
    return invalid_input(
        "the database URL must start with postgresql://, postgres:// or sqlite://", "database_url"
    );
}

void close_database(Database& database)
{
    if (auto* const pooled = dynamic_cast<PooledDatabase*>(&database))
        pooled->close();
}

} // namespace litellm::db
