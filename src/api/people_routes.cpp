#include "litellm/api/people_routes.hpp"

#include "people_pages.hpp"
#include "web_session.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/core/signed_claims.hpp"

#include <nlohmann/json.hpp>

namespace litellm::api {

using auth::Access;
using boost::asio::awaitable;
using http::Method;
using management::NewSession;

namespace {

constexpr std::size_t longest_form = 64 * 1024;

std::string root_of(const config::Config& config)
{
    const std::string& root = config.server.root_path;
    return root == "/" ? std::string() : root;
}

PageFrame frame_of(const PeopleServices& services)
{
    PageFrame frame;
    frame.root = root_of(services.config);
    if (const auto name = services.config.environment("EMAIL_COMPANY_NAME"); name && !name->empty())
        frame.company_name = *name;
    return frame;
}

/// Where clients reach the proxy, for samples.
std::string base_url_of(const PeopleServices& services, const http::Request& request)
{
    const std::string base = config::public_url(services.config);
    return base.empty() ? "http://" + std::string(request.fields.find("host")) + root_of(services.config)
                        : base;
}

http::Response see_other(const std::string& location)
{
    http::Response response;
    response.status = 303;
    response.headers.add("location", location);
    response.headers.add("cache-control", "no-store");
    return response;
}

/// FastAPI's shape of an error, which LiteLLM's onboarding has.
http::Response detail_response(const Error& error)
{
    http::Response response;
    response.status = status_of(error);
    response.headers.add("content-type", "application/json");
    response.headers.add("cache-control", "no-store");
    response.body = to_text(Json{{"detail", Json{{"error", error.message}}}});
    return response;
}

http::Response json_answer(const Json& body)
{
    http::Response response;
    response.headers.add("content-type", "application/json");
    response.headers.add("cache-control", "no-store");
    response.body = to_text(body);
    return response;
}

void add_cookie(
    http::Response& response, const Call& call, const PeopleServices& services, const NewSession* session
)
{
    response.headers.add(
        "set-cookie", session_cookie(call.request(), services.config, session, services.clock.now())
    );
}

bool wants_page(const http::Request& request)
{
    return request.fields.find("accept").find("text/html") != std::string_view::npos;
}

Task<Form> read_form(Call& call, const PeopleServices& services)
{
    if (const auto own = check_origin(call.request(), services.config); !own)
        co_return own.error();
    const auto body = co_await call.exchange.read_body(longest_form);
    if (!body)
        co_return body.error();
    co_return parse_form(call.request().fields.find("content-type"), *body);
}

Task<Json> read_json_body(Call& call, const PeopleServices& services)
{
    if (const auto own = check_origin(call.request(), services.config); !own)
        co_return own.error();
    const auto body = co_await call.exchange.read_body(longest_form);
    if (!body)
        co_return body.error();
    auto parsed = parse_json(*body);
    if (!parsed || !parsed->is_object())
        co_return Error{
            ErrorKind::invalid_input,
            "Invalid JSON payload: the body must be an object",
            "request_body",
            "invalid_request_error"};
    co_return std::move(*parsed);
}

/// What LiteLLM's clients read of whoever came in. There is no key in it: the session is in the cookie, where
/// scripts cannot read it. Nobody checks the signature, which is under a key that is thrown away.
std::string claims_token(const store::User& user, const Secret& key, const Json& more)
{
    Json claims = {{"user_id", user.user_id}};
    claims["user_email"] = user.user_email ? Json(*user.user_email) : Json();
    claims["user_role"] = user.user_role.value_or("internal_user_viewer");
    claims["login_method"] = "username_password";
    claims["premium_user"] = true;
    claims["auth_header_name"] = "Authorization";
    claims.update(more);
    return sign_claims(claims, key);
}

Json email_of(const store::User& user)
{
    return user.user_email ? Json(*user.user_email) : Json();
}

// ---- LiteLLM's endpoints

Task<NewSession> sign_in(Call& call, const PeopleServices& services, std::string name, Secret password)
{
    management::Credentials credentials;
    credentials.name = std::move(name);
    credentials.password = std::move(password);
    credentials.address = client_address(call.request(), services.config);
    co_return co_await services.sessions.sign_in(std::move(credentials));
}

awaitable<http::Response> login(Call& call, PeopleServices services)
{
    const auto form = co_await read_form(call, services);
    if (!form)
        co_return error_response(form.error());
    const std::string name = field(*form, "username");
    Secret password(field(*form, "password"));
    const auto session = co_await sign_in(call, services, name, std::move(password));
    if (!session) {
        if (!wants_page(call.request()))
            co_return error_response(session.error());
        const bool is_mistaken = session.error().kind == ErrorKind::unauthorized;
        const std::string text = is_mistaken ? "Name or password is wrong." : session.error().message;
        co_return sign_in_page(frame_of(services), name, text, status_of(session.error()));
    }
    http::Response response = see_other(root_of(services.config) + "/ui/?login=success");
    add_cookie(response, call, services, &*session);
    co_return response;
}

awaitable<http::Response> login_by_json(Call& call, PeopleServices services)
{
    const auto body = co_await read_json_body(call, services);
    if (!body)
        co_return error_response(body.error());
    Secret password(member_text(*body, "password"));
    const auto session =
        co_await sign_in(call, services, member_text(*body, "username"), std::move(password));
    if (!session)
        co_return error_response(session.error());
    http::Response response =
        json_answer(Json{{"redirect_url", root_of(services.config) + "/ui/?login=success"}});
    add_cookie(response, call, services, &*session);
    co_return response;
}

awaitable<http::Response> logout_by_json(Call& call, PeopleServices services)
{
    if (const auto own = check_origin(call.request(), services.config); !own)
        co_return error_response(own.error());
    const auto ended = co_await services.sessions.sign_out(session_token(call.request()));
    if (!ended)
        co_return error_response(ended.error());
    http::Response response = json_answer(Json{{"message", "Signed out."}});
    add_cookie(response, call, services, nullptr);
    co_return response;
}

awaitable<http::Response> get_token(Call& call, PeopleServices services)
{
    const auto link = call.query("invite_link");
    if (!link || link->empty())
        co_return detail_response(Error{
            ErrorKind::invalid_input, "invite_link: Field required", "invite_link", {}, 422});
    const auto open = co_await services.onboarding.open(*link);
    if (!open)
        co_return detail_response(open.error());
    Json more = {{"key", open->token}};
    Json body = {
        {"login_url", root_of(services.config) + "/ui/onboarding?invitation_id=" + percent_encode(*link)}};
    body["token"] = claims_token(open->user, Secret(open->token), more);
    body["user_email"] = email_of(open->user);
    co_return json_answer(body);
}

awaitable<http::Response> claim_token(Call& call, PeopleServices services)
{
    const auto body = co_await read_json_body(call, services);
    if (!body)
        co_return detail_response(body.error());
    management::Claim claim;
    claim.invitation_id = member_text(*body, "invitation_link");
    claim.password = Secret(member_text(*body, "password"));
    claim.address = client_address(call.request(), services.config);
    if (const auto user_id = member_text(*body, "user_id"); !user_id.empty())
        claim.user_id = user_id;
    const std::string_view bearer = trim(call.request().fields.find("authorization"));
    if (bearer.starts_with("Bearer "))
        claim.token = std::string(trim(bearer.substr(7)));
    for (const char* name : {"invitation_link", "password"}) {
        if (member_text(*body, name).empty())
            co_return detail_response(Error{
                ErrorKind::invalid_input, std::string(name) + ": Field required", name, {}, 422});
    }
    const auto session = co_await services.onboarding.claim(std::move(claim));
    if (!session)
        co_return detail_response(session.error());
    const store::User& user = session->user;
    Json shown = {{"user_id", user.user_id}, {"user_email", email_of(user)}};
    shown["user_role"] = user.user_role ? Json(*user.user_role) : Json();
    Json answer = {{"login_url", root_of(services.config) + "/ui/?login=success"}};
    answer["token"] = claims_token(user, session->token, Json::object());
    answer["user_email"] = email_of(user);
    answer["user"] = std::move(shown);
    http::Response response = json_answer(answer);
    add_cookie(response, call, services, &*session);
    co_return response;
}

// ---- Pages

/// Who looks at a page; nothing when he is not signed in. A database that is away is an error.
Task<std::optional<management::Session>> visitor(Call& call, const PeopleServices& services)
{
    Secret token = session_token(call.request());
    if (token.empty())
        co_return std::optional<management::Session>();
    co_return co_await services.sessions.find(std::move(token));
}

http::Response error_page(const PeopleServices& services, const Error& error)
{
    const bool is_ours = error.kind == ErrorKind::internal || error.kind == ErrorKind::unavailable;
    const std::string text =
        is_ours ? "The proxy cannot answer just now. Try again in a moment." : error.message;
    return message_page(frame_of(services), "That did not work", text, false, status_of(error));
}

http::Response link_page(const PeopleServices& services, const Error& error)
{
    if (error.kind != ErrorKind::unauthorized)
        return error_page(services, error);
    const std::string text = error.message + " Ask your administrator for a new link.";
    return message_page(frame_of(services), "This link does not work", text, true, 401);
}

awaitable<http::Response> show_invitation(Call&, PeopleServices services, std::string id)
{
    const auto open = co_await services.onboarding.open(std::move(id));
    if (!open)
        co_return link_page(services, open.error());
    co_return invitation_page(frame_of(services), *open, {}, 200);
}

awaitable<http::Response>
show_keys(Call& call, PeopleServices services, std::string notice, std::string problem, int status)
{
    const auto session = co_await visitor(call, services);
    if (!session)
        co_return error_page(services, session.error());
    if (!*session)
        co_return see_other(root_of(services.config) + "/ui/login");
    const auto keys = co_await services.own_keys.list((*session)->user);
    if (!keys)
        co_return error_page(services, keys.error());
    KeysPage page{
        **session, *keys, form_token(session_token(call.request())), base_url_of(services, call.request())};
    page.notice = std::move(notice);
    page.problem = std::move(problem);
    co_return keys_page(frame_of(services), page, status);
}

/// The door: an invitation, one's keys, or the form for signing in.
awaitable<http::Response> front_page(Call& call, PeopleServices services)
{
    std::string id = call.query("invitation_id").value_or("");
    if (!id.empty())
        co_return co_await show_invitation(call, services, std::move(id));
    const auto session = co_await visitor(call, services);
    if (!session)
        co_return error_page(services, session.error());
    const std::string root = root_of(services.config);
    if (*session)
        co_return see_other(root + "/ui/keys");
    co_return see_other(root + "/ui/login");
}

awaitable<http::Response> onboarding_page(Call& call, PeopleServices services)
{
    std::string id = call.query("invitation_id").value_or("");
    if (id.empty())
        id = call.query("id").value_or("");
    co_return co_await show_invitation(call, services, std::move(id));
}

awaitable<http::Response> accept_invitation(Call& call, PeopleServices services)
{
    const auto form = co_await read_form(call, services);
    if (!form)
        co_return error_page(services, form.error());
    management::Claim claim;
    claim.invitation_id = field(*form, "invitation_id");
    claim.password = Secret(field(*form, "password"));
    claim.address = client_address(call.request(), services.config);
    const auto open = co_await services.onboarding.open(claim.invitation_id);
    if (!open)
        co_return link_page(services, open.error());
    if (field(*form, "repeat") != claim.password.reveal())
        co_return invitation_page(frame_of(services), *open, "The two passwords are not the same.", 400);
    const auto session = co_await services.onboarding.claim(std::move(claim));
    if (!session) {
        if (session.error().kind == ErrorKind::unauthorized)
            co_return link_page(services, session.error());
        co_return invitation_page(
            frame_of(services), *open, session.error().message, status_of(session.error())
        );
    }
    http::Response response = see_other(root_of(services.config) + "/ui/keys");
    add_cookie(response, call, services, &*session);
    co_return response;
}

awaitable<http::Response> sign_in_form(Call& call, PeopleServices services)
{
    const auto session = co_await visitor(call, services);
    if (session && *session)
        co_return see_other(root_of(services.config) + "/ui/keys");
    co_return sign_in_page(frame_of(services), {}, {}, 200);
}

awaitable<http::Response> own_keys(Call& call, PeopleServices services)
{
    std::string notice = call.query("changed") ? "Your password was changed." : "";
    std::string no_problem;
    co_return co_await show_keys(call, services, std::move(notice), std::move(no_problem), 200);
}

/// A form of a page that only somebody who is signed in can have seen.
struct SignedForm {
    Form form;
    management::Session session;
    Secret token;
};

Task<SignedForm> read_signed_form(Call& call, const PeopleServices& services)
{
    auto form = co_await read_form(call, services);
    if (!form)
        co_return form.error();
    auto session = co_await visitor(call, services);
    if (!session)
        co_return session.error();
    if (!*session)
        co_return Error{ErrorKind::unauthorized, "You are not signed in any more."};
    Secret token = session_token(call.request());
    if (!equal_in_constant_time(field(*form, "form_token"), form_token(token)))
        co_return Error{ErrorKind::forbidden, "This form is not from here. Open the page again."};
    SignedForm signed_form{std::move(*form), std::move(**session), std::move(token)};
    co_return signed_form;
}

http::Response form_problem(const PeopleServices& services, const Error& error)
{
    if (error.kind == ErrorKind::unauthorized)
        return see_other(root_of(services.config) + "/ui/login");
    return error_page(services, error);
}

awaitable<http::Response> reveal(Call& call, PeopleServices services)
{
    const auto signed_form = co_await read_signed_form(call, services);
    if (!signed_form)
        co_return form_problem(services, signed_form.error());
    const auto revealed =
        co_await services.own_keys.reveal(signed_form->session.user, field(signed_form->form, "key"));
    if (!revealed)
        co_return error_page(services, revealed.error());
    const std::string who = name_of(signed_form->session.user);
    co_return revealed_page(
        frame_of(services),
        *revealed,
        who,
        form_token(signed_form->token),
        base_url_of(services, call.request())
    );
}

awaitable<http::Response> change_password(Call& call, PeopleServices services)
{
    const auto signed_form = co_await read_signed_form(call, services);
    if (!signed_form)
        co_return form_problem(services, signed_form.error());
    const Form& form = signed_form->form;
    std::string no_notice;
    if (field(form, "password") != field(form, "repeat")) {
        std::string problem = "The two new passwords are not the same.";
        co_return co_await show_keys(call, services, std::move(no_notice), std::move(problem), 400);
    }
    Secret current(field(form, "current"));
    Secret wanted(field(form, "password"));
    std::string address = client_address(call.request(), services.config);
    const auto session = co_await services.sessions.change_password(
        signed_form->token, std::move(current), std::move(wanted), std::move(address)
    );
    if (!session) {
        std::string problem = session.error().message;
        const int status = status_of(session.error());
        co_return co_await show_keys(call, services, std::move(no_notice), std::move(problem), status);
    }
    http::Response response = see_other(root_of(services.config) + "/ui/keys?changed=password");
    add_cookie(response, call, services, &*session);
    co_return response;
}

awaitable<http::Response> sign_out(Call& call, PeopleServices services)
{
    const auto signed_form = co_await read_signed_form(call, services);
    if (!signed_form)
        co_return form_problem(services, signed_form.error());
    const auto ended = co_await services.sessions.sign_out(signed_form->token);
    if (!ended)
        co_return error_page(services, ended.error());
    http::Response response =
        message_page(frame_of(services), "Signed out", "You are signed out.", true, 200);
    add_cookie(response, call, services, nullptr);
    co_return response;
}

awaitable<http::Response> styles(Call&, PeopleServices)
{
    co_return style_sheet();
}

awaitable<http::Response> page_icon(Call&, PeopleServices)
{
    co_return icon();
}

using PageHandler = awaitable<http::Response> (*)(Call&, PeopleServices);

awaitable<void> run(PageHandler handler, Call& call, PeopleServices services)
{
    const http::Response response = co_await handler(call, services);
    co_await call.exchange.respond(response);
}

Route page_route(
    Method method,
    std::vector<std::string> paths,
    std::string summary,
    PageHandler handler,
    const PeopleServices& services
)
{
    Route route;
    route.method = method;
    route.paths = std::move(paths);
    route.access = Access::open;
    route.summary = std::move(summary);
    route.raw = [handler, services](Call& call) { return run(handler, call, services); };
    return route;
}

} // namespace

std::vector<Route> people_routes(PeopleServices services)
{
    std::vector<Route> routes;
    const auto add =
        [&](Method method, std::vector<std::string> paths, std::string summary, PageHandler handler) {
            routes.push_back(page_route(method, std::move(paths), std::move(summary), handler, services));
        };
    add(Method::get, {"/onboarding/get_token"}, "Opens an invitation, which stays unused", get_token);
    add(Method::post, {"/onboarding/claim_token"}, "Accepts an invitation and sets the password", claim_token
    );
    if (is_truthy(services.config.environment("DISABLE_ADMIN_UI").value_or("")))
        return routes;
    add(Method::post, {"/login"}, "Signs in by a form and begins a session", login);
    add(Method::post, {"/v2/login"}, "Signs in and begins a session", login_by_json);
    add(Method::post, {"/logout", "/v2/logout"}, "Ends the session", logout_by_json);
    add(Method::get, {"/ui"}, "The door of the web pages", front_page);
    add(Method::get, {"/ui/onboarding"}, "The page of an invitation", onboarding_page);
    add(Method::post, {"/ui/onboarding"}, "Accepts an invitation by the page's form", accept_invitation);
    add(Method::get,
        {"/ui/login", "/fallback/login", "/sso/key/generate"},
        "The page for signing in",
        sign_in_form);
    add(Method::get, {"/ui/keys"}, "The page with one's own keys", own_keys);
    add(Method::post, {"/ui/keys/reveal"}, "Shows a new key to its owner, once", reveal);
    add(Method::post, {"/ui/password"}, "Changes one's password", change_password);
    add(Method::post, {"/ui/logout"}, "Ends the session by the page's form", sign_out);
    add(Method::get, {"/ui/people.css"}, "How the pages look", styles);
    add(Method::get, {"/ui/icon.svg", "/favicon.ico"}, "The pages' icon", page_icon);
    return routes;
}

} // namespace litellm::api
