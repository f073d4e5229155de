#pragma once
// Notices of other processes, over a connection that does nothing else.

#include "postgres_session.hpp"
#include "worker_pool.hpp"

namespace litellm::db {

[[nodiscard]] std::unique_ptr<Listener>
make_postgres_listener(std::shared_ptr<const PostgresSettings> settings, std::shared_ptr<SharedState> state);

} // namespace litellm::db
