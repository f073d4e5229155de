#include "litellm/management/caretaker.hpp"

#include "litellm/management/key_events.hpp"
#include "litellm/store/team_members.hpp"
#include "world.hpp"

namespace litellm::management {

namespace {

class OwnersOnly final : public KeyEvents {
public:
    Result<void> key_created(db::Transaction&, const KeyCreated&) override { return {}; }
    Result<void> key_rotated(db::Transaction&, const KeyRotated& event) override
    {
        rotated.push_back(event);
        return outcome;
    }
    Result<bool> has_recipient(db::Transaction&, const store::Key& key) override
    {
        return key.user_id.has_value();
    }

    std::vector<KeyRotated> rotated;
    Result<void> outcome;
};

} // namespace

class BudgetReset : public ManagementTest {
protected:
    std::int64_t reset() { return run(Caretaker(context()).reset_budgets()).value(); }
    std::string spent(const std::string& key)
    {
        return accounts.spent(*authenticate(key).value()->payers.front().account).to_string();
    }
};

TEST_F(BudgetReset, StartsAKeysBudgetAgainAtMidnight)
{
    NewKey wanted;
    wanted.budget_duration = "1d";
    wanted.max_budget = 1;
    wanted.spend = 1;
    const auto text = issue(wanted).value().secret.reveal();
    EXPECT_EQ(spent(text), "1");
    EXPECT_EQ(reset(), 0);
    clock.set(at("2026-02-19T00:00:00Z"));
    EXPECT_EQ(reset(), 1);
    EXPECT_EQ(spent(text), "0") << "the running proxy knows at once";
    EXPECT_EQ(stored(sha256_hex(text)).budget_reset_at, at("2026-02-20T00:00:00Z"));
    EXPECT_EQ(reset(), 0);
}

TEST_F(BudgetReset, DoesNotDriftWhenItComesLate)
{
    NewKey wanted;
    wanted.budget_duration = "1d";
    const auto token = issue(wanted).value().row.token;
    clock.set(at("2026-02-23T17:45:00Z"));
    EXPECT_EQ(reset(), 1);
    EXPECT_EQ(stored(token).budget_reset_at, at("2026-02-24T00:00:00Z"));
}

TEST_F(BudgetReset, KeepsTheClocksOfThePlace)
{
    settings.litellm.zone = TimeZone::load("America/New_York").value();
    NewKey wanted;
    wanted.budget_duration = "1d";
    const auto token = issue(wanted).value().row.token;
    EXPECT_EQ(stored(token).budget_reset_at, at("2026-02-19T05:00:00Z"));
    clock.set(at("2026-03-08T06:00:00Z"));
    EXPECT_EQ(reset(), 1);
    EXPECT_EQ(stored(token).budget_reset_at, at("2026-03-09T04:00:00Z")) << "summer time began";
}

TEST_F(BudgetReset, StepsThroughTheWholePeriodsOfABudgetRow)
{
    user("u-1");
    team("t-1", {{"u-1", "user"}});
    in_transaction([&](db::Transaction& tx) -> Result<int> {
        store::Budget budget;
        budget.budget_id = "b";
        budget.budget_duration = "10h";
        budget.budget_reset_at = at("2026-02-18T12:00:00Z");
        budget.created_at = budget.updated_at = at("2026-02-18T02:00:00Z");
        store::insert_budget(tx, budget).value();
        store::Budget fresh = budget;
        fresh.budget_id = "fresh";
        fresh.budget_reset_at.reset();
        fresh.created_at = at("2026-02-19T09:00:00Z");
        store::insert_budget(tx, fresh).value();
        store::save_membership(tx, {"u-1", "t-1", 3.0, "b"}).value();
        tx.execute(R"(UPDATE "LiteLLM_TeamMembership" SET spend = 3)", {}).value();
        return 0;
    }).value();
    clock.set(at("2026-02-19T10:30:00Z"));
    EXPECT_EQ(reset(), 1);
    const auto rows =
        in_transaction([&](db::Transaction& tx) {
            return tx.query(R"(SELECT budget_reset_at FROM "LiteLLM_BudgetTable" ORDER BY budget_id)", {});
        }).value();
    EXPECT_EQ(rows[0].timestamp(0), at("2026-02-19T18:00:00Z"));
    EXPECT_EQ(rows[1].timestamp(0), at("2026-02-19T19:00:00Z")) << "its first period is under way";
    const auto spend = in_transaction([&](db::Transaction& tx) {
                           return tx.query(R"(SELECT spend FROM "LiteLLM_TeamMembership")", {});
                       }).value();
    EXPECT_EQ(spend.front().real(0), 0);
}

class ScheduledRotation : public ManagementTest {
protected:
    ScheduledRotation() { environment["LITELLM_KEY_ROTATION_GRACE_PERIOD"] = "1h"; }
    std::string rotating(NewKey wanted = {}, const char* interval = "30d")
    {
        wanted.auto_rotate = true;
        wanted.rotation_interval = interval;
        return issue(std::move(wanted)).value().secret.reveal();
    }
    Context told()
    {
        Context with_events = context();
        with_events.key_events = &events;
        return with_events;
    }
    std::int64_t rotate() { return run(Caretaker(told()).rotate_keys()).value(); }

    OwnersOnly events;
};

TEST_F(ScheduledRotation, RotatesAKeyWhenItIsTime)
{
    const auto old = rotating();
    EXPECT_EQ(rotate(), 0);
    clock.advance(std::chrono::hours(24 * 30));
    EXPECT_EQ(rotate(), 1);
    ASSERT_EQ(events.rotated.size(), 1U);
    const auto& event = events.rotated.front();
    EXPECT_TRUE(event.is_scheduled);
    EXPECT_EQ(event.old_token, sha256_hex(old));
    const auto row = stored(event.row.token);
    EXPECT_EQ(row.rotation_count, 1);
    EXPECT_EQ(row.last_rotation_at, clock.now());
    EXPECT_EQ(row.key_rotation_at, clock.now() + std::chrono::hours(24 * 30));
    EXPECT_EQ(authenticate(old).value()->key_hash, row.token) << "the grace period";
    EXPECT_EQ(authenticate(event.secret.reveal()).value()->key_hash, row.token);
    EXPECT_EQ(rotate(), 0) << "not before the next date";
    clock.advance(std::chrono::hours(2));
    EXPECT_FALSE(authenticate(old));
}

TEST_F(ScheduledRotation, LeavesAKeyAloneThatNobodyWouldGet)
{
    environment["LITELLM_KEY_ROTATION_GRACE_PERIOD"] = "";
    NewKey owned;
    owned.user_id = "u-1";
    const auto reaches = rotating(owned, "1d");
    const auto lost = rotating({}, "1d");
    clock.advance(std::chrono::hours(25));
    EXPECT_EQ(rotate(), 1);
    EXPECT_FALSE(authenticate(reaches));
    EXPECT_TRUE(authenticate(lost));
    environment["LITELLM_KEY_ROTATION_WITHOUT_RECIPIENT"] = "true";
    EXPECT_EQ(rotate(), 1);
    EXPECT_FALSE(authenticate(lost));
}

TEST_F(ScheduledRotation, UndoesARotationThatCannotBeTold)
{
    const auto text = rotating({}, "1d");
    clock.advance(std::chrono::hours(25));
    events.outcome = internal_error("no letter");
    EXPECT_EQ(rotate(), 0);
    EXPECT_EQ(stored(sha256_hex(text)).rotation_count.value_or(0), 0);
    events.outcome = {};
    EXPECT_EQ(rotate(), 1) << "it stayed due";
}

TEST_F(ScheduledRotation, ForgetsOldTextsThatEndedLongAgo)
{
    rotating({}, "1d");
    clock.advance(std::chrono::hours(24));
    EXPECT_EQ(rotate(), 1);
    const auto count = [&] {
        return in_transaction([](db::Transaction& tx) {
                   return tx.query(R"(SELECT count(*) FROM "LiteLLM_DeprecatedVerificationToken")", {});
               })
            .value()
            .front()
            .integer(0);
    };
    EXPECT_EQ(count(), 1);
    clock.advance(std::chrono::hours(26));
    EXPECT_EQ(rotate(), 1);
    EXPECT_EQ(count(), 1) << "the first is gone, the second is new";
}

TEST_F(ScheduledRotation, ReadsItsSettings)
{
    EXPECT_FALSE(rotation_settings(settings.environment).is_enabled);
    EXPECT_EQ(rotation_settings(settings.environment).interval, std::chrono::hours(24));
    environment["LITELLM_KEY_ROTATION_ENABLED"] = "true";
    environment["LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS"] = "3600";
    const auto read = rotation_settings(settings.environment);
    EXPECT_TRUE(read.is_enabled);
    EXPECT_EQ(read.interval, std::chrono::hours(1));
    EXPECT_EQ(read.grace, std::chrono::hours(1));
    environment["LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS"] = "often";
    EXPECT_EQ(rotation_settings(settings.environment).interval, std::chrono::hours(24));
}

} // namespace litellm::management
