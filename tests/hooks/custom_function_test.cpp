#include "litellm/hooks/custom_function.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <fstream>
#include <random>

namespace litellm::hooks {
namespace {

class PythonFunctionTest : public ::testing::Test {
protected:
    PythonFunctionTest() : loops_(1, http::ClientOptions())
    {
        loops_.start();
        folder_ = std::filesystem::temp_directory_path() /
            ("litellm-hooks-" + std::to_string(std::random_device()()));
        std::filesystem::create_directories(folder_);
    }
    ~PythonFunctionTest() override
    {
        function_.reset();
        std::filesystem::remove_all(folder_);
    }

    void write(const std::string& text) { std::ofstream(folder_ / "rules.py") << text; }
    void load(
        const std::string& name = "rules.decide",
        std::chrono::milliseconds deadline = std::chrono::seconds(30)
    )
    {
        FunctionOptions options;
        options.name = name;
        options.directory = folder_;
        options.deadline = deadline;
        function_ = make_custom_function(std::move(options), loops_).value();
    }
    Result<Json> call(const char* argument = "{}")
    {
        return boost::asio::co_spawn(
                   loops_.worker(0).executor,
                   function_->call(parse_json(argument).value()),
                   boost::asio::use_future
        )
            .get();
    }

    http::EventLoops loops_;
    std::filesystem::path folder_;
    std::unique_ptr<CustomFunction> function_;
};

TEST_F(PythonFunctionTest, CallsAFunctionWithTheRequestAsLiteLLMDoes)
{
    write(R"(
async def decide(data: GenerateKeyRequest) -> dict:
    print("printed by the hook")
    body = data.json()
    return {"team": body.get("team_id"), "same": data.team_id == body["team_id"], "missing": data.nothing}
)");
    load();
    const auto answer = call(R"({"team_id": "t-1"})");
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(to_text(*answer), R"({"team":"t-1","same":true,"missing":null})");
}

TEST_F(PythonFunctionTest, TakesPlainFunctionsAndFilesThatImportLiteLLM)
{
    write(R"(
from litellm.proxy._types import GenerateKeyRequest, UserAPIKeyAuth
from litellm.proxy.proxy_server import anything
import helper
def decide(data):
    return helper.answer
)");
    std::ofstream(folder_ / "helper.py") << "answer = {'decision': True}\n";
    load();
    EXPECT_EQ(to_text(call().value()), R"({"decision":true})");
    EXPECT_FALSE(std::filesystem::exists(folder_ / "__pycache__"));
}

TEST_F(PythonFunctionTest, KeepsItsStateBetweenCalls)
{
    write("count = 0\ndef decide(data):\n    global count\n    count += 1\n    return count\n");
    load();
    EXPECT_EQ(call().value(), Json(1));
    EXPECT_EQ(call().value(), Json(2));
}

TEST_F(PythonFunctionTest, TellsThatAFunctionFailedWithoutItsSecrets)
{
    write("def decide(data):\n    raise ValueError('password=hunter2')\n");
    load();
    for (int tries = 0; tries < 2; ++tries) {
        const auto answer = call();
        ASSERT_FALSE(answer);
        EXPECT_NE(answer.error().message.find("ValueError"), std::string::npos) << answer.error().message;
        EXPECT_EQ(answer.error().message.find("hunter2"), std::string::npos);
        EXPECT_EQ(answer.error().status, 500);
    }
}

TEST_F(PythonFunctionTest, StartsAgainWhenTheProcessDied)
{
    write("import os\ndef decide(data):\n    if data.die:\n        os._exit(3)\n    return os.getpid()\n");
    load();
    const auto first = call();
    ASSERT_TRUE(first);
    EXPECT_FALSE(call(R"({"die": true})"));
    const auto second = call();
    ASSERT_TRUE(second) << second.error().message;
    EXPECT_NE(*first, *second);
}

TEST_F(PythonFunctionTest, EndsAFunctionThatTakesTooLong)
{
    write("import time\ndef decide(data):\n    if data.sleep:\n        time.sleep(3600)\n    return 'awake'\n"
    );
    load("rules.decide", std::chrono::seconds(3));
    EXPECT_EQ(call().value(), Json("awake"));
    const auto answer = call(R"({"sleep": true})");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, ErrorKind::timed_out);
    EXPECT_EQ(call().value(), Json("awake"));
}

TEST_F(PythonFunctionTest, IsNotHarmedByWhatTheFunctionPrints)
{
    write(R"(
import sys, os
def decide(data):
    sys.stdout.write('{"result": "forged"}\n' * 100000)
    os.write(1, b'\xff\xfe no text')
    sys.stdin.read()
    return 'true'
)");
    load();
    EXPECT_EQ(call().value(), Json("true"));
}

TEST_F(PythonFunctionTest, TellsThatAFunctionCannotBeLoaded)
{
    write("import nothing_like_this\n");
    load();
    EXPECT_NE(call().error().message.find("ModuleNotFoundError"), std::string::npos);
    write("def other(data):\n    pass\n");
    EXPECT_NE(call().error().message.find("AttributeError"), std::string::npos) << "the file is read again";
    write("def decide(data):\n    return 1\n");
    EXPECT_EQ(call().value(), Json(1));
    load("no_such_file.decide");
    EXPECT_FALSE(call());
}

TEST_F(PythonFunctionTest, SaysThatThereIsNoPython)
{
    FunctionOptions options;
    options.name = "rules.decide";
    options.directory = folder_;
    options.python = "no-such-python";
    function_ = make_custom_function(std::move(options), loops_).value();
    EXPECT_NE(call().error().message.find("no Python"), std::string::npos);
}

TEST_F(PythonFunctionTest, DoesNotPassTheProxysSecretsOn)
{
    ::setenv("LITELLM_MASTER_KEY", "sk-secret", 1);
    write("import os\ndef decide(data):\n    return [os.environ.get('LITELLM_MASTER_KEY'), 'PATH' in "
          "os.environ]\n");
    load();
    EXPECT_EQ(to_text(call().value()), "[null,true]");
    ::unsetenv("LITELLM_MASTER_KEY");
}

TEST_F(PythonFunctionTest, RefusesNamesThatAreNone)
{
    for (const char* name :
         {"", "decide", ".decide", "rules.", "rules..decide", "rules/decide.py", "http://example.org/hook"}) {
        FunctionOptions options;
        options.name = name;
        EXPECT_FALSE(make_custom_function(std::move(options), loops_)) << name;
    }
}

} // namespace
} // namespace litellm::hooks
