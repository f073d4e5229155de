// README's table of who may call what is the table that the code has.

#include "litellm/auth/access.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace litellm::api {

TEST(Readme, TellsWhoMayCallWhat)
{
    std::ifstream file(std::string(LITELLM_SOURCE_DIR) + "/README.md");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    std::string head = "| class | for |";
    using auth::Role;
    for (const Role role :
         {Role::proxy_admin,
          Role::proxy_admin_viewer,
          Role::org_admin,
          Role::internal_user,
          Role::internal_user_viewer,
          Role::team,
          Role::customer})
        head += " " + std::string(auth::to_string(role)) + " |";
    EXPECT_NE(text.find(head + " no user |"), std::string::npos) << head;
    for (const auth::AccessRule& rule : auth::access_rules()) {
        std::string row = "| `" + std::string(rule.name) + "` | " + std::string(rule.summary) + " |";
        for (const bool allowed : rule.roles)
            row += allowed ? " yes |" : " - |";
        EXPECT_NE(text.find(row + "\n"), std::string::npos) << row;
    }
}

} // namespace litellm::api
