#pragma once
// People and programs of every kind who call the proxy.

#include "proxy_world.hpp"

#include <set>
#include <string>
#include <vector>

namespace litellm::api {

struct Visitor {
    std::string name;
    std::optional<std::string> key;
    /// Nothing for those whom authentication turns away.
    std::optional<auth::Role> role;
};

class VisitedProxy : public ProxyWorld {
public:
    using ProxyWorld::ProxyWorld;

    static constexpr auth::Role roles[] = {
        auth::Role::proxy_admin,
        auth::Role::proxy_admin_viewer,
        auth::Role::org_admin,
        auth::Role::internal_user,
        auth::Role::internal_user_viewer,
        auth::Role::team,
        auth::Role::customer,
        auth::Role::none,
    };

    /// A key whose user has the role; none is a key without a user.
    std::string key_with_role(auth::Role role, management::NewKey wanted = {})
    {
        if (role != auth::Role::none) {
            wanted.user_id = "u-" + std::string(auth::to_string(role));
            in_transaction([&](db::Transaction& tx) -> Result<bool> {
                store::User user;
                user.user_id = *wanted.user_id;
                user.user_role = std::string(auth::to_string(role));
                const auto known = store::find_user(tx, user.user_id);
                if (known && *known)
                    return true;
                if (const auto stored = store::insert_user(tx, user); !stored)
                    return stored.error();
                return true;
            }).value();
        }
        return issue(wanted).value().secret.reveal();
    }

    std::vector<Visitor> visitors()
    {
        std::vector<Visitor> all = turned_away();
        for (const auth::Role role : roles)
            all.push_back({std::string(auth::to_string(role)), key_with_role(role), role});
        all.push_back({"master key", master, auth::Role::proxy_admin});
        return all;
    }

    std::vector<Visitor> turned_away()
    {
        management::NewKey short_lived;
        short_lived.duration = "1s";
        const std::string expired = key_with_role(auth::Role::proxy_admin, short_lived);
        clock.advance(seconds(2));
        management::NewKey locked;
        locked.blocked = true;
        const std::string blocked = key_with_role(auth::Role::proxy_admin, locked);
        management::NewTeam closed;
        closed.blocked = true;
        team("t-blocked", {}, closed);
        management::NewKey of_team;
        of_team.team_id = "t-blocked";
        const std::string of_blocked_team = key_with_role(auth::Role::proxy_admin, of_team);
        const std::string deleted = key_with_role(auth::Role::proxy_admin);
        management::KeySelection selection;
        selection.keys = {deleted};
        management::run(services().keys.remove(admin(), selection)).value();
        return {
            {"no key", std::nullopt, std::nullopt},
            {"empty key", "", std::nullopt},
            {"unknown key", "sk-unknown", std::nullopt},
            {"no virtual key", "hello", std::nullopt},
            {"injection", "sk-' OR '1'='1", std::nullopt},
            {"hash of the master key", sha256_hex(master), std::nullopt},
            {"expired key", expired, std::nullopt},
            {"blocked key", blocked, std::nullopt},
            {"key of a blocked team", of_blocked_team, std::nullopt},
            {"deleted key", deleted, std::nullopt},
        };
    }

    /// All rows of LiteLLM's tables, as texts, that have `part` anywhere.
    std::set<std::string> rows_with(const std::string& part)
    {
        std::set<std::string> found;
        in_transaction([&](db::Transaction& tx) -> Result<bool> {
            const auto tables =
                tx.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'LiteLLM%'", {})
                    .value();
            for (const auto& table : tables) {
                for (const auto& row : tx.query("SELECT * FROM \"" + table.text(0) + "\"", {}).value()) {
                    std::string text = table.text(0);
                    for (std::size_t i = 0; i < row.size(); ++i)
                        text += "|" + row.text(i);
                    if (text.find(part) != std::string::npos)
                        found.insert(std::move(text));
                }
            }
            return true;
        }).value();
        return found;
    }

    /// The route's paths with something in the place of their parameters.
    static std::vector<std::string> targets(const Route& route, const std::string& parameter = "x-1")
    {
        std::vector<std::string> found;
        for (std::string path : route.paths) {
            for (auto open = path.find('{'); open != std::string::npos; open = path.find('{'))
                path.replace(open, path.find('}') - open + 1, parameter);
            found.push_back(path);
        }
        return found;
    }
};

} // namespace litellm::api
