#pragma once
// What browsers send and get: forms, the session's cookie, and how requests from foreign pages are told
// apart.

#include "litellm/api/people_routes.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace litellm::api {

using Form = std::map<std::string, std::string, std::less<>>;

/// Fields of `application/x-www-form-urlencoded`; of several with one name, the first. invalid_input for
/// other types of content.
[[nodiscard]] Result<Form> parse_form(std::string_view content_type, std::string_view body);
/// Empty for one that is not there.
[[nodiscard]] std::string field(const Form& form, std::string_view name);

/// The token in the request's cookie; an empty one when there is none.
[[nodiscard]] Secret session_token(const http::Request& request);
/// The line that begins a session, or ends it when `session` is null. Scripts cannot read it, and other
/// sites' forms do not send it.
[[nodiscard]] std::string session_cookie(
    const http::Request& request,
    const config::Config& config,
    const management::NewSession* session,
    Timestamp now
);

/// What a form of a signed-in page must carry: nobody can make it who does not know the cookie.
[[nodiscard]] std::string form_token(const Secret& session_token);

/// forbidden when a browser says that a page of another site sends this request.
[[nodiscard]] Result<void> check_origin(const http::Request& request, const config::Config& config);

/// Where the request comes from; behind a proxy that is trusted (use_x_forwarded_for), what that has added to
/// X-Forwarded-For.
[[nodiscard]] std::string client_address(const http::Request& request, const config::Config& config);

} // namespace litellm::api
