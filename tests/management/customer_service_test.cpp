#include "world.hpp"

namespace litellm::management {

class Customers : public ManagementTest {
protected:
    Result<CustomerView> create(const std::string& id, BudgetChange budget = {})
    {
        NewCustomer wanted;
        wanted.row.user_id = id;
        wanted.budget = std::move(budget);
        return run(services().customers.create(admin(), wanted));
    }
    Result<CustomerView> update(CustomerChange wanted)
    {
        return run(services().customers.update(admin(), wanted));
    }
    Result<CustomerView> load(const std::string& id) { return run(services().customers.load(admin(), id)); }
    static BudgetChange budget_of(double usd)
    {
        BudgetChange budget;
        budget.max_budget = usd;
        return budget;
    }
};

TEST_F(Customers, HaveABudgetRowOfTheirOwn)
{
    const auto made = create("ann", budget_of(5)).value();
    ASSERT_TRUE(made.row.budget_id);
    EXPECT_EQ(made.budget->max_budget, 5);
    EXPECT_EQ(load("ann").value().budget->budget_id, made.row.budget_id);
    EXPECT_EQ(create("ann").error().status, 400);
    EXPECT_EQ(create("ann").error().type, "bad_request");
    EXPECT_FALSE(create("bob").value().row.budget_id);
}

TEST_F(Customers, TakeOnlyBudgetsThatCanBe)
{
    EXPECT_FALSE(create("ann", budget_of(-1)));
    NewCustomer linked;
    linked.row.user_id = "ann";
    linked.row.budget_id = "b-nobody-made";
    EXPECT_EQ(run(services().customers.create(admin(), linked)).error().parameter, "budget_id");
    linked.row.budget_id.reset();
    linked.row.allowed_model_region = "moon";
    EXPECT_EQ(run(services().customers.create(admin(), linked)).error().status, 422);
    linked.row.allowed_model_region.reset();
    linked.row.default_model = "no-such-model";
    EXPECT_EQ(run(services().customers.create(admin(), linked)).error().parameter, "default_model");
    EXPECT_EQ(load("ann").error().type, "not_found") << "nothing is left of what was refused";
}

TEST_F(Customers, ChangeWhatIsSentAlsoToZeroAndFalse)
{
    create("ann", budget_of(5)).value();
    CustomerChange wanted;
    wanted.user_id = "ann";
    wanted.blocked = true;
    wanted.alias = std::string("Ann");
    EXPECT_TRUE(update(wanted).value().row.blocked);
    wanted = CustomerChange();
    wanted.user_id = "ann";
    wanted.blocked = false;
    wanted.budget = budget_of(0);
    const auto changed = update(wanted).value();
    EXPECT_FALSE(changed.row.blocked);
    EXPECT_EQ(changed.row.alias, "Ann");
    EXPECT_EQ(changed.budget->max_budget, 0);
    wanted.user_id = "nobody";
    EXPECT_EQ(update(wanted).error().parameter, "user_id");
}

TEST_F(Customers, AreDeletedAllOrNone)
{
    create("ann").value();
    create("bob").value();
    EXPECT_EQ(run(services().customers.remove(admin(), {"ann", "nobody"})).error().parameter, "user_ids");
    EXPECT_TRUE(load("ann"));
    EXPECT_EQ(run(services().customers.remove(admin(), {"ann", "bob", "ann"})).value(), 2);
    EXPECT_FALSE(load("ann"));
    EXPECT_TRUE(run(services().customers.list(admin())).value().empty());
}

TEST_F(Customers, AreBlockedAlsoBeforeTheyWereEverSeen)
{
    const auto rows = run(services().customers.set_blocked(admin(), {"new"}, true)).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_TRUE(load("new").value().row.blocked);
    run(services().customers.set_blocked(admin(), {"new"}, false)).value();
    EXPECT_FALSE(load("new").value().row.blocked);
}

TEST_F(Customers, BelongToAdmins)
{
    create("ann").value();
    const auto somebody = user("u-1");
    NewCustomer wanted;
    wanted.row.user_id = "bob";
    EXPECT_EQ(run(services().customers.create(somebody, wanted)).error().status, 401);
    EXPECT_EQ(run(services().customers.load(somebody, "ann")).error().status, 401);
    EXPECT_EQ(run(services().customers.list(somebody)).error().status, 401);
    EXPECT_EQ(run(services().customers.remove(somebody, {"ann"})).error().status, 401);
    EXPECT_EQ(run(services().customers.set_blocked(somebody, {"ann"}, true)).error().status, 401);
    const auto viewer = user("u-2", {}, "proxy_admin_viewer");
    EXPECT_TRUE(run(services().customers.load(viewer, "ann")));
    EXPECT_EQ(run(services().customers.remove(viewer, {"ann"})).error().status, 401);
}

} // namespace litellm::management
