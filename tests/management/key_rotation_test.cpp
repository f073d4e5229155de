#include "world.hpp"

#include "litellm/management/key_events.hpp"

namespace litellm::management {

namespace {

class RecordingEvents final : public KeyEvents {
public:
    Result<void> key_created(db::Transaction&, const KeyCreated& event) override
    {
        created.push_back(event);
        return outcome;
    }
    Result<void> key_rotated(db::Transaction&, const KeyRotated& event) override
    {
        rotated.push_back(event);
        return outcome;
    }
    Result<bool> has_recipient(db::Transaction&, const store::Key& key) override
    {
        return key.user_id.has_value();
    }

    std::vector<KeyCreated> created;
    std::vector<KeyRotated> rotated;
    Result<void> outcome;
};

} // namespace

class Rotation : public ManagementTest {
protected:
    std::string key(NewKey wanted = {}) { return issue(std::move(wanted)).value().secret.reveal(); }
    Result<RotatedKey> rotate(const std::string& key, const std::string& grace = {})
    {
        KeyRotation rotation;
        rotation.change.key = key;
        if (!grace.empty())
            rotation.grace_period = grace;
        return rotate(admin(), rotation);
    }
    Result<RotatedKey> rotate(const Caller& by, KeyRotation rotation)
    {
        return run(services().keys.rotate(by, std::move(rotation)));
    }
    Result<auth::PrincipalPtr> known(const std::string& key) { return authenticator->find_known(key); }
};

TEST_F(Rotation, GivesAKeyANewTextAndEndsTheOldOne)
{
    NewKey wanted;
    wanted.key_alias = "bot";
    wanted.spend = 2;
    wanted.max_budget = 5;
    const auto old = key(wanted);
    ASSERT_TRUE(authenticate(old));
    const auto rotated = rotate(old).value();
    const std::string text = rotated.issued.secret.reveal();
    EXPECT_TRUE(text.starts_with("sk-"));
    EXPECT_NE(text, old);
    EXPECT_EQ(rotated.issued.row.token, sha256_hex(text));
    EXPECT_EQ(rotated.issued.row.key_name, "sk-..." + text.substr(text.size() - 4));
    EXPECT_EQ(rotated.old_key_ends, std::nullopt);
    const auto row = stored(sha256_hex(text));
    EXPECT_EQ(row.key_alias, "bot");
    EXPECT_EQ(row.spend, 2);
    EXPECT_EQ(row.max_budget, 5);
    EXPECT_FALSE(authenticate(old));
    EXPECT_TRUE(authenticate(text));
}

TEST_F(Rotation, ChangesParametersOnTheWay)
{
    KeyRotation rotation;
    rotation.change.key = sha256_hex(key());
    rotation.change.max_budget = 100.0;
    rotation.change.metadata = json("{'team': 'core-infra'}");
    rotation.change.models = std::vector<std::string>{"gpt-4", "gpt-3.5-turbo"};
    rotation.new_key = Secret("sk-my-new-key");
    const auto rotated = rotate(admin(), rotation).value();
    EXPECT_EQ(rotated.issued.secret.reveal(), "sk-my-new-key");
    const auto row = stored(sha256_hex("sk-my-new-key"));
    EXPECT_EQ(row.max_budget, 100);
    EXPECT_EQ(row.metadata, json("{'team': 'core-infra'}"));
    EXPECT_EQ(row.models, (std::vector<std::string>{"gpt-4", "gpt-3.5-turbo"}));
}

TEST_F(Rotation, LetsTheOldTextWorkForTheGracePeriodOnTheSameAccount)
{
    NewKey wanted;
    wanted.max_budget = 1;
    const auto old = key(wanted);
    const auto before = authenticate(old).value()->payers.front().account;
    const auto rotated = rotate(old, "1h").value();
    EXPECT_EQ(rotated.old_key_ends, at("2026-02-18T11:37:21.500Z"));
    const auto by_old = authenticate(old).value();
    const auto by_new = authenticate(rotated.issued.secret.reveal()).value();
    EXPECT_EQ(by_old->key_hash, rotated.issued.row.token);
    EXPECT_EQ(by_old->payers.front().account, by_new->payers.front().account);
    EXPECT_EQ(by_old->payers.front().account, before) << "what is under way goes on counting";

    clock.advance(std::chrono::minutes(59));
    EXPECT_TRUE(authenticate(old));
    EXPECT_TRUE(known(old));
    clock.advance(std::chrono::minutes(1));
    const auto cached = known(old);
    EXPECT_TRUE(!cached || !*cached) << "not even from the cache";
    EXPECT_EQ(authenticate(old).error().type, "token_not_found_in_db");
    EXPECT_TRUE(authenticate(rotated.issued.secret.reveal()));
}

TEST_F(Rotation, FollowsChainsOfRotations)
{
    const auto first = key();
    const auto second = rotate(first, "2h").value().issued.secret.reveal();
    const auto third = rotate(second, "1h").value().issued.secret.reveal();
    const auto hash = sha256_hex(third);
    EXPECT_EQ(authenticate(first).value()->key_hash, hash);
    EXPECT_EQ(authenticate(second).value()->key_hash, hash);
    clock.advance(std::chrono::minutes(61));
    EXPECT_TRUE(authenticate(first));
    EXPECT_FALSE(authenticate(second));
}

TEST_F(Rotation, TakesTheGracePeriodFromTheEnvironment)
{
    environment["LITELLM_KEY_ROTATION_GRACE_PERIOD"] = "1d";
    const auto old = key();
    rotate(old).value();
    EXPECT_TRUE(authenticate(old));
    environment["LITELLM_KEY_ROTATION_GRACE_PERIOD"] = "nonsense";
    const auto other = key();
    rotate(other).value();
    EXPECT_FALSE(authenticate(other));
    expect_error(rotate(key(), "nonsense"), ErrorKind::invalid_input, "nonsense", "grace_period");
}

TEST_F(Rotation, KeepsTheOldRowInTheArchive)
{
    const auto old = key();
    rotate(old).value();
    KeyQuery query;
    query.deleted = true;
    const auto listing = run(services().keys.list(admin(), query)).value();
    ASSERT_EQ(listing.deleted.size(), 1U);
    EXPECT_EQ(listing.deleted.front().key.token, sha256_hex(old));
    EXPECT_EQ(listing.deleted.front().deleted_by, "default_user_id");
}

TEST_F(Rotation, RefusesUnknownKeysTakenTextsAndTheMasterKey)
{
    const auto one = key();
    const auto two = key();
    EXPECT_EQ(rotate("sk-unknown").error().status, 404);
    EXPECT_EQ(rotate("sk-master-key").error().kind, ErrorKind::invalid_input);
    KeyRotation rotation;
    rotation.change.key = one;
    for (const auto& taken : {two, one, std::string("sk-master-key")}) {
        rotation.new_key = Secret(taken);
        EXPECT_EQ(rotate(admin(), rotation).error().kind, ErrorKind::conflict) << taken;
    }
    rotation.new_key = Secret("not-a-key");
    EXPECT_EQ(rotate(admin(), rotation).error().kind, ErrorKind::invalid_input);
    EXPECT_TRUE(authenticate(one)) << "nothing has happened";
}

TEST_F(Rotation, GivesNobodyTheTextOfAKeyThatMayDoMore)
{
    NewKey limited;
    limited.max_budget = 1;
    const auto owner = user("u-1", limited);
    NewKey large;
    large.user_id = "u-1";
    large.max_budget = 100;
    NewKey open;
    open.user_id = "u-1";
    NewKey small = limited;
    small.user_id = "u-1";
    KeyRotation rotation;
    rotation.change.key = key(large);
    EXPECT_EQ(rotate(owner, rotation).error().kind, ErrorKind::forbidden);
    rotation.change.key = key(open);
    EXPECT_EQ(rotate(owner, rotation).error().kind, ErrorKind::forbidden);
    rotation.change.key = key(small);
    EXPECT_TRUE(rotate(owner, rotation));
    const auto own = key(large);
    rotation.change.key = own;
    EXPECT_TRUE(rotate(caller(own), rotation)) << "a key may rotate itself";
    rotation.change.key = key(small);
    EXPECT_EQ(rotate(user("u-2"), rotation).error().kind, ErrorKind::forbidden);
}

TEST_F(Rotation, TellsOnceAndOnlyWhenItHappens)
{
    RecordingEvents events;
    Context told = context();
    told.key_events = &events;
    KeyService keys(told);
    NewKey wanted;
    wanted.user_id = "u-1";
    wanted.send_invite_email = true;
    const auto issued = run(keys.issue(admin(), wanted)).value();
    ASSERT_EQ(events.created.size(), 1U);
    EXPECT_TRUE(events.created.front().send_invite_email);
    EXPECT_EQ(events.created.front().secret.reveal(), issued.secret.reveal());

    KeyRotation rotation;
    rotation.change.key = issued.secret.reveal();
    rotation.grace_period = "1h";
    const auto rotated = run(keys.rotate(admin(), rotation)).value();
    ASSERT_EQ(events.rotated.size(), 1U);
    EXPECT_EQ(events.rotated.front().secret.reveal(), rotated.issued.secret.reveal());
    EXPECT_EQ(events.rotated.front().old_token, issued.row.token);
    EXPECT_EQ(events.rotated.front().old_key_ends, rotated.old_key_ends);
    EXPECT_FALSE(events.rotated.front().is_scheduled);

    events.outcome = internal_error("the letter could not be written");
    rotation.change.key = rotated.issued.secret.reveal();
    EXPECT_FALSE(run(keys.rotate(admin(), rotation)));
    EXPECT_TRUE(authenticate(rotated.issued.secret.reveal())) << "undone";
    EXPECT_FALSE(run(keys.issue(admin(), wanted)));
}

} // namespace litellm::management
