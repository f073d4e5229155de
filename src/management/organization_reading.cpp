#include "organization_reading.hpp"

#include "refusals.hpp"

#include <fmt/format.h>

namespace litellm::management {

namespace {

Result<std::vector<store::Team>> teams_of(db::Transaction& transaction, const std::string& organization_id)
{
    std::vector<store::Team> teams;
    store::TeamFilter filter;
    filter.organization_id = organization_id;
    filter.size = 1000;
    for (filter.page = 1;; ++filter.page) {
        auto page = store::list_team_page(transaction, filter);
        if (!page)
            return page.error();
        const bool is_last = page->teams.size() < static_cast<std::size_t>(filter.size);
        std::move(page->teams.begin(), page->teams.end(), std::back_inserter(teams));
        if (is_last)
            return teams;
    }
}

Result<OrganizationView>
load_in(db::Transaction& transaction, const Caller& by, const std::string& organization_id)
{
    auto organization = store::find_organization(transaction, organization_id);
    if (!organization)
        return organization.error();
    if (!by.may_see_everything()) {
        const auto role = store::find_organization_role(transaction, organization_id, by.principal->user_id);
        if (!role)
            return role.error();
        if (by.principal->user_id.empty() || !*role)
            return forbidden("You are not in this organization.", "organization_id");
    }
    if (!*organization)
        return absent(
            fmt::format("Organization not found for organization_id={}", organization_id), "organization_id"
        );
    return complete_organization(transaction, std::move(**organization));
}

Result<std::vector<OrganizationView>> list_in(db::Transaction& transaction, const Caller& by)
{
    Result<std::vector<store::Organization>> rows = std::vector<store::Organization>();
    if (by.may_see_everything()) {
        rows = store::list_organizations(transaction);
    } else if (!by.principal->user_id.empty()) {
        const auto own = store::list_organizations_with_role(transaction, by.principal->user_id, "");
        if (!own)
            return own.error();
        rows = store::list_organizations_by_id(transaction, *own);
    }
    if (!rows)
        return rows.error();
    std::vector<OrganizationView> views;
    for (auto& row : *rows) {
        auto view = complete_organization(transaction, std::move(row));
        if (!view)
            return view.error();
        views.push_back(std::move(*view));
    }
    return views;
}

} // namespace

Result<store::Organization>
lock_known_organization(db::Transaction& transaction, const std::string& organization_id)
{
    auto organization = store::lock_organization(transaction, organization_id);
    if (!organization)
        return organization.error();
    if (!*organization)
        return absent(
            fmt::format("Organization not found for organization_id={}", organization_id), "organization_id"
        );
    return std::move(**organization);
}

Result<OrganizationMember>
complete_organization_member(db::Transaction& transaction, store::OrganizationMembership membership)
{
    OrganizationMember member;
    auto user = store::find_user(transaction, membership.user_id);
    if (!user)
        return user.error();
    member.user = std::move(*user);
    if (membership.budget_id) {
        auto budget = store::find_budget(transaction, *membership.budget_id);
        if (!budget)
            return budget.error();
        member.budget = std::move(*budget);
    }
    member.row = std::move(membership);
    return member;
}

Result<OrganizationView> complete_organization(db::Transaction& transaction, store::Organization organization)
{
    OrganizationView view;
    auto budget = store::find_budget(transaction, organization.budget_id);
    if (!budget)
        return budget.error();
    view.budget = std::move(*budget);
    const auto memberships = store::list_organization_memberships(transaction, organization.organization_id);
    if (!memberships)
        return memberships.error();
    for (const auto& membership : *memberships) {
        auto member = complete_organization_member(transaction, membership);
        if (!member)
            return member.error();
        view.members.push_back(std::move(*member));
    }
    auto teams = teams_of(transaction, organization.organization_id);
    if (!teams)
        return teams.error();
    view.teams = std::move(*teams);
    view.row = std::move(organization);
    return view;
}

Task<OrganizationView> OrganizationService::load(const Caller& by, const std::string& organization_id)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<OrganizationView>([&](db::Transaction& transaction) {
        return load_in(transaction, by, organization_id);
    });
}

Task<std::vector<OrganizationView>> OrganizationService::list(const Caller& by)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<std::vector<OrganizationView>>(
        [&](db::Transaction& transaction) { return list_in(transaction, by); }
    );
}

} // namespace litellm::management
