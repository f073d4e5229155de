#include "key_columns.hpp"

namespace litellm::store {

namespace {

constexpr std::string_view deprecated_table = "LiteLLM_DeprecatedVerificationToken";

/// {0} the key's columns, {1} the team's soft budget where there is one, {2} which key, {3} the end of an old
/// hash.
constexpr std::string_view select_context = R"(
SELECT
    {3},
    b.max_budget, b.soft_budget, b.tpm_limit, b.rpm_limit, b.model_max_budget,
    u.user_id, u.user_role, u.user_email, u.models, u.spend, u.max_budget, u.tpm_limit, u.rpm_limit,
    u.max_parallel_requests,
    t.team_id, t.team_alias, t.blocked, t.models, m.aliases, t.members_with_roles, t.metadata, t.spend, t.max_budget,
    {1}, t.tpm_limit, t.rpm_limit, t.max_parallel_requests, t.organization_id,
    tm.user_id, tm.spend, tb.max_budget, tb.tpm_limit, tb.rpm_limit,
    o.organization_id, o.models, o.spend, ob.max_budget, ob.tpm_limit, ob.rpm_limit,
    {0}
FROM "LiteLLM_VerificationToken" v
LEFT JOIN "LiteLLM_BudgetTable" b ON b.budget_id = v.budget_id
LEFT JOIN "LiteLLM_UserTable" u ON u.user_id = v.user_id
LEFT JOIN "LiteLLM_TeamTable" t ON t.team_id = v.team_id
LEFT JOIN "LiteLLM_ModelTable" m ON m.id = t.model_id
LEFT JOIN "LiteLLM_TeamMembership" tm ON tm.user_id = v.user_id AND tm.team_id = v.team_id
LEFT JOIN "LiteLLM_BudgetTable" tb ON tb.budget_id = tm.budget_id
LEFT JOIN "LiteLLM_OrganizationTable" o ON o.organization_id = COALESCE(v.organization_id, t.organization_id)
LEFT JOIN "LiteLLM_BudgetTable" ob ON ob.budget_id = o.budget_id
WHERE {2}
ORDER BY v.token <> $1
LIMIT 1)";

constexpr std::string_view is_key = "v.token = $1";
constexpr std::string_view end_of_old_hash = R"(CASE WHEN v.token = $1 THEN NULL ELSE (
    SELECT e.revoke_at FROM "LiteLLM_DeprecatedVerificationToken" e WHERE e.token = $1) END)";
constexpr std::string_view is_key_or_stands_for_it = R"(v.token IN ($1, (
    SELECT d.active_token_id FROM "LiteLLM_DeprecatedVerificationToken" d WHERE d.token = $1 AND d.revoke_at > $2)))";

constexpr std::string_view select_groups =
    R"(SELECT access_model_names FROM "LiteLLM_AccessGroupTable" WHERE {})";

/// Reads a row's cells in order.
class Reader {
public:
    explicit Reader(const db::Row& row) : row_(row) {}

    template <class... Members>
    void read(Members&... members)
    {
        (read_cell(members, row_, next_++), ...);
    }
    /// Reads a part whose first cell tells whether the join found it.
    template <class... Members>
    bool read_joined(Members&... members)
    {
        const bool is_found = !row_.is_null(next_);
        read(members...);
        return is_found;
    }
    void read_array(Json& document)
    {
        read(document);
        if (!document.is_array())
            document = Json::array();
    }
    [[nodiscard]] std::size_t next() const { return next_; }

private:
    const db::Row& row_;
    std::size_t next_ = 0;
};

struct KeyBudget {
    std::optional<double> max_budget;
    std::optional<double> soft_budget;
    std::optional<std::int64_t> tpm_limit;
    std::optional<std::int64_t> rpm_limit;
    std::optional<Json> model_max_budget;
};

KeyBudget read_budget(Reader& reader)
{
    KeyBudget budget;
    reader.read(
        budget.max_budget, budget.soft_budget, budget.tpm_limit, budget.rpm_limit, budget.model_max_budget
    );
    return budget;
}

std::optional<KeyContext::User> read_user(Reader& reader)
{
    KeyContext::User user;
    const bool is_found = reader.read_joined(
        user.user_id,
        user.role,
        user.email,
        user.models,
        user.spend,
        user.max_budget,
        user.tpm_limit,
        user.rpm_limit,
        user.max_parallel_requests
    );
    return is_found ? std::optional(std::move(user)) : std::nullopt;
}

std::optional<KeyContext::Team> read_team(Reader& reader)
{
    KeyContext::Team team;
    const bool is_found =
        reader.read_joined(team.team_id, team.alias, team.blocked, team.models, team.model_aliases);
    reader.read_array(team.members_with_roles);
    reader.read(
        team.metadata,
        team.spend,
        team.max_budget,
        team.soft_budget,
        team.tpm_limit,
        team.rpm_limit,
        team.max_parallel_requests,
        team.organization_id
    );
    return is_found ? std::optional(std::move(team)) : std::nullopt;
}

std::optional<KeyContext::Member> read_member(Reader& reader)
{
    std::string user_id;
    KeyContext::Member member;
    const bool is_found =
        reader.read_joined(user_id, member.spend, member.max_budget, member.tpm_limit, member.rpm_limit);
    return is_found ? std::optional(member) : std::nullopt;
}

std::optional<KeyContext::Organization> read_organization(Reader& reader)
{
    KeyContext::Organization organization;
    const bool is_found = reader.read_joined(
        organization.organization_id,
        organization.models,
        organization.spend,
        organization.max_budget,
        organization.tpm_limit,
        organization.rpm_limit
    );
    return is_found ? std::optional(std::move(organization)) : std::nullopt;
}

/// A key's own limits win over those of its budget row.
void fill_limits(Key& key, const KeyBudget& budget)
{
    if (!key.max_budget)
        key.max_budget = budget.max_budget;
    if (!key.tpm_limit)
        key.tpm_limit = budget.tpm_limit;
    if (!key.rpm_limit)
        key.rpm_limit = budget.rpm_limit;
    if (key.model_max_budget.empty() && budget.model_max_budget)
        key.model_max_budget = *budget.model_max_budget;
}

KeyContext read_context(const db::Row& row, const Columns<Key>& columns)
{
    Reader reader(row);
    KeyContext context;
    reader.read(context.revoke_at);
    const KeyBudget budget = read_budget(reader);
    context.user = read_user(reader);
    context.team = read_team(reader);
    context.member = read_member(reader);
    context.organization = read_organization(reader);
    context.key = columns.read(row, reader.next());
    context.soft_budget = budget.soft_budget;
    fill_limits(context.key, budget);
    return context;
}

Result<void> add_access_groups(db::Transaction& transaction, KeyContext& context)
{
    if (context.key.access_group_ids.empty() ||
        !transaction.shape_of("LiteLLM_AccessGroupTable")->has("access_model_names"))
        return {};
    const std::string sql = compose(select_groups, is_one_of(transaction.dialect(), "access_group_id", 1));
    const Result<db::Rows> rows = transaction.query(sql, {context.key.access_group_ids});
    if (!rows)
        return rows.error();
    for (const db::Row& row : *rows) {
        for (std::string& model : row.texts(0))
            context.access_group_models.push_back(std::move(model));
    }
    return {};
}

} // namespace

Result<std::optional<KeyContext>>
find_key_context(db::Transaction& transaction, const std::string& token, Timestamp now)
{
    const bool has_grace = transaction.shape_of(deprecated_table)->exists();
    const bool has_soft_budget = transaction.shape_of("LiteLLM_TeamTable")->has("soft_budget");
    const Columns<Key> columns = key_columns(transaction);
    const std::string sql = compose(
        select_context,
        columns.names("v."),
        has_soft_budget ? "t.soft_budget" : "NULL",
        has_grace ? is_key_or_stands_for_it : is_key,
        has_grace ? end_of_old_hash : "NULL"
    );
    std::vector<db::Value> values{token};
    if (has_grace)
        values.emplace_back(now);
    const Result<db::Rows> rows = transaction.query(sql, values);
    if (!rows)
        return rows.error();
    if (rows->empty())
        return std::optional<KeyContext>();
    KeyContext context = read_context(rows->front(), columns);
    if (const auto added = add_access_groups(transaction, context); !added)
        return added.error();
    return std::optional<KeyContext>(std::move(context));
}

} // namespace litellm::store
