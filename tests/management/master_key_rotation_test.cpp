#include "world.hpp"

#include "litellm/core/sealed_text.hpp"

namespace litellm::management {

class MasterKeyRotation : public ManagementTest {
protected:
    MasterKeyRotation() { environment["STORE_MODEL_IN_DB"] = "True"; }

    Result<RotatedKey> rotate(const Caller& by, std::optional<std::string> new_key)
    {
        KeyRotation rotation;
        rotation.change.key = "sk-master-key";
        if (new_key)
            rotation.new_master_key = Secret(*new_key);
        return run(services().keys.rotate(by, std::move(rotation)));
    }
    void store_model(ManagementServices& with)
    {
        NewModel wanted;
        wanted.model_name = "stored";
        wanted.litellm_params = json("{'model': 'openai/gpt-4', 'api_key': 'sk-upstream-key', 'rpm': 5}");
        wanted.model_info = json("{'id': 'm-1'}");
        run(with.models.create(admin(), wanted)).value();
    }
    ManagementServices with_models()
    {
        ModelHooks hooks;
        hooks.salt = Secret(
            environment.contains("LITELLM_SALT_KEY") ? environment["LITELLM_SALT_KEY"] : "sk-master-key"
        );
        hooks.publish = [this](const std::vector<config::Deployment>& rows) { published = rows; };
        return ManagementServices(context(), hooks);
    }
    Json stored_params()
    {
        return in_transaction([](db::Transaction& tx) { return store::list_proxy_models(tx); })
            .value()
            .at(0)
            .litellm_params;
    }
    static std::optional<std::string> opened(const Json& params, const char* name, const std::string& key)
    {
        return TextSeal(Secret(key)).open(params[name].get<std::string>());
    }
    void execute(std::string_view sql, std::initializer_list<db::Value> values)
    {
        in_transaction([&](db::Transaction& tx) { return tx.execute(sql, values); }).value();
    }
    std::string text_of(std::string_view sql)
    {
        return in_transaction(
                   [&](db::Transaction& tx) -> Result<std::string> {
                       return tx.query(sql, {}).value().at(0).text(0);
                   }
        ).value();
    }

    std::vector<config::Deployment> published;
};

TEST_F(MasterKeyRotation, SealsEverythingUnderTheNewKey)
{
    auto with = with_models();
    store_model(with);
    const TextSeal old_seal(Secret("sk-master-key"));
    Json variables = Json::object();
    variables["SMTP_PASSWORD"] = old_seal.seal("secret", random);
    variables["PLAIN"] = "as it is";
    execute(
        R"(INSERT INTO "LiteLLM_Config" (param_name, param_value) VALUES ('environment_variables', $1))",
        {variables}
    );
    const auto rotated = rotate(admin(), "sk-the-next-master-key").value();
    EXPECT_EQ(rotated.issued.secret.reveal(), "sk-the-next-master-key");
    EXPECT_EQ(rotated.old_token, sha256_hex("sk-master-key"));

    const Json params = stored_params();
    EXPECT_EQ(opened(params, "api_key", "sk-the-next-master-key"), "sk-upstream-key");
    EXPECT_EQ(opened(params, "model", "sk-the-next-master-key"), "openai/gpt-4");
    EXPECT_EQ(opened(params, "api_key", "sk-master-key"), std::nullopt);
    EXPECT_EQ(params["rpm"], 5);
    const Json after = parse_json(text_of(R"(SELECT param_value FROM "LiteLLM_Config")")).value();
    EXPECT_EQ(opened(after, "SMTP_PASSWORD", "sk-the-next-master-key"), "secret");
    EXPECT_EQ(after["PLAIN"], "as it is");
    EXPECT_TRUE(authenticate("sk-master-key")) << "until the configuration says otherwise";
    EXPECT_FALSE(authenticate("sk-the-next-master-key"));
}

TEST_F(MasterKeyRotation, KeepsStoredModelsCallableUntilTheRestart)
{
    auto with = with_models();
    store_model(with);
    rotate(admin(), "sk-the-next-master-key").value();
    run(with.models.refresh()).value();
    ASSERT_EQ(published.size(), 1U);
    EXPECT_EQ(published[0].params["api_key"], "sk-upstream-key");
    // A process that starts with the old key cannot know what it says.
    auto late = with_models();
    published.clear();
    run(late.models.refresh()).value();
    EXPECT_TRUE(published.empty());
    ModelChange change;
    change.id = "m-1";
    change.litellm_params = json("{'rpm': 6}");
    EXPECT_EQ(run(late.models.update(admin(), change)).error().kind, ErrorKind::internal);
}

TEST_F(MasterKeyRotation, LeavesTextsUnderASaltKeyAlone)
{
    environment["LITELLM_SALT_KEY"] = "salt";
    auto with = with_models();
    store_model(with);
    const Json before = stored_params();
    rotate(admin(), "sk-the-next-master-key").value();
    EXPECT_EQ(stored_params(), before);
}

TEST_F(MasterKeyRotation, WantsAnAdminAndAUsableKey)
{
    EXPECT_EQ(rotate(admin(), std::nullopt).error().parameter, "new_master_key");
    EXPECT_EQ(rotate(admin(), "no-prefix").error().kind, ErrorKind::invalid_input);
    EXPECT_EQ(rotate(admin(), "sk-master-key").error().parameter, "new_master_key");
    const auto known = issue(NewKey{}).value().secret.reveal();
    EXPECT_EQ(rotate(admin(), known).error().kind, ErrorKind::conflict);
    EXPECT_EQ(rotate(user("u-1"), "sk-the-next-master-key").error().kind, ErrorKind::forbidden);
}

} // namespace litellm::management
