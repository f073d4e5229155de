#pragma once
// Results and errors, the words every room uses to say how something went.

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace litellm {

/// What went wrong, independent of any protocol. `api/error_response.cpp` turns a kind into a status.
enum class ErrorKind {
    invalid_input, ///< the caller sent something that can never work
    unauthorized,  ///< nobody we know
    forbidden,     ///< known, but not allowed
    not_found,
    conflict,  ///< exists already, or changed meanwhile
    too_large, ///< more bytes than we accept
    budget_exceeded,
    rate_limited,
    upstream_failed, ///< a provider answered with an error or could not be reached
    timed_out,
    unavailable,   ///< a part we need (database, disk) is away for now
    client_closed, ///< the caller hung up
    internal,      ///< a bug
};

/// An error as a value. Functions whose failure depends on input or on a peer return it; a lost database or a
/// bug throws instead.
struct Error {
    ErrorKind kind = ErrorKind::internal;
    std::string message;
    /// Name of the offending field, or empty.
    std::string parameter = {};
    /// Word for programs (`budget_exceeded`, `key_model_access_denied`); empty means the kind's usual word.
    std::string type = {};
    /// HTTP status to answer with instead of the kind's; 0 means the kind's. Providers' statuses travel here.
    int status = 0;
    /// Further response headers, name and value (`retry-after`, `llm_provider-…`).
    std::vector<std::pair<std::string, std::string>> headers = {};
};

/// Thrown for what is neither input nor peer: a broken invariant, a lost database.
class Failure : public std::runtime_error {
public:
    explicit Failure(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
    [[nodiscard]] const Error& error() const noexcept { return error_; }

private:
    Error error_;
};

/// Found by argument-dependent look-up when `value()` is called on an error.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw Failure(error);
}

template <class T = void>
using Result = boost::system::result<T, Error>;

[[nodiscard]] inline Error invalid_input(std::string message, std::string parameter = {})
{
    return Error{ErrorKind::invalid_input, std::move(message), std::move(parameter)};
}
[[nodiscard]] inline Error not_found(std::string message, std::string parameter = {})
{
    return Error{ErrorKind::not_found, std::move(message), std::move(parameter)};
}
[[nodiscard]] inline Error unavailable(std::string message)
{
    return Error{ErrorKind::unavailable, std::move(message)};
}
[[nodiscard]] inline Error internal_error(std::string message)
{
    return Error{ErrorKind::internal, std::move(message)};
}

} // namespace litellm
