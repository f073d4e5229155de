#pragma once
// Writing down who changed what.

#include "litellm/management/context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace litellm::management {

enum class ChangeAction { created, updated, deleted, blocked, unblocked, rotated };
[[nodiscard]] std::string_view to_string(ChangeAction action);

/// Tables, as the audit log names them.
inline constexpr std::string_view key_table = "LiteLLM_VerificationToken";
inline constexpr std::string_view user_table = "LiteLLM_UserTable";
inline constexpr std::string_view team_table = "LiteLLM_TeamTable";
inline constexpr std::string_view budget_table = "LiteLLM_BudgetTable";
inline constexpr std::string_view customer_table = "LiteLLM_EndUserTable";
inline constexpr std::string_view organization_table = "LiteLLM_OrganizationTable";
inline constexpr std::string_view organization_member_table = "LiteLLM_OrganizationMembership";
inline constexpr std::string_view configuration_table = "LiteLLM_Config";
inline constexpr std::string_view model_table = "LiteLLM_ProxyModelTable";
/// Nobody remembers rows of these two: nobody is told to forget them.
inline constexpr std::string_view invitation_table = "LiteLLM_InvitationLink";
inline constexpr std::string_view reveal_table = "key_reveals";

struct Change {
    ChangeAction action = ChangeAction::updated;
    std::string_view table;
    std::string object_id;      ///< a key's hash, never the key; a member's user id
    std::optional<Json> before; ///< rows as store::document_of() gives them
    std::optional<Json> after;
};

/// Belongs to every change, in its transaction, so that the one is never without the other.
///
/// Tells all processes to forget what they remember of the object. With `store_audit_logs`, adds a row to the
/// audit log, credentials in the two values masked.
[[nodiscard]] Result<void>
record_change(db::Transaction& transaction, const Context& context, const Caller& by, const Change& change);

} // namespace litellm::management
