#include "postgres_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::db {

namespace {

using Codes = std::initializer_list<std::string_view>;

/// `ERROR:  text\nDETAIL: …` becomes `text`: details quote values.
std::string first_line(std::string_view message)
{
    const std::size_t colon = message.find(":  ");
    if (colon != std::string_view::npos && colon < 12)
        message.remove_prefix(colon + 3);
    return std::string(message.substr(0, message.find('\n')));
}

bool is_one_of(std::string_view state, Codes codes)
{
    return std::find(codes.begin(), codes.end(), state) != codes.end();
}

bool is_class(std::string_view state, Codes classes)
{
    return is_one_of(state.substr(0, 2), classes);
}

PostgresProblem classify_state(const std::string& state, const std::string& message)
{
    // unique_violation, foreign_key_violation, restrict_violation, exclusion_violation
    if (is_one_of(state, {"23505", "23503", "23001", "23P01"}))
        return {Error{ErrorKind::conflict, message}, true, false};
    // Other constraints; data exceptions; a string too long for its index.
    if (is_class(state, {"23", "22"}) || state == "54000")
        return {invalid_input(message), true, false};
    // Connection exceptions; the server stops or a pooler drops us; a standby took the place of the primary;
    // a plan or a prepared statement that this connection can never use again.
    const bool is_stale_plan = state == "0A000" && message.find("cached plan") != std::string::npos;
    if (is_class(state, {"08"}) || is_one_of(state, {"57P01", "57P02", "57P03", "57P05", "25006", "26000"}) ||
        is_stale_plan)
        return {unavailable(message), false, true};
    if (state == "57014")
        return {unavailable(fmt::format("the statement took too long: {}", message)), false, false};
    // Deadlock and serialization failures, lack of resources, lock time-out, input and output.
    if (is_class(state, {"40", "53", "55", "58"}))
        return {unavailable(message), false, false};
    return {internal_error(fmt::format("database error {}: {}", state, message)), false, false};
}

} // namespace

PostgresProblem classify(const pqxx::failure& error, bool is_connection_open)
{
    const std::string message = first_line(error.what());
    if (!is_connection_open || dynamic_cast<const pqxx::broken_connection*>(&error) != nullptr)
        return {unavailable(fmt::format("the database connection was lost: {}", message)), false, true};
    // Has no SQLSTATE in libpqxx 6.
    if (dynamic_cast<const pqxx::transaction_rollback*>(&error) != nullptr)
        return {unavailable(message), false, false};
    if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&error))
        return classify_state(sql->sqlstate(), message);
    return {internal_error(message), false, false};
}

} // namespace litellm::db
