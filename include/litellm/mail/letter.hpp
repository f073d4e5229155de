#pragma once
// What the letters say. Pure: facts and branding in, subject and two bodies out.

#include "litellm/core/environment.hpp"
#include "litellm/core/error.hpp"
#include "litellm/core/json.hpp"
#include "litellm/core/time.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace litellm::mail {

/// LiteLLM's names, as /email/event_settings shows them.
enum class Event { key_created, user_invited, key_rotated, soft_budget_crossed, max_budget_alert };
[[nodiscard]] std::string_view to_string(Event event);
[[nodiscard]] std::optional<Event> event_from(std::string_view name);
[[nodiscard]] std::vector<Event> all_events();

/// How letters look and where their links lead, from the variables of the product's documentation.
struct Branding {
    std::string company_name = "LiteLLM";             ///< EMAIL_COMPANY_NAME
    std::string logo_url;                             ///< EMAIL_LOGO_URL; empty unless http or https
    std::string support_contact = "support@berri.ai"; ///< EMAIL_SUPPORT_CONTACT
    std::string signature_html;      ///< EMAIL_SIGNATURE: the operator's own HTML, scripts removed
    std::string invitation_subject;  ///< EMAIL_SUBJECT_INVITATION
    std::string key_created_subject; ///< EMAIL_SUBJECT_KEY_CREATED
    std::string key_rotated_subject; ///< EMAIL_SUBJECT_KEY_ROTATED
    bool include_api_key = true;     ///< EMAIL_INCLUDE_API_KEY
    std::string base_url = "http://0.0.0.0:4000"; ///< PROXY_BASE_URL without its last slash
};
[[nodiscard]] Branding branding_from(const Environment& environment);

/// What the key shows instead of itself with EMAIL_INCLUDE_API_KEY=false.
inline constexpr std::string_view hidden_key = "[Key hidden for security - retrieve from dashboard]";

struct Letter {
    std::string to;
    std::string subject;
    std::string text;
    std::string html;
};

struct InvitationFacts {
    std::string to;
    std::string user_id;
    std::string invitation_id;
    std::string role; ///< in words
    std::optional<Timestamp> expires_at;
};

struct KeyFacts {
    std::string to;
    std::string user_id;
    std::string key; ///< the key itself; the letter hides it when the branding says so
    std::string key_alias;
    std::string team_alias;
    std::vector<std::string> models; ///< empty: all
    std::optional<double> max_budget;
    std::string budget_duration;
    std::optional<Timestamp> expires_at;
    // Of a rotated key:
    std::optional<Timestamp> old_key_ends; ///< nothing: it ended at once
    bool is_scheduled = false;
};

/// Money that a key, a team, a user or an organization has spent; USD.
struct BudgetFacts {
    std::string to;
    std::string entity; ///< key, team, user, organization
    std::string name;   ///< what people call it
    double spend = 0;
    std::optional<double> soft_budget;
    std::optional<double> max_budget;
    int percentage = 0; ///< of the maximum, which was reached; 0 when it is about the soft budget
    std::string budget_duration;
    std::optional<Timestamp> resets_at;
};

[[nodiscard]] Letter invitation_letter(const InvitationFacts& facts, const Branding& branding);
[[nodiscard]] Letter key_created_letter(const KeyFacts& facts, const Branding& branding);
[[nodiscard]] Letter key_rotated_letter(const KeyFacts& facts, const Branding& branding);
/// About the soft budget, or about a share of the maximum: as `percentage` says.
[[nodiscard]] Letter budget_letter(const BudgetFacts& facts, const Branding& branding);

/// Every letter there is, with made-up facts, under the name of a file.
[[nodiscard]] std::vector<std::pair<std::string, Letter>> sample_letters(const Branding& branding);
/// The letter as a mail program saves it (RFC 5322), with text and HTML.
[[nodiscard]] std::string to_message(const Letter& letter, const std::string& sender, Timestamp date);

/// As they are kept between the change that they tell of and the sending.
[[nodiscard]] Json to_json(const InvitationFacts& facts);
[[nodiscard]] Json to_json(const KeyFacts& facts);
[[nodiscard]] Json to_json(const BudgetFacts& facts);
/// The letter that facts kept by to_json() make. invalid_input when they are not of `event`.
[[nodiscard]] Result<Letter> letter_from(Event event, const Json& facts, const Branding& branding);

/// One address that may stand in a header and in an SMTP command: one `@`, no white space, controls or list
/// characters.
[[nodiscard]] bool is_address(std::string_view text);

} // namespace litellm::mail
