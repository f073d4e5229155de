#include "world.hpp"

#include "litellm/core/sealed_text.hpp"
#include "litellm/store/teams.hpp"

namespace litellm::management {

class StoredModels : public ManagementTest {
protected:
    StoredModels() { environment["STORE_MODEL_IN_DB"] = "True"; }

    ModelStore store_of()
    {
        ModelHooks hooks;
        hooks.salt = Secret("salt");
        hooks.publish = [this](const std::vector<config::Deployment>& rows) { published = rows; };
        return ModelStore(context(), hooks);
    }
    static NewModel model(const std::string& id, const std::string& team_id = {})
    {
        NewModel wanted;
        wanted.model_name = "stored";
        wanted.litellm_params = json("{'model': 'openai/gpt-4', 'api_key': 'sk-upstream', 'rpm': 5}");
        wanted.model_info["id"] = id;
        if (!team_id.empty())
            wanted.model_info["team_id"] = team_id;
        return wanted;
    }
    store::Team stored_team(const std::string& id)
    {
        return in_transaction([&](db::Transaction& tx) { return store::find_team(tx, id); }).value().value();
    }

    std::vector<config::Deployment> published;
};

TEST_F(StoredModels, AreSealedAndUsableAtOnce)
{
    auto models = store_of();
    const auto made = run(models.create(admin(), model("m-1"))).value();
    ASSERT_EQ(published.size(), 1U);
    EXPECT_EQ(published[0].model_name, "stored");
    EXPECT_EQ(published[0].params["api_key"], "sk-upstream");
    EXPECT_EQ(published[0].id, "m-1");
    for (const char* name : {"api_key", "model"}) {
        const auto sealed = made.row.litellm_params[name].get<std::string>();
        EXPECT_EQ(sealed.find("upstream"), std::string::npos);
        EXPECT_TRUE(TextSeal(Secret("salt")).open(sealed)) << name;
    }
    EXPECT_EQ(made.row.litellm_params["rpm"], 5);
    EXPECT_EQ(run(models.create(admin(), model("m-1"))).error().kind, ErrorKind::conflict);
}

TEST_F(StoredModels, KeepParametersThatAChangeDoesNotName)
{
    auto models = store_of();
    run(models.create(admin(), model("m-1"))).value();
    ModelChange wanted;
    wanted.id = "m-1";
    wanted.litellm_params = json("{'rpm': 9, 'api_key': null}");
    wanted.model_name = "renamed";
    run(models.update(admin(), wanted)).value();
    ASSERT_EQ(published.size(), 1U);
    EXPECT_EQ(published[0].model_name, "renamed");
    EXPECT_EQ(published[0].params["rpm"], 9);
    EXPECT_EQ(published[0].params["api_key"], "sk-upstream") << "null keeps";
    wanted.id = "m-2";
    EXPECT_EQ(run(models.update(admin(), wanted)).error().kind, ErrorKind::not_found);
    run(models.remove(admin(), "m-1")).value();
    EXPECT_TRUE(published.empty());
    EXPECT_FALSE(run(models.remove(admin(), "m-1")));
}

TEST_F(StoredModels, AreForAdminsUnlessTheyAreATeams)
{
    auto models = store_of();
    const auto lead = user("lead");
    NewTeam narrow;
    narrow.models = {"gpt-4"};
    team("t-1", {{"lead", "admin"}, {"u-1", "user"}}, narrow);
    EXPECT_EQ(run(models.create(lead, model("m-1"))).error().kind, ErrorKind::forbidden);
    const auto made = run(models.create(lead, model("m-1", "t-1"))).value();
    EXPECT_NE(made.row.model_name, "stored") << "others do not find it under its name";
    const auto& names = stored_team("t-1").models;
    EXPECT_NE(std::find(names.begin(), names.end(), "stored"), names.end());
    EXPECT_EQ(run(models.create(key_of("u-1"), model("m-2", "t-1"))).error().kind, ErrorKind::forbidden);
    ModelChange wanted;
    wanted.id = "m-1";
    wanted.litellm_params = json("{'api_base': 'http://127.0.0.1:1/v1'}");
    EXPECT_EQ(run(models.update(lead, wanted)).error().kind, ErrorKind::forbidden)
        << "the proxy would call an address of the caller's choice";
    wanted.litellm_params = json("{'api_key': 'os.environ/LITELLM_MASTER_KEY'}");
    EXPECT_EQ(run(models.update(lead, wanted)).error().kind, ErrorKind::forbidden);
    run(models.remove(lead, "m-1")).value();
}

TEST_F(StoredModels, ComeOnlyWithTheSetting)
{
    environment.erase("STORE_MODEL_IN_DB");
    auto models = store_of();
    const auto refused = run(models.create(admin(), model("m-1"))).error();
    EXPECT_EQ(refused.status, 500);
    EXPECT_NE(refused.message.find("STORE_MODEL_IN_DB"), std::string::npos);
    run(models.refresh()).value();
    EXPECT_TRUE(published.empty());
}

} // namespace litellm::management
