#pragma once
// What a Postgres error means for the caller.

#include "litellm/core/error.hpp"

#include <pqxx/except>

namespace litellm::db {

struct PostgresProblem {
    Error error;
    /// The caller gets the error back; otherwise it is thrown as Failure.
    bool is_answer = false;
    /// The connection cannot be used any more.
    bool is_connection_lost = false;
};

/// Goes by the SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
[[nodiscard]] PostgresProblem classify(const pqxx::failure& error, bool is_connection_open);

} // namespace litellm::db
