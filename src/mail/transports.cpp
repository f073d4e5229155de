#include "smtp_transport.hpp"
#include "web_transport.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace litellm::mail {

namespace {

constexpr std::string_view default_sender = "notifications@alerts.litellm.ai";

std::string text(const Environment& environment, const char* name, std::string_view otherwise = {})
{
    auto value = environment(name);
    return value && !value->empty() ? std::move(*value) : std::string(otherwise);
}

int number(const Environment& environment, const char* name, int otherwise)
{
    const auto value = text(environment, name);
    int parsed = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
    return error == std::errc() && end == value.data() + value.size() && parsed > 0 ? parsed : otherwise;
}

bool is_on(const Environment& environment, const char* name, bool otherwise)
{
    const auto value = text(environment, name);
    return value.empty() ? otherwise : is_truthy(value);
}

bool is_loopback(std::string_view host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

/// The host of PROXY_BASE_URL, else the sender's domain: servers look at the name.
std::string ehlo_name(const Environment& environment, const std::string& sender)
{
    auto name = text(environment, "SMTP_EHLO_NAME");
    if (name.empty()) {
        const auto base = text(environment, "PROXY_BASE_URL");
        const auto begin = base.find("://");
        if (begin != std::string::npos)
            name = base.substr(begin + 3, base.find_first_of(":/?#", begin + 3) - begin - 3);
    }
    if (name.empty() || name == "0.0.0.0")
        name = sender.substr(sender.find('@') + 1);
    std::erase_if(name, [](char c) {
        return !(
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-'
        );
    });
    return name;
}

void add_smtp(Transports& made, const Environment& environment)
{
    SmtpSettings settings;
    settings.host = text(environment, "SMTP_HOST");
    settings.sender = text(environment, "SMTP_SENDER_EMAIL");
    for (const auto& [name, value] :
         {std::pair("SMTP_HOST", settings.host), std::pair("SMTP_SENDER_EMAIL", settings.sender)}) {
        if (value.empty()) {
            made.problems.push_back(fmt::format("smtp_email needs the environment variable {}", name));
            return;
        }
    }
    if (!is_address(settings.sender)) {
        made.problems.emplace_back("SMTP_SENDER_EMAIL is no e-mail address");
        return;
    }
    settings.port = number(environment, "SMTP_PORT", 587);
    settings.user = text(environment, "SMTP_USERNAME");
    settings.password = Secret(text(environment, "SMTP_PASSWORD"));
    settings.ca_file = text(environment, "SMTP_CA_FILE");
    settings.timeout_seconds = number(environment, "SMTP_TIMEOUT_SECONDS", 20);
    settings.ehlo_name = ehlo_name(environment, settings.sender);
    if (settings.port == 465 || is_on(environment, "SMTP_USE_SSL", false))
        settings.security = SmtpSettings::Security::implicit;
    else if (!is_on(environment, "SMTP_TLS", true))
        settings.security = SmtpSettings::Security::none;
    const bool shows_password = settings.security == SmtpSettings::Security::none &&
        !settings.password.empty() && !is_loopback(settings.host);
    if (shows_password)
        made.problems.emplace_back(
            "SMTP_TLS is off: SMTP_PASSWORD and every key in a letter cross the network readable by others"
        );
    made.all.push_back(make_smtp_transport(std::move(settings)));
}

void add_web(Transports& made, std::string_view callback, const Environment& environment)
{
    const bool is_resend = callback == "resend_email";
    WebSettings settings;
    settings.base = text(
        environment,
        is_resend ? "RESEND_API_BASE" : "SENDGRID_API_BASE",
        is_resend ? "https://api.resend.com" : "https://api.sendgrid.com"
    );
    settings.api_key = Secret(text(environment, is_resend ? "RESEND_API_KEY" : "SENDGRID_API_KEY"));
    settings.sender =
        text(environment, is_resend ? "RESEND_FROM_EMAIL" : "SENDGRID_SENDER_EMAIL", default_sender);
    if (settings.api_key.empty()) {
        made.problems.push_back(fmt::format(
            "{} needs the environment variable {}_API_KEY", callback, is_resend ? "RESEND" : "SENDGRID"
        ));
        return;
    }
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    if (std::ranges::any_of(settings.api_key.reveal(), is_control) ||
        std::ranges::any_of(settings.sender, is_control)) {
        made.problems.push_back(fmt::format("{}: key or sender is not one line of text", callback));
        return;
    }
    if (settings.sender == default_sender)
        made.problems.push_back(fmt::format(
            "{} sends as {}, which only its owner may: set {}",
            callback,
            default_sender,
            is_resend ? "RESEND_FROM_EMAIL" : "SENDGRID_SENDER_EMAIL"
        ));
    made.all.push_back(
        is_resend ? make_resend_transport(std::move(settings)) : make_sendgrid_transport(std::move(settings))
    );
}

bool names(const std::vector<std::string>& list, std::string_view word)
{
    return std::ranges::find(list, word) != list.end();
}

} // namespace

Transports make_transports(
    const std::vector<std::string>& callbacks,
    const std::vector<std::string>& alerting,
    const Environment& environment
)
{
    Transports made;
    if (names(callbacks, "smtp_email") || names(alerting, "email"))
        add_smtp(made, environment);
    for (const std::string_view callback : {"resend_email", "sendgrid_email"})
        if (names(callbacks, callback))
            add_web(made, callback, environment);
    return made;
}

} // namespace litellm::mail
