#include "litellm/mail/letter.hpp"

#include "template_file.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"
#include "litellm/core/text_template.hpp"

#include <fmt/format.h>

#include <cmath>

namespace litellm::mail {

namespace {

constexpr std::size_t longest_subject = 200;
constexpr std::size_t most_models_named = 10;
constexpr std::string_view default_signature =
    "<p style=\"margin:0;\">This letter was sent by {{company_name}}, your AI gateway.</p>";

/// `2026-02-18 10:37 UTC`
std::string readable(Timestamp time)
{
    return to_database_text(time).substr(0, 16) + " UTC";
}

/// Two decimals, more below one cent.
std::string dollars(double amount)
{
    const bool is_small = amount != 0 && std::abs(amount) < 0.01;
    return is_small ? fmt::format("${:g}", amount) : fmt::format("${:.2f}", amount);
}

std::string budget_text(const KeyFacts& facts)
{
    if (!facts.max_budget)
        return "No budget";
    return facts.budget_duration.empty()
        ? dollars(*facts.max_budget)
        : fmt::format("{} every {}", dollars(*facts.max_budget), facts.budget_duration);
}

std::string models_text(const std::vector<std::string>& models)
{
    if (models.empty())
        return "all";
    std::string text;
    for (std::size_t i = 0; i < models.size() && i < most_models_named; ++i)
        text += (i == 0 ? "" : ", ") + models[i];
    if (models.size() > most_models_named)
        text += fmt::format(" and {} more", models.size() - most_models_named);
    return text;
}

/// Names in braces, also with the backslashes that the documentation writes before them. Unknown ones stay.
std::string fill_subject(std::string subject, const TemplateValues& values)
{
    for (const char brace : {'{', '}'})
        for (auto at = subject.find(std::string("\\") + brace); at != std::string::npos;
             at = subject.find(std::string("\\") + brace))
            subject.erase(at, 1);
    std::string out;
    for (std::size_t i = 0; i < subject.size();) {
        const auto close = subject[i] == '{' ? subject.find('}', i) : std::string::npos;
        const auto found =
            close == std::string::npos ? values.end() : values.find(subject.substr(i + 1, close - i - 1));
        if (found == values.end()) {
            out += subject[i++];
            continue;
        }
        out += found->second;
        i = close + 1;
    }
    return out;
}

/// One line without controls: a subject is a header.
std::string one_line(std::string text)
{
    std::string out;
    std::size_t points = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool begins_point = (byte & 0xc0) != 0x80;
        if (begins_point && ++points > longest_subject)
            break;
        out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    return std::string(trim(out));
}

Letter compose(
    const std::string& to,
    std::string_view file,
    const std::string& subject,
    TemplateValues values,
    const Branding& branding
)
{
    values["to"] = to;
    values["company_name"] = branding.company_name;
    values["support_contact"] = branding.support_contact;
    values["base_url"] = branding.base_url;
    values["logo_url"] = branding.logo_url;
    values["user_email"] = to;
    Letter letter;
    letter.to = to;
    letter.subject = one_line(fill_subject(subject.empty() ? "LiteLLM: {event_message}" : subject, values));
    values["subject"] = letter.subject;
    letter.text = fill_template(template_file(fmt::format("{}.txt", file)), values, false);
    values["body"] = fill_template(template_file(fmt::format("{}.html", file)), values, true);
    values["signature"] = branding.signature_html.empty() ? fill_template(default_signature, values, true)
                                                          : branding.signature_html;
    letter.html = fill_template(template_file("frame.html"), values, true);
    return letter;
}

TemplateValues key_values(const KeyFacts& facts, const Branding& branding)
{
    TemplateValues values;
    values["key"] = branding.include_api_key && !facts.key.empty() ? facts.key : std::string(hidden_key);
    if (values["key"] == hidden_key)
        values["reveal_link"] = branding.base_url + "/ui/keys";
    values["key_alias"] = facts.key_alias;
    values["team_alias"] = facts.team_alias;
    values["user_id"] = facts.user_id;
    values["budget"] = budget_text(facts);
    values["models"] = models_text(facts.models);
    // A name that means many models would be a poor sample.
    const bool has_sample = !facts.models.empty() &&
        facts.models.front().find_first_of("*\"'\\") == std::string::npos &&
        !facts.models.front().starts_with("all-");
    values["sample_model"] = has_sample ? facts.models.front() : "gpt-4o";
    if (facts.expires_at)
        values["expires_at"] = readable(*facts.expires_at);
    return values;
}

Json time_json(const std::optional<Timestamp>& time)
{
    return time ? Json(to_iso8601(*time)) : Json();
}

std::optional<Timestamp> time_at(const Json& facts, const char* name)
{
    return parse_timestamp(member_text(facts, name));
}

KeyFacts key_facts_from(const Json& facts)
{
    KeyFacts read;
    read.to = member_text(facts, "to");
    read.user_id = member_text(facts, "user_id");
    read.key = member_text(facts, "key");
    read.key_alias = member_text(facts, "key_alias");
    read.team_alias = member_text(facts, "team_alias");
    read.budget_duration = member_text(facts, "budget_duration");
    if (const auto models = facts.find("models"); models != facts.end() && models->is_array())
        for (const auto& model : *models)
            if (model.is_string())
                read.models.push_back(model.get<std::string>());
    if (const auto budget = facts.find("max_budget"); budget != facts.end() && budget->is_number())
        read.max_budget = budget->get<double>();
    read.expires_at = time_at(facts, "expires_at");
    read.old_key_ends = time_at(facts, "old_key_ends");
    read.is_scheduled = facts.value("is_scheduled", Json()) == Json(true);
    return read;
}

std::optional<double> amount_at(const Json& facts, const char* name)
{
    const auto found = facts.find(name);
    return found != facts.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

BudgetFacts budget_facts_from(const Json& facts)
{
    BudgetFacts read;
    read.to = member_text(facts, "to");
    read.entity = member_text(facts, "entity");
    read.name = member_text(facts, "name");
    read.spend = amount_at(facts, "spend").value_or(0);
    read.soft_budget = amount_at(facts, "soft_budget");
    read.max_budget = amount_at(facts, "max_budget");
    read.percentage = static_cast<int>(amount_at(facts, "percentage").value_or(0));
    read.budget_duration = member_text(facts, "budget_duration");
    read.resets_at = time_at(facts, "resets_at");
    return read;
}

} // namespace

Letter invitation_letter(const InvitationFacts& facts, const Branding& branding)
{
    TemplateValues values;
    values["event_message"] = "New User Invitation";
    values["user_id"] = facts.user_id;
    values["role"] = facts.role;
    values["link"] =
        fmt::format("{}/ui?invitation_id={}", branding.base_url, percent_encode(facts.invitation_id));
    if (facts.expires_at)
        values["expires_at"] = readable(*facts.expires_at);
    return compose(facts.to, "invitation", branding.invitation_subject, std::move(values), branding);
}

Letter key_created_letter(const KeyFacts& facts, const Branding& branding)
{
    TemplateValues values = key_values(facts, branding);
    values["event_message"] = "API Key Created";
    return compose(facts.to, "key", branding.key_created_subject, std::move(values), branding);
}

Letter key_rotated_letter(const KeyFacts& facts, const Branding& branding)
{
    TemplateValues values = key_values(facts, branding);
    values["event_message"] = "API Key Rotated";
    values["is_rotated"] = "true";
    if (facts.is_scheduled)
        values["is_scheduled"] = "true";
    if (facts.old_key_ends)
        values["old_key_ends"] = readable(*facts.old_key_ends);
    return compose(facts.to, "key", branding.key_rotated_subject, std::move(values), branding);
}

Letter budget_letter(const BudgetFacts& facts, const Branding& branding)
{
    TemplateValues values;
    values["entity"] = facts.entity;
    values["name"] = facts.name;
    values["spend"] = dollars(facts.spend);
    values["dashboard"] = branding.base_url + "/ui";
    if (facts.soft_budget)
        values["soft_budget"] = dollars(*facts.soft_budget);
    if (facts.max_budget)
        values["max_budget"] = dollars(*facts.max_budget);
    if (facts.resets_at)
        values["resets_at"] = readable(*facts.resets_at);
    if (facts.percentage > 0) {
        values["percentage"] = std::to_string(facts.percentage);
        values["threshold"] = dollars(facts.max_budget.value_or(0) * facts.percentage / 100);
        if (facts.percentage >= 100)
            values["is_used_up"] = "true";
        values["event_message"] =
            fmt::format("Max Budget Alert - {}% of Maximum Budget Reached", facts.percentage);
    } else {
        values["event_message"] =
            fmt::format("Soft Budget Crossed - Total Soft Budget: {}", values["soft_budget"]);
    }
    return compose(facts.to, "budget", {}, std::move(values), branding);
}

Json to_json(const InvitationFacts& facts)
{
    return Json{
        {"to", facts.to},
        {"user_id", facts.user_id},
        {"invitation_id", facts.invitation_id},
        {"role", facts.role},
        {"expires_at", time_json(facts.expires_at)}};
}

Json to_json(const KeyFacts& facts)
{
    Json made = {
        {"to", facts.to}, {"user_id", facts.user_id}, {"key", facts.key}, {"key_alias", facts.key_alias}};
    made["team_alias"] = facts.team_alias;
    made["models"] = facts.models;
    made["max_budget"] = facts.max_budget ? Json(*facts.max_budget) : Json();
    made["budget_duration"] = facts.budget_duration;
    made["expires_at"] = time_json(facts.expires_at);
    made["old_key_ends"] = time_json(facts.old_key_ends);
    made["is_scheduled"] = facts.is_scheduled;
    return made;
}

Json to_json(const BudgetFacts& facts)
{
    Json made = {{"to", facts.to}, {"entity", facts.entity}, {"name", facts.name}, {"spend", facts.spend}};
    made["soft_budget"] = facts.soft_budget ? Json(*facts.soft_budget) : Json();
    made["max_budget"] = facts.max_budget ? Json(*facts.max_budget) : Json();
    made["percentage"] = facts.percentage;
    made["budget_duration"] = facts.budget_duration;
    made["resets_at"] = time_json(facts.resets_at);
    return made;
}

Result<Letter> letter_from(Event event, const Json& facts, const Branding& branding)
{
    if (!facts.is_object() || member_text(facts, "to").empty())
        return invalid_input("the letter's facts cannot be read");
    switch (event) {
    case Event::key_created:
        return key_created_letter(key_facts_from(facts), branding);
    case Event::key_rotated:
        return key_rotated_letter(key_facts_from(facts), branding);
    case Event::soft_budget_crossed:
    case Event::max_budget_alert:
        return budget_letter(budget_facts_from(facts), branding);
    case Event::user_invited:
        break;
    }
    InvitationFacts invitation;
    invitation.to = member_text(facts, "to");
    invitation.user_id = member_text(facts, "user_id");
    invitation.invitation_id = member_text(facts, "invitation_id");
    invitation.role = member_text(facts, "role");
    invitation.expires_at = time_at(facts, "expires_at");
    return invitation_letter(invitation, branding);
}

} // namespace litellm::mail
