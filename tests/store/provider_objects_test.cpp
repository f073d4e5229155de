#include "litellm/store/provider_objects.hpp"

#include "samples.hpp"

#include <gmock/gmock.h>

namespace litellm::store {
namespace {

using ::testing::IsEmpty;

class ProviderObjects : public StoreTest {
protected:
    static ProviderObject object(const std::string& id, const std::string& user = "ada")
    {
        ProviderObject made;
        made.id = id;
        made.kind = "file";
        made.account = "openai";
        made.key_hash = "hash-of-" + user;
        made.user_id = user;
        made.created_at = at(5);
        return made;
    }
    std::optional<ProviderObject> find(const std::string& id)
    {
        const auto found = call(list_provider_objects, std::vector<std::string>{id}).value();
        return found.empty() ? std::nullopt : std::optional(found.front());
    }
};

TEST_P(ProviderObjects, KeepWhoseTheyAre)
{
    call(add_provider_object, object("file-1")).value();
    ProviderObject batch = object("batch-1", "bob");
    batch.kind = "batch";
    batch.account = "deployment:d-1";
    batch.team_id = "red";
    call(add_provider_object, batch).value();
    const auto found = find("batch-1");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, "batch");
    EXPECT_EQ(found->account, "deployment:d-1");
    EXPECT_EQ(found->key_hash, "hash-of-bob");
    EXPECT_EQ(found->user_id, "bob");
    EXPECT_EQ(found->team_id, "red");
    EXPECT_FALSE(found->is_charged);
    EXPECT_EQ(found->created_at, at(5));
    EXPECT_FALSE(find("file-2"));
    EXPECT_EQ(
        call(list_provider_objects, std::vector<std::string>{"file-1", "file-2", "batch-1"}).value().size(),
        2u
    );
    EXPECT_THAT(call(list_provider_objects, std::vector<std::string>()).value(), IsEmpty());
}

TEST_P(ProviderObjects, DoNotChangeHands)
{
    call(add_provider_object, object("file-1")).value();
    call(add_provider_object, object("file-1", "eve")).value();
    EXPECT_EQ(find("file-1")->user_id, "ada");
    call(remove_provider_object, std::string("file-1")).value();
    EXPECT_FALSE(find("file-1"));
}

TEST_P(ProviderObjects, AreChargedOnce)
{
    call(add_provider_object, object("batch-1")).value();
    EXPECT_TRUE(call(claim_charge, std::string("batch-1")).value());
    EXPECT_FALSE(call(claim_charge, std::string("batch-1")).value());
    EXPECT_TRUE(find("batch-1")->is_charged);
    EXPECT_FALSE(call(claim_charge, std::string("batch-2")).value()) << "nobody knows it";
}

INSTANTIATE_ON_BOTH_DIALECTS(ProviderObjects);

} // namespace
} // namespace litellm::store
