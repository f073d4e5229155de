#include "people_pages.hpp"

#include "litellm/core/embedded_file.hpp"
#include "litellm/core/text_template.hpp"

#include <fmt/format.h>

#include <cmath>
#include <span>

namespace litellm::api_people {
/// Made at build time of what is in `pages/people`.
std::span<const EmbeddedFile> embedded_files();
} // namespace litellm::api_people

namespace litellm::api {

namespace {

/// Nothing from elsewhere, no script at all, nothing inline; forms go nowhere but here.
constexpr std::string_view content_policy = "default-src 'none'; style-src 'self'; img-src 'self'; "
                                            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

std::string_view file(std::string_view name)
{
    for (const EmbeddedFile& each : api_people::embedded_files())
        if (each.name == name)
            return each.bytes;
    throw Failure(internal_error("the page " + std::string(name) + " is missing"));
}

http::Response
page(const PageFrame& frame, std::string_view name, std::string_view title, TemplateValues values, int status)
{
    values["root"] = frame.root;
    values["company_name"] = frame.company_name;
    values["title"] = title;
    values["body"] = fill_template(file(name), values, true);
    http::Response response;
    response.status = status;
    response.body = fill_template(file("frame.html"), values, true);
    response.headers.add("content-type", "text/html; charset=utf-8");
    response.headers.add("content-security-policy", content_policy);
    response.headers.add("x-content-type-options", "nosniff");
    response.headers.add("x-frame-options", "DENY");
    // Links of invitations are secrets, and pages hold keys.
    response.headers.add("referrer-policy", "no-referrer");
    response.headers.add("cache-control", "no-store");
    return response;
}

std::string dollars(double amount)
{
    return amount != 0 && std::abs(amount) < 0.01 ? fmt::format("${:g}", amount)
                                                  : fmt::format("${:.2f}", amount);
}

std::string readable(Timestamp time)
{
    return to_database_text(time).substr(0, 16) + " UTC";
}

std::string models_of(const store::Key& key)
{
    if (key.models.empty())
        return "all";
    std::string text;
    for (const auto& model : key.models)
        text += (text.empty() ? "" : ", ") + model;
    return text;
}

std::string key_row(const PageFrame& frame, const management::OwnKey& own, const std::string& form_token)
{
    const store::Key& key = own.key;
    TemplateValues values;
    values["root"] = frame.root;
    values["form_token"] = form_token;
    values["token"] = key.token;
    values["alias"] = key.key_alias.value_or("");
    values["hint"] = key.key_name.value_or("sk-...");
    values["spend"] = dollars(key.spend);
    if (key.max_budget)
        values["max_budget"] = dollars(*key.max_budget);
    values["budget_duration"] = key.budget_duration.value_or("");
    values["models"] = models_of(key);
    if (key.expires)
        values["expires"] = readable(*key.expires);
    if (key.blocked.value_or(false))
        values["state"] = "blocked";
    if (own.is_waiting)
        values["is_waiting"] = "true";
    return fill_template(file("key.html"), values, true);
}

} // namespace

std::string name_of(const store::User& user)
{
    return user.user_email && !user.user_email->empty() ? *user.user_email : user.user_id;
}

http::Response
sign_in_page(const PageFrame& frame, std::string_view name, std::string_view problem, int status)
{
    TemplateValues values;
    values["name"] = name;
    values["problem"] = problem;
    return page(frame, "sign_in.html", "Sign in", std::move(values), status);
}

http::Response invitation_page(
    const PageFrame& frame, const management::OpenInvitation& open, std::string_view problem, int status
)
{
    TemplateValues values;
    values["problem"] = problem;
    values["invitation_id"] = open.invitation.id;
    values["who"] = name_of(open.user);
    if (open.user.user_email && !open.user.user_email->empty())
        values["has_email"] = "true";
    if (open.is_reset)
        values["is_reset"] = "true";
    values["expires_at"] = readable(open.invitation.expires_at);
    return page(
        frame,
        "invitation.html",
        open.is_reset ? "Set a new password" : "Accept your invitation",
        std::move(values),
        status
    );
}

http::Response message_page(
    const PageFrame& frame, std::string_view heading, std::string_view text, bool offers_sign_in, int status
)
{
    TemplateValues values;
    values["heading"] = heading;
    values["text"] = text;
    if (offers_sign_in)
        values["offers_sign_in"] = "true";
    return page(frame, "message.html", heading, std::move(values), status);
}

http::Response keys_page(const PageFrame& frame, const KeysPage& shown, int status)
{
    TemplateValues values;
    values["is_wide"] = "true";
    values["form_token"] = shown.form_token;
    values["who"] = name_of(shown.session.user);
    values["problem"] = shown.problem;
    values["notice"] = shown.notice;
    if (shown.session.has_password)
        values["has_password"] = "true";
    for (const auto& own : shown.keys)
        values["rows"] += key_row(frame, own, shown.form_token);
    return page(frame, "keys.html", "My keys", std::move(values), status);
}

http::Response revealed_page(
    const PageFrame& frame,
    const management::RevealedKey& revealed,
    std::string_view who,
    std::string_view form_token,
    std::string_view base_url
)
{
    TemplateValues values;
    values["who"] = who;
    values["form_token"] = form_token;
    values["alias"] = revealed.key.key_alias.value_or("");
    values["key"] = revealed.secret.reveal();
    values["base_url"] = base_url;
    const auto& models = revealed.key.models;
    const bool names_one = !models.empty() && models.front().find_first_of("*\"'\\") == std::string::npos &&
        !models.front().starts_with("all-");
    values["sample_model"] = names_one ? models.front() : "gpt-4o";
    return page(frame, "revealed.html", "Your key", std::move(values), 200);
}

namespace {

http::Response asset(std::string_view name, std::string_view type, std::string_view cache_control)
{
    http::Response response;
    response.body = file(name);
    response.headers.add("content-type", type);
    response.headers.add("x-content-type-options", "nosniff");
    response.headers.add("cache-control", cache_control);
    return response;
}

} // namespace

http::Response icon()
{
    return asset("icon.svg", "image/svg+xml", "max-age=86400");
}

http::Response style_sheet()
{
    return asset("people.css", "text/css; charset=utf-8", "max-age=300");
}

} // namespace litellm::api
