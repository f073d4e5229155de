#include "litellm/mail/letter.hpp"

#include "smtp_transport.hpp"

#include "litellm/core/encoding.hpp"

#include <fmt/format.h>

namespace litellm::mail {

namespace {

constexpr std::string_view boundary = "=_litellm_cpp_letter";

Timestamp sample_day(int day)
{
    return std::chrono::sys_days(std::chrono::year(2026) / 2 / day) + std::chrono::hours(10);
}

/// RFC 2045 6.7: lines of at most 76 characters, everything but plain ASCII as `=XX`.
std::string quoted_printable(std::string_view text)
{
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n';
        const bool is_plain = (c > 0x20 && c < 0x7f && c != '=') || (c == ' ' && !ends_line);
        const std::string piece =
            is_plain ? std::string(1, c) : fmt::format("={:02X}", static_cast<unsigned char>(c));
        if (column + piece.size() > 75) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    }
    return out;
}

std::string part(std::string_view type, std::string_view text)
{
    return fmt::format(
        "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n{}\r\n",
        boundary,
        type,
        quoted_printable(text)
    );
}

KeyFacts sample_key()
{
    KeyFacts facts;
    facts.to = "ada@example.com";
    facts.user_id = "ada";
    facts.key = "sk-this-is-only-a-sample";
    facts.key_alias = "reports";
    facts.team_alias = "Research";
    facts.models = {"gpt-4o", "claude-sonnet"};
    facts.max_budget = 100;
    facts.budget_duration = "30d";
    facts.expires_at = sample_day(28);
    return facts;
}

BudgetFacts sample_budget(int percentage)
{
    BudgetFacts facts;
    facts.to = "ada@example.com";
    facts.entity = "key";
    facts.name = "reports";
    facts.max_budget = 100;
    facts.percentage = percentage;
    facts.spend = percentage > 0 ? 100.0 * percentage / 100 : 61.5;
    if (percentage == 0)
        facts.soft_budget = 60;
    facts.budget_duration = "30d";
    facts.resets_at = sample_day(28);
    return facts;
}

} // namespace

std::vector<std::pair<std::string, Letter>> sample_letters(const Branding& branding)
{
    InvitationFacts invitation;
    invitation.to = "ada@example.com";
    invitation.user_id = "ada";
    invitation.invitation_id = "00000000-0000-4000-8000-000000000000";
    invitation.role = "internal user";
    invitation.expires_at = sample_day(25);
    KeyFacts rotated = sample_key();
    rotated.old_key_ends = sample_day(19);
    rotated.is_scheduled = true;
    Branding hiding = branding;
    hiding.include_api_key = false;
    return {
        {"invitation", invitation_letter(invitation, branding)},
        {"key_created", key_created_letter(sample_key(), branding)},
        {"key_created_hidden", key_created_letter(sample_key(), hiding)},
        {"key_rotated", key_rotated_letter(rotated, branding)},
        {"soft_budget_crossed", budget_letter(sample_budget(0), branding)},
        {"max_budget_80", budget_letter(sample_budget(80), branding)},
        {"max_budget_100", budget_letter(sample_budget(100), branding)},
    };
}

std::string to_message(const Letter& letter, const std::string& sender, Timestamp date)
{
    std::string text =
        fmt::format("Date: {}\r\nFrom: <{}>\r\nTo: <{}>\r\n", mail_date(date), sender, letter.to);
    text += fmt::format("Subject: {}\r\nMIME-Version: 1.0\r\n", encode_header(letter.subject));
    text += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
    text += part("text/plain", letter.text) + part("text/html", letter.html);
    return text + fmt::format("--{}--\r\n", boundary);
}

} // namespace litellm::mail
