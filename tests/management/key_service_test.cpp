#include "world.hpp"

namespace litellm::management {

class KeyCare : public ManagementTest {
protected:
    std::string key(NewKey wanted = {}) { return issue(std::move(wanted)).value().secret.reveal(); }
    NewKey named(const std::string& alias, const std::string& user_id = {}, const std::string& team_id = {})
    {
        NewKey wanted;
        wanted.key_alias = alias;
        if (!user_id.empty())
            wanted.user_id = user_id;
        if (!team_id.empty())
            wanted.team_id = team_id;
        return wanted;
    }
    std::vector<std::string> aliases_of(const Caller& by, KeyQuery query = {})
    {
        query.filter.sort_by = "key_alias";
        query.filter.descending = false;
        query.filter.size = 100;
        std::vector<std::string> aliases;
        for (const auto& row : run(services().keys.list(by, query)).value().page.keys)
            aliases.push_back(row.key_alias.value_or("-"));
        return aliases;
    }
};

using Aliases = std::vector<std::string>;

TEST_F(KeyCare, ShowsAKeyByItsTextAndByItsHash)
{
    const auto text = key(named("a"));
    EXPECT_EQ(run(services().keys.load(admin(), text)).value().row.key_alias, "a");
    EXPECT_EQ(run(services().keys.load(admin(), sha256_hex(text))).value().row.key_alias, "a");
    EXPECT_EQ(run(services().keys.load(caller(text), std::nullopt)).value().row.key_alias, "a");
}

TEST_F(KeyCare, SaysThatAKeyIsUnknownBeforeAnythingElse)
{
    const auto refused = run(services().keys.load(user("u-1"), "sk-unknown"));
    expect_error(refused, ErrorKind::not_found, "not found", "key");
    EXPECT_EQ(refused.error().type, "not_found_error");
    EXPECT_EQ(refused.error().status, 404);
    EXPECT_EQ(run(services().keys.load(admin(), std::nullopt)).error().status, 404)
        << "the master key has no row";
}

TEST_F(KeyCare, ShowsKeysToTheirUserTheirTeamAndAdmins)
{
    const auto owner = user("u-1");
    const auto mate = user("u-2");
    const auto stranger = user("u-3");
    const auto viewer = user("u-4", {}, "proxy_admin_viewer");
    team("t-1", {{"u-2", "user"}});
    const auto text = key(named("a", "u-1", "t-1"));

    EXPECT_TRUE(run(services().keys.load(owner, text)));
    EXPECT_TRUE(run(services().keys.load(mate, text)));
    EXPECT_TRUE(run(services().keys.load(viewer, text)));
    EXPECT_EQ(run(services().keys.load(stranger, text)).error().kind, ErrorKind::forbidden);
}

TEST_F(KeyCare, NeverTakesOneMissingOwnerForAnother)
{
    const auto one = key(named("one"));
    const auto other = caller(key(named("other")));
    EXPECT_EQ(run(services().keys.load(other, one)).error().kind, ErrorKind::forbidden);
}

TEST_F(KeyCare, DeletesAndForgets)
{
    const auto text = key();
    ASSERT_TRUE(authenticate(text));
    KeySelection selection;
    selection.keys = {text, "sk-unknown"};

    EXPECT_EQ(
        run(services().keys.remove(admin(), selection)).value(), std::vector<std::string>{sha256_hex(text)}
    );
    EXPECT_FALSE(authenticate(text));
    expect_error(run(services().keys.remove(admin(), selection)), ErrorKind::not_found, "No keys found", "");
}

TEST_F(KeyCare, DeletesByAlias)
{
    const auto text = key(named("a"));
    KeySelection selection;
    selection.aliases = {"a"};
    ASSERT_TRUE(run(services().keys.remove(admin(), selection)));
    EXPECT_FALSE(authenticate(text));
}

TEST_F(KeyCare, DeletesNothingWhenOneKeyIsForeign)
{
    const auto owner = user("u-1");
    const auto own = key(named("own", "u-1"));
    KeySelection selection;
    selection.keys = {own, key(named("foreign", "u-2"))};
    EXPECT_EQ(run(services().keys.remove(owner, selection)).error().kind, ErrorKind::forbidden);
    EXPECT_TRUE(authenticate(own));

    selection.keys = {own};
    EXPECT_TRUE(run(services().keys.remove(owner, selection)));
}

TEST_F(KeyCare, LetsTeamAdminsDeleteTheTeamsKeys)
{
    const auto lead = user("u-1");
    const auto member = user("u-2");
    team("t-1", {{"u-1", "admin"}, {"u-2", "user"}});
    KeySelection selection;
    selection.keys = {key(named("a", "u-9", "t-1"))};
    EXPECT_EQ(run(services().keys.remove(member, selection)).error().kind, ErrorKind::forbidden);
    EXPECT_TRUE(run(services().keys.remove(lead, selection)));
}

TEST_F(KeyCare, BlocksAtOnce)
{
    const auto text = key();
    ASSERT_TRUE(authenticate(text));

    EXPECT_EQ(run(services().keys.set_blocked(admin(), text, true)).value().blocked, true);
    EXPECT_FALSE(authenticate(text));
    EXPECT_EQ(run(services().keys.set_blocked(admin(), sha256_hex(text), false)).value().blocked, false);
    EXPECT_TRUE(authenticate(text));
}

TEST_F(KeyCare, BlocksForAdminsOfTheTeamOnly)
{
    const auto lead = user("u-1");
    const auto owner = user("u-2");
    team("t-1", {{"u-1", "admin"}, {"u-2", "user"}});
    const auto text = key(named("a", "u-2", "t-1"));
    EXPECT_EQ(run(services().keys.set_blocked(owner, text, true)).error().kind, ErrorKind::forbidden);
    EXPECT_TRUE(run(services().keys.set_blocked(lead, text, true)));
}

TEST_F(KeyCare, ChecksWhatItIsToBlock)
{
    for (const char* text : {"", "sk-", "key", "sk-with space", "sk-x'; DROP TABLE keys"}) {
        const auto refused = run(services().keys.set_blocked(admin(), text, true));
        expect_error(refused, ErrorKind::invalid_input, "Invalid key format.", "key");
        EXPECT_EQ(refused.error().type, "bad_request_error");
    }
    const auto unknown = run(services().keys.set_blocked(admin(), "sk-unknown", true));
    expect_error(unknown, ErrorKind::not_found, "not found", "key");
}

TEST_F(KeyCare, ListsEverythingForAdminsExceptSessions)
{
    key(named("a"));
    key(named("b", "u-1"));
    key(named("session", "u-1", std::string(dashboard_team_id)));
    EXPECT_EQ(aliases_of(admin()), (Aliases{"a", "b"}));

    KeyQuery query;
    query.filter.user_id = "u-1";
    EXPECT_EQ(aliases_of(admin(), query), Aliases{"b"});
}

TEST_F(KeyCare, ListsOwnKeysForOthers)
{
    const auto someone = user("u-1", named("own"));
    user("u-2", named("other"));
    EXPECT_EQ(aliases_of(someone), Aliases{"own"});
}

TEST_F(KeyCare, ListsKeysOfAdministeredTeamsOnRequest)
{
    const auto lead = user("u-1", named("own"));
    const auto member = user("u-2", named("mine"));
    team("t-1", {{"u-1", "admin"}, {"u-2", "user"}});
    key(named("of-team", "u-9", "t-1"));
    KeyQuery query;
    query.include_team_keys = true;
    EXPECT_EQ(aliases_of(lead, query), (Aliases{"of-team", "own"}));
    EXPECT_EQ(aliases_of(member, query), Aliases{"mine"});
}

TEST_F(KeyCare, RefusesFiltersOnWhatBelongsToOthers)
{
    const auto someone = user("u-1");
    const auto refused_for = [&](auto set) {
        KeyQuery query;
        set(query.filter);
        return run(services().keys.list(someone, query));
    };
    const auto by_user = refused_for([](store::KeyFilter& filter) { filter.user_id = "u-2"; });
    expect_error(by_user, ErrorKind::forbidden, "another user", "user_id");
    EXPECT_EQ(by_user.error().type, "bad_request_error");
    expect_error(
        refused_for([](store::KeyFilter& filter) { filter.team_id = "t-1"; }),
        ErrorKind::forbidden,
        "this team",
        "team_id"
    );
    expect_error(
        refused_for([](store::KeyFilter& filter) { filter.organization_id = "o-1"; }),
        ErrorKind::forbidden,
        "this organization",
        "organization_id"
    );
    expect_error(
        refused_for([](store::KeyFilter& filter) { filter.key_hash = "00"; }),
        ErrorKind::forbidden,
        "this key",
        "key_hash"
    );
}

TEST_F(KeyCare, RefusesToListForKeysWithoutAUser)
{
    const auto refused = run(services().keys.list(caller(key()), {}));
    expect_error(refused, ErrorKind::forbidden, "no user_id", "user_id");
    EXPECT_EQ(refused.error().type, "bad_request_error");
}

TEST_F(KeyCare, AddsTheOwnersWhenAsked)
{
    user("u-1", named("own"));
    KeyQuery query;
    query.expand_user = true;
    EXPECT_EQ(run(services().keys.list(admin(), query)).value().users.at("u-1").user_role, "internal_user");
}

TEST_F(KeyCare, ListsAliasesInOrder)
{
    key(named("Beta"));
    key(named("alpha"));
    key();
    EXPECT_EQ(run(services().keys.list_aliases(admin(), {})).value().aliases, (Aliases{"Beta", "alpha"}));
    EXPECT_EQ(run(services().keys.list_aliases(admin(), {"BET"})).value().aliases, Aliases{"Beta"});
}

} // namespace litellm::management
