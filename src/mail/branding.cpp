#include "litellm/mail/letter.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include <algorithm>
#include <array>

namespace litellm::mail {

namespace {

constexpr std::size_t longest_signature = 16 * 1024;

struct EventName {
    Event event;
    std::string_view name;
};
constexpr std::array<EventName, 5> names{{
    {Event::key_created, "Virtual Key Created"},
    {Event::user_invited, "New User Invitation"},
    {Event::key_rotated, "Virtual Key Rotated"},
    {Event::soft_budget_crossed, "Soft Budget Crossed"},
    {Event::max_budget_alert, "Max Budget Alert"},
}};

bool is_web_address(std::string_view text)
{
    return text.starts_with("https://") || text.starts_with("http://");
}

/// Only the operator writes signatures, but a script has no place in a letter.
std::string without_scripts(std::string html)
{
    for (auto at = to_lower(html).find("<script"); at != std::string::npos;
         at = to_lower(html).find("<script")) {
        const auto end = to_lower(html).find("</script>", at);
        html.erase(at, end == std::string::npos ? std::string::npos : end + 9 - at);
        log::warning("mail", "EMAIL_SIGNATURE holds a script, which is left out");
    }
    return html;
}

void read(std::string& into, const Environment& environment, const char* name)
{
    if (auto value = environment(name); value && !value->empty())
        into = std::move(*value);
}

bool is_false(const std::string& text)
{
    const auto word = to_lower(trim(text));
    return word == "false" || word == "0" || word == "no" || word == "off";
}

} // namespace

std::string_view to_string(Event event)
{
    return std::ranges::find(names, event, &EventName::event)->name;
}

std::optional<Event> event_from(std::string_view name)
{
    const auto found = std::ranges::find(names, name, &EventName::name);
    return found == names.end() ? std::nullopt : std::optional(found->event);
}

std::vector<Event> all_events()
{
    std::vector<Event> events;
    for (const auto& each : names)
        events.push_back(each.event);
    return events;
}

Branding branding_from(const Environment& environment)
{
    Branding branding;
    read(branding.company_name, environment, "EMAIL_COMPANY_NAME");
    read(branding.logo_url, environment, "EMAIL_LOGO_URL");
    read(branding.support_contact, environment, "EMAIL_SUPPORT_CONTACT");
    read(branding.signature_html, environment, "EMAIL_SIGNATURE");
    read(branding.invitation_subject, environment, "EMAIL_SUBJECT_INVITATION");
    read(branding.key_created_subject, environment, "EMAIL_SUBJECT_KEY_CREATED");
    read(branding.key_rotated_subject, environment, "EMAIL_SUBJECT_KEY_ROTATED");
    read(branding.base_url, environment, "PROXY_BASE_URL");
    branding.include_api_key = !is_false(environment("EMAIL_INCLUDE_API_KEY").value_or("true"));
    while (branding.base_url.ends_with('/'))
        branding.base_url.pop_back();
    if (!branding.logo_url.empty() && !is_web_address(branding.logo_url)) {
        log::warning("mail", "EMAIL_LOGO_URL is no http:// or https:// address; letters go without a logo");
        branding.logo_url.clear();
    }
    if (branding.signature_html.size() > longest_signature) {
        log::warning("mail", "EMAIL_SIGNATURE is longer than 16 KiB; the built-in one is used");
        branding.signature_html.clear();
    }
    branding.signature_html = without_scripts(std::move(branding.signature_html));
    return branding;
}

bool is_address(std::string_view text)
{
    const auto at = text.find('@');
    if (text.size() > 254 || at == std::string_view::npos || at == 0 || at + 1 == text.size())
        return false;
    if (text.find('@', at + 1) != std::string_view::npos || !is_valid_utf8(text))
        return false;
    // The part before the sign must be ASCII; the domain may be an international one.
    return std::ranges::all_of(text.substr(0, at), [](char c) { return c > 0x20 && c < 0x7f; }) &&
        std::ranges::none_of(text, [](char c) {
               return (static_cast<unsigned char>(c) <= 0x20) || c == 0x7f || c == '<' || c == '>' ||
                   c == ',' || c == ';' || c == '"' || c == '\\';
           });
}

} // namespace litellm::mail
