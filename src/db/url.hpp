#pragma once
// Database URLs as Prisma and LiteLLM write them.

#include "litellm/core/error.hpp"

#include <string>
#include <string_view>

namespace litellm::db {

[[nodiscard]] bool is_postgres_url(std::string_view url);
[[nodiscard]] bool is_sqlite_url(std::string_view url);

struct PostgresUrl {
    /// `keyword='value'` pairs for libpq, password included.
    std::string connection_string;
    std::string schema = "public";
    /// `host:port/name`, fit for a log line.
    std::string place;
};
/// Parameters that libpq does not know (connection_limit, pool_timeout, pgbouncer, …) are left out.
[[nodiscard]] Result<PostgresUrl> parse_postgres_url(std::string_view url);

/// The path of a `sqlite://` URL, or `:memory:`.
[[nodiscard]] Result<std::string> parse_sqlite_url(std::string_view url);

} // namespace litellm::db
