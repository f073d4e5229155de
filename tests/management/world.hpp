#pragma once
// A small world for the services of the room: SQLite in memory, a clock that stands still, the real
// authenticator.

#include "litellm/auth/change_notice.hpp"
#include "litellm/core/encoding.hpp"
#include "litellm/management/services.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/store/organizations.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <map>
#include <memory>

namespace litellm::management {

/// Runs a task to its end on a loop of its own.
template <class T>
Result<T> run(Task<T> task)
{
    boost::asio::io_context loop;
    const auto work = boost::asio::make_work_guard(loop);
    std::optional<Result<T>> outcome;
    std::exception_ptr thrown;
    boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr error, Result<T> result) {
        thrown = error;
        outcome.emplace(std::move(result));
        loop.stop();
    });
    loop.run();
    if (thrown)
        std::rethrow_exception(thrown);
    return std::move(*outcome);
}

inline Timestamp at(const char* text)
{
    return parse_timestamp(text).value();
}

class World {
public:
    World()
    {
        settings.general.master_key = Secret("sk-master-key");
        settings.environment = [this](const std::string& name) -> std::optional<std::string> {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
        };
        db::Options options;
        options.url = "sqlite://:memory:";
        database = db::open_database(options).value();
        db::migrate(*database).value();
        auth::Options auth_options;
        auth_options.master_key = settings.general.master_key;
        authenticator = auth::Authenticator::make(std::move(auth_options), database.get(), accounts, clock);
        changes_ = auth::follow_changes(*database, {*authenticator});
    }

    [[nodiscard]] Context context()
    {
        return Context{database.get(), clock, random, settings, *authenticator};
    }
    [[nodiscard]] ManagementServices services() { return ManagementServices(context()); }

    Result<auth::PrincipalPtr> authenticate(const std::string& key)
    {
        return run(authenticator->authenticate(key));
    }
    Caller caller(const std::string& key) { return Caller{authenticate(key).value(), {}}; }
    Caller admin() { return caller("sk-master-key"); }

    template <class Work>
    auto in_transaction(Work work)
    {
        using Outcome = decltype(work(std::declval<db::Transaction&>()));
        return database->transact_now<typename Outcome::value_type>(work);
    }

    Result<IssuedKey> issue(const Caller& by, NewKey wanted)
    {
        return run(services().keys.issue(by, std::move(wanted)));
    }
    Result<IssuedKey> issue(NewKey wanted) { return issue(admin(), std::move(wanted)); }
    store::Key stored(const std::string& token)
    {
        return in_transaction([&](db::Transaction& tx) { return store::find_key(tx, token); })
            .value()
            .value();
    }

    /// A user, and a caller with a key of his that has the wanted limits.
    Caller user(const std::string& user_id, NewKey key = {}, const std::string& role = "internal_user")
    {
        NewUser wanted;
        wanted.user_id = user_id;
        wanted.user_role = role;
        wanted.auto_create_key = false;
        run(services().users.create(admin(), wanted)).value();
        return key_of(user_id, std::move(key));
    }
    Caller key_of(const std::string& user_id, NewKey key = {})
    {
        key.user_id = user_id;
        return caller(issue(std::move(key)).value().secret.reveal());
    }
    /// A team with members given as {user id, role}.
    std::string
    team(const std::string& team_id, const std::map<std::string, std::string>& members, NewTeam wanted = {})
    {
        wanted.team_id = team_id;
        for (const auto& [user_id, role] : members) {
            MemberWish member;
            member.user_id = user_id;
            member.role = role;
            wanted.members_with_roles.push_back(member);
        }
        run(services().teams.create(admin(), wanted)).value();
        return team_id;
    }

    ManualClock clock{at("2026-02-18T10:37:21.500Z")};
    SeededRandom random{7};
    std::map<std::string, std::string> environment;
    config::Config settings;
    spend::Accounts accounts{clock};
    std::unique_ptr<db::Database> database;
    std::unique_ptr<auth::Authenticator> authenticator;

private:
    std::unique_ptr<db::Subscription> changes_;
};

class ManagementTest : public ::testing::Test, public World {};

/// A JSON text with single quotes for double ones.
inline Json json(std::string text)
{
    for (char& c : text) {
        if (c == '\'')
            c = '"';
    }
    return parse_json(text).value();
}

template <class T>
void expect_error(
    const Result<T>& result, ErrorKind kind, const std::string& part, const std::string& parameter
)
{
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
    EXPECT_NE(result.error().message.find(part), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().parameter, parameter);
}

} // namespace litellm::management
