#include "litellm/store/invitations.hpp"
#include "litellm/store/key_reveals.hpp"
#include "litellm/store/passwords.hpp"
#include "litellm/store/sessions.hpp"
#include "samples.hpp"

#include <gmock/gmock.h>

namespace litellm::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GettingIn : public StoreTest {
protected:
    void add_user(const std::string& id) { insert(make_user(id)); }
    void add_key(const std::string& token, const std::string& user_id)
    {
        Key key = make_key(token);
        key.user_id = user_id;
        insert(key);
    }
    void add_invitation(const std::string& id, const std::string& user_id, Timestamp expires_at = at(100))
    {
        Invitation invitation;
        invitation.id = id;
        invitation.user_id = invitation.created_by = invitation.updated_by = user_id;
        invitation.created_at = invitation.updated_at = at();
        invitation.expires_at = expires_at;
        call(insert_invitation, invitation).value();
    }
    void add_reveal(const std::string& token, const std::string& user_id)
    {
        call(save_key_reveal, KeyReveal{token, user_id, "sealed-" + token, at(), at(60)}).value();
    }
};

TEST_P(GettingIn, KeepsSessionsUntilTheyExpire)
{
    call(insert_session, UiSession{"hash", "ada", at(), at(60)}).value();
    const auto found = call(find_session, std::string("hash"), at(59)).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->user_id, "ada");
    EXPECT_EQ(found->expires_at, at(60));
    EXPECT_FALSE(call(find_session, std::string("hash"), at(60)).value());
    EXPECT_EQ(call(remove_expired_sessions, at(59)).value(), 0);
    EXPECT_EQ(call(remove_expired_sessions, at(60)).value(), 1);
}

TEST_P(GettingIn, EndsOneSessionOrAllOfAUser)
{
    for (const char* hash : {"a", "b", "c"})
        call(insert_session, UiSession{hash, "ada", at(), at(60)}).value();
    call(insert_session, UiSession{"d", "bob", at(), at(60)}).value();
    EXPECT_TRUE(call(remove_session, std::string("a")).value());
    EXPECT_FALSE(call(remove_session, std::string("a")).value());
    EXPECT_EQ(call(remove_sessions_of_user, std::string("ada")).value(), 2);
    EXPECT_TRUE(call(find_session, std::string("d"), at()).value());
}

TEST_P(GettingIn, KeepsPasswordsApartFromRows)
{
    add_user("ada");
    EXPECT_FALSE(call(find_password, std::string("ada")).value());
    EXPECT_FALSE(call(find_password, std::string("nobody")).value());
    call(set_password, std::string("ada"), std::string("scrypt:x"), at(1)).value();
    EXPECT_EQ(call(find_password, std::string("ada")).value(), "scrypt:x");
    EXPECT_EQ(
        call(set_password, std::string("nobody"), std::string("x"), at()).error().kind, ErrorKind::not_found
    );
}

TEST_P(GettingIn, LetsAnInvitationBeClaimedOnce)
{
    add_user("ada");
    add_invitation("i-1", "ada");
    add_invitation("i-2", "ada", at(10));
    EXPECT_FALSE(call(claim_invitation, std::string("i-2"), at(10)).value()) << "expired";
    EXPECT_TRUE(call(claim_invitation, std::string("i-1"), at(10)).value());
    EXPECT_FALSE(call(claim_invitation, std::string("i-1"), at(11)).value());
    const auto claimed = call(find_invitation, std::string("i-1")).value();
    EXPECT_TRUE(claimed->is_accepted);
    EXPECT_EQ(claimed->accepted_at, at(10));
    EXPECT_FALSE(call(claim_invitation, std::string("i-3"), at()).value());
}

TEST_P(GettingIn, FindsTheInvitationThatIsOpenLongest)
{
    add_user("ada");
    add_user("bob");
    add_invitation("i-1", "ada", at(20));
    add_invitation("i-2", "ada", at(30));
    add_invitation("i-3", "bob", at(40));
    const auto find = [&](int until) {
        const auto found = call(find_open_invitation, std::string("ada"), at(until)).value();
        return found ? found->id : "none";
    };
    EXPECT_EQ(find(10), "i-2");
    EXPECT_EQ(find(30), "none");
    call(claim_invitation, std::string("i-2"), at(5)).value();
    EXPECT_EQ(find(10), "i-1");
}

TEST_P(GettingIn, EndsTheInvitationsThatAreOpen)
{
    add_user("ada");
    add_user("bob");
    add_invitation("i-1", "ada");
    add_invitation("i-2", "bob");
    call(end_open_invitations, std::string("ada"), at(5)).value();
    EXPECT_FALSE(call(claim_invitation, std::string("i-1"), at(6)).value());
    EXPECT_TRUE(call(claim_invitation, std::string("i-2"), at(6)).value());
}

TEST_P(GettingIn, ShowsAKeyToItsOwnerOnce)
{
    add_key("t-1", "ada");
    add_reveal("t-1", "ada");
    EXPECT_THAT(call(list_key_reveals, std::string("ada"), at()).value(), ElementsAre("t-1"));
    EXPECT_THAT(call(list_key_reveals, std::string("bob"), at()).value(), IsEmpty());
    EXPECT_FALSE(call(take_key_reveal, std::string("t-1"), std::string("bob"), at()).value());
    EXPECT_FALSE(call(take_key_reveal, std::string("t-1"), std::string("ada"), at(60)).value()) << "expired";
    EXPECT_EQ(call(take_key_reveal, std::string("t-1"), std::string("ada"), at(59)).value(), "sealed-t-1");
    EXPECT_FALSE(call(take_key_reveal, std::string("t-1"), std::string("ada"), at(59)).value());
    EXPECT_EQ(query("SELECT count(*) FROM key_reveals").front().integer(0), 0);
}

TEST_P(GettingIn, WipesKeysWhoseTimeIsUpOrThatAreGone)
{
    add_key("t-1", "ada");
    add_key("t-3", "ada");
    add_reveal("t-1", "ada");
    add_reveal("t-2", "ada");
    add_reveal("t-3", "bob");
    EXPECT_EQ(call(remove_stale_key_reveals, at()).value(), 2) << "t-2 is no key, t-3 is not his";
    EXPECT_EQ(call(remove_stale_key_reveals, at(60)).value(), 1);
}

INSTANTIATE_ON_BOTH_DIALECTS(GettingIn);

} // namespace
} // namespace litellm::store
