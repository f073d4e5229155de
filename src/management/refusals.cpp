#include "refusals.hpp"

namespace litellm::management {

Error no_database()
{
    Error error = unavailable("DB not connected. Set `general_settings.database_url` or DATABASE_URL.");
    error.type = "no_db_connection";
    error.status = 500;
    return error;
}

Error forbidden(std::string message, std::string parameter)
{
    return Error{ErrorKind::forbidden, std::move(message), std::move(parameter)};
}

Error bad_request(std::string message, std::string parameter)
{
    return Error{
        ErrorKind::invalid_input, std::move(message), std::move(parameter), "bad_request_error", 400};
}

Error absent(std::string message, std::string parameter)
{
    return Error{ErrorKind::not_found, std::move(message), std::move(parameter), "not_found_error", 404};
}

Error exists_already(std::string message, std::string parameter)
{
    return Error{ErrorKind::conflict, std::move(message), std::move(parameter), {}, 409};
}

} // namespace litellm::management
