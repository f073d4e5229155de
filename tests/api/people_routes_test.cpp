// The pages and endpoints by which people get in, called through the table that serves requests.

#include "litellm/api/people_routes.hpp"

#include "litellm/api/management_routes.hpp"
#include "litellm/core/signed_claims.hpp"
#include "management/world.hpp"
#include "recording_exchange.hpp"
#include "web_session.hpp"

#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>

#include <regex>

namespace litellm::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Page {
    int status = 0;
    std::string headers;
    std::string text;

    [[nodiscard]] std::string header(const std::string& name) const
    {
        std::smatch found;
        std::regex_search(headers, found, std::regex("(?:^|\n)" + name + ": ([^\r\n]*)", std::regex::icase));
        return found.size() > 1 ? found[1].str() : "";
    }
    /// The session that the answer begins; empty when it ends one.
    [[nodiscard]] std::string cookie() const
    {
        const std::string line = header("set-cookie");
        return line.substr(0, line.find(';'));
    }
    [[nodiscard]] std::string value(const std::string& name) const
    {
        std::smatch found;
        std::regex_search(text, found, std::regex("name=\"" + name + "\" value=\"([^\"]*)\""));
        return found.size() > 1 ? found[1].str() : "";
    }
    [[nodiscard]] Json body() const { return parse_json(text).value(); }
};

using Headers = std::map<std::string, std::string>;

class People : public management::ManagementTest {
protected:
    People()
    {
        settings.litellm.store_audit_logs = true;
        background = std::make_unique<Background>(1, 8);
        loops_.start();
    }
    ~People() override
    {
        background->stop();
        loops_.stop();
        service_.reset();
    }

    management::Context world()
    {
        management::Context made = context();
        made.background = background.get();
        return made;
    }
    Service& service()
    {
        if (!service_) {
            sessions_ = std::make_unique<management::Sessions>(
                world(), management::sign_in_settings(settings, settings.general.master_key)
            );
            onboarding_ = std::make_unique<management::Onboarding>(world(), *sessions_);
            own_keys_ = std::make_unique<management::OwnKeys>(world(), box);
            service_ = std::make_unique<Service>(settings, *authenticator, clock, random, false);
            service_->add(people_routes({*sessions_, *onboarding_, *own_keys_, settings, clock}));
        }
        return *service_;
    }

    Page send(http::Method method, const std::string& target, const std::string& body, Headers headers)
    {
        Service& proxy = service();
        const auto mark = target.find('?');
        http::Request request;
        request.method = method;
        request.path = target.substr(0, mark);
        request.query = mark == std::string::npos ? "" : target.substr(mark + 1);
        request.peer_address = "192.0.2.1";
        headers.emplace("host", "proxy.example");
        for (const auto& [name, value] : headers)
            request.fields.add(name, value);
        auto& worker = loops_.worker(0);
        RecordingExchange exchange(std::move(request), body, worker);
        boost::asio::co_spawn(worker.executor, proxy.handle(exchange), boost::asio::use_future).get();
        return Page{exchange.status, exchange.headers, exchange.answer};
    }
    Page get(const std::string& target, const std::string& cookie = {})
    {
        Headers headers;
        if (!cookie.empty())
            headers["cookie"] = "other=1; " + cookie;
        return send(http::Method::get, target, "", headers);
    }
    Page submit(const std::string& target, const Form& form, Headers headers = {})
    {
        std::string body;
        for (const auto& [name, value] : form)
            body += (body.empty() ? "" : "&") + name + "=" + percent_encode(value);
        headers.emplace("content-type", "application/x-www-form-urlencoded");
        headers.emplace("accept", "text/html");
        return send(http::Method::post, target, body, headers);
    }
    Page post(const std::string& target, const Json& body, Headers headers = {})
    {
        headers.emplace("content-type", "application/json");
        return send(http::Method::post, target, to_text(body), headers);
    }

    std::string invitation_for(const std::string& user_id, const std::string& email = "ada@example.org")
    {
        management::NewUser wanted;
        wanted.user_id = user_id;
        wanted.user_email = email;
        wanted.auto_create_key = false;
        management::run(services().users.create(admin(), wanted)).value();
        return management::run(services().invitations.create(admin(), user_id)).value().id;
    }
    /// Signed in with a password that was just set.
    std::string cookie_of(const std::string& user_id)
    {
        const std::string id = invitation_for(user_id);
        return submit(
                   "/ui/onboarding", {{"invitation_id", id}, {"password", password}, {"repeat", password}}
        ).cookie();
    }
    management::IssuedKey waiting_key(const std::string& user_id)
    {
        management::NewKey wanted;
        wanted.user_id = user_id;
        wanted.key_alias = "<b>reports</b>";
        const auto issued = issue(wanted).value();
        in_transaction([&](db::Transaction& tx) -> Result<bool> {
            return box.keep(tx, issued.row, issued.secret).has_value();
        }).value();
        return issued;
    }

    const std::string password = "correct horse & battery+staple";
    management::RevealBox box{TextSeal(Secret("sk-salt")), clock, random};
    std::unique_ptr<Background> background;

private:
    http::EventLoops loops_{1, http::ClientOptions{}};
    std::unique_ptr<management::Sessions> sessions_;
    std::unique_ptr<management::Onboarding> onboarding_;
    std::unique_ptr<management::OwnKeys> own_keys_;
    std::unique_ptr<Service> service_;
};

TEST_F(People, ComeInByALinkAndSeeTheirKeyOnce)
{
    const std::string id = invitation_for("ada");
    for (const std::string target :
         {"/ui?invitation_id=", "/ui/onboarding?invitation_id=", "/ui/onboarding?id="}) {
        const Page page = get(target + id);
        EXPECT_EQ(page.status, 200);
        EXPECT_THAT(page.text, HasSubstr("Accept your invitation"));
        EXPECT_THAT(page.text, HasSubstr("ada@example.org"));
        EXPECT_EQ(page.value("invitation_id"), id);
    }
    const auto issued = waiting_key("ada");
    const Form form{{"invitation_id", id}, {"password", password}, {"repeat", password}};
    const Page claimed = submit("/ui/onboarding", form);
    EXPECT_EQ(claimed.status, 303) << claimed.text;
    EXPECT_EQ(claimed.header("location"), "/ui/keys");
    const std::string cookie = claimed.cookie();

    const Page keys = get("/ui/keys", cookie);
    EXPECT_EQ(keys.status, 200);
    EXPECT_THAT(keys.text, HasSubstr("&lt;b&gt;reports&lt;/b&gt;"));
    EXPECT_THAT(keys.text, Not(HasSubstr("<b>")));
    EXPECT_THAT(keys.text, Not(HasSubstr(issued.secret.reveal())));
    const Form wish{{"form_token", keys.value("form_token")}, {"key", keys.value("key")}};
    const Page revealed = submit("/ui/keys/reveal", wish, {{"cookie", cookie}});
    EXPECT_EQ(revealed.status, 200);
    EXPECT_THAT(revealed.text, HasSubstr(issued.secret.reveal()));
    EXPECT_EQ(revealed.header("cache-control"), "no-store");
    EXPECT_EQ(submit("/ui/keys/reveal", wish, {{"cookie", cookie}}).status, 404);
    EXPECT_THAT(get("/ui/keys", cookie).text, Not(HasSubstr("Reveal the key")));

    const Page again = submit("/ui/onboarding", form);
    EXPECT_EQ(again.status, 401);
    EXPECT_THAT(again.text, HasSubstr("already been used"));
}

TEST_F(People, GetACookieThatScriptsAndOtherSitesCannotUse)
{
    const std::string id = invitation_for("ada");
    const Form form{{"invitation_id", id}, {"password", password}, {"repeat", password}};
    const Page claimed = submit("/ui/onboarding", form, {{"x-forwarded-proto", "https"}});
    EXPECT_THAT(
        claimed.header("set-cookie"), HasSubstr("; Path=/; HttpOnly; SameSite=Lax; Max-Age=86400; Secure")
    );
    const Page out = submit(
        "/ui/logout",
        {{"form_token", get("/ui/keys", claimed.cookie()).value("form_token")}},
        {{"cookie", claimed.cookie()}}
    );
    EXPECT_EQ(out.status, 200);
    EXPECT_THAT(
        out.header("set-cookie"), HasSubstr("litellm_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    );
    EXPECT_EQ(get("/ui/keys", claimed.cookie()).status, 303);
}

TEST_F(People, GetPagesWithoutScriptsThatNobodyFrames)
{
    for (const Page& page :
         {get("/ui/login"), get("/ui?invitation_id=none"), get("/ui/keys", cookie_of("ada"))}) {
        EXPECT_THAT(page.header("content-security-policy"), HasSubstr("default-src 'none'"));
        EXPECT_THAT(page.header("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
        EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
        EXPECT_EQ(page.header("cache-control"), "no-store");
        EXPECT_EQ(page.header("access-control-allow-origin"), "");
        EXPECT_THAT(page.text, HasSubstr("<html lang=\"en\">"));
        EXPECT_THAT(page.text, Not(HasSubstr("<script")));
        EXPECT_THAT(page.text, Not(HasSubstr("style=")));
        EXPECT_THAT(page.text, Not(HasSubstr("{{")));
    }
}

TEST_F(People, AreToldTheSameOfAWrongNameAndAWrongPassword)
{
    cookie_of("ada");
    const Page wrong = submit("/login", {{"username", "ada@example.org"}, {"password", "wrong"}});
    const Page unknown = submit("/login", {{"username", "eve@example.org"}, {"password", "wrong"}});
    EXPECT_EQ(wrong.status, 401);
    EXPECT_EQ(unknown.status, 401);
    EXPECT_EQ(std::regex_replace(wrong.text, std::regex("ada"), "eve"), unknown.text);
    const Page by_json = post("/v2/login", Json{{"username", "ada@example.org"}, {"password", "wrong"}});
    EXPECT_EQ(by_json.status, 401);
    EXPECT_EQ(by_json.body()["error"]["type"], "auth_error");
    EXPECT_EQ(by_json.body()["error"]["param"], "invalid_credentials");
    for (int i = 0; i < 4; ++i)
        submit("/login", {{"username", "ada@example.org"}, {"password", "wrong"}});
    const Page locked = submit("/login", {{"username", "ada@example.org"}, {"password", password}});
    EXPECT_EQ(locked.status, 429);
    EXPECT_EQ(locked.cookie(), "");
}

TEST_F(People, SignInAsLiteLLMsClientsDo)
{
    cookie_of("ada");
    const Page by_form = submit("/login", {{"username", "ada@example.org"}, {"password", password}});
    EXPECT_EQ(by_form.status, 303);
    EXPECT_EQ(by_form.header("location"), "/ui/?login=success");
    EXPECT_EQ(get("/ui/keys", by_form.cookie()).status, 200);
    EXPECT_EQ(get("/ui", by_form.cookie()).header("location"), "/ui/keys");
    const Page by_json = post("/v2/login", Json{{"username", "admin"}, {"password", "sk-master-key"}});
    EXPECT_EQ(by_json.status, 200);
    EXPECT_EQ(by_json.body()["redirect_url"], "/ui/?login=success");
    EXPECT_THAT(get("/ui/keys", by_json.cookie()).text, Not(HasSubstr("Change my password")));
    const Page out = post("/v2/logout", Json::object(), {{"cookie", by_json.cookie()}});
    EXPECT_EQ(out.status, 200);
    EXPECT_EQ(get("/ui/keys", by_json.cookie()).status, 303);
    EXPECT_EQ(get("/ui").header("location"), "/ui/login");
    EXPECT_EQ(post("/v2/login", Json::array()).status, 400);
    EXPECT_EQ(
        send(
            http::Method::post,
            "/login",
            "username=a%zz",
            {{"content-type", "application/x-www-form-urlencoded"}}
        ).status,
        400
    );
}

TEST_F(People, ClaimAsLiteLLMsClientsDo)
{
    const std::string id = invitation_for("ada");
    const Page opened = get("/onboarding/get_token?invite_link=" + id);
    EXPECT_EQ(opened.status, 200);
    EXPECT_EQ(opened.body()["user_email"], "ada@example.org");
    const std::string token = opened.body()["token"].get<std::string>();
    const auto dot = token.find('.');
    const Json claims =
        parse_json(from_base64(token.substr(dot + 1, token.rfind('.') - dot - 1)).value()).value();
    EXPECT_EQ(claims["user_id"], "ada");
    const Json body{{"invitation_link", id}, {"user_id", "ada"}, {"password", password}};
    const Headers with_token{{"authorization", "Bearer " + claims["key"].get<std::string>()}};
    EXPECT_EQ(post("/onboarding/claim_token", body, {{"authorization", "Bearer sk-1234"}}).status, 401);
    const Page claimed = post("/onboarding/claim_token", body, with_token);
    EXPECT_EQ(claimed.status, 200) << claimed.text;
    EXPECT_EQ(claimed.body()["login_url"], "/ui/?login=success");
    EXPECT_EQ(claimed.body()["user"]["user_id"], "ada");
    EXPECT_THAT(claimed.text, Not(HasSubstr("password\":")));
    EXPECT_THAT(claimed.text, Not(HasSubstr(claimed.cookie().substr(16))));
    EXPECT_EQ(get("/ui/keys", claimed.cookie()).status, 200);
    const Page again = post("/onboarding/claim_token", body);
    EXPECT_EQ(again.status, 401);
    EXPECT_THAT(again.text, HasSubstr(R"({"detail":{"error":)"));
    EXPECT_EQ(get("/onboarding/get_token?invite_link=" + id).status, 401);
    EXPECT_EQ(get("/onboarding/get_token").status, 422);
    EXPECT_EQ(post("/onboarding/claim_token", Json::object()).status, 422);
}

TEST_F(People, RefuseFormsOfOtherSites)
{
    const std::string cookie = cookie_of("ada");
    const auto issued = waiting_key("ada");
    const Page keys = get("/ui/keys", cookie);
    const Form wish{{"form_token", keys.value("form_token")}, {"key", issued.row.token}};
    EXPECT_EQ(submit("/ui/keys/reveal", {{"key", issued.row.token}}, {{"cookie", cookie}}).status, 403);
    EXPECT_EQ(
        submit(
            "/ui/keys/reveal", {{"form_token", "x"}, {"key", issued.row.token}}, {{"cookie", cookie}}
        ).status,
        403
    );
    EXPECT_EQ(
        submit("/ui/keys/reveal", wish, {{"cookie", cookie}, {"sec-fetch-site", "cross-site"}}).status, 403
    );
    EXPECT_EQ(
        submit("/ui/keys/reveal", wish, {{"cookie", cookie}, {"origin", "https://evil.example"}}).status, 403
    );
    EXPECT_EQ(submit("/ui/keys/reveal", wish, {{"cookie", cookie}, {"origin", "null"}}).status, 403);
    EXPECT_EQ(submit("/ui/keys/reveal", wish).status, 303) << "not signed in";
    EXPECT_EQ(
        submit(
            "/login",
            {{"username", "ada@example.org"}, {"password", password}},
            {{"sec-fetch-site", "same-site"}}
        ).status,
        403
    );
    EXPECT_EQ(
        submit("/ui/keys/reveal", wish, {{"cookie", cookie}, {"origin", "http://proxy.example"}}).status, 200
    );
}

TEST_F(People, ChangeTheirPasswordOnThePage)
{
    const std::string cookie = cookie_of("ada");
    const std::string token = get("/ui/keys", cookie).value("form_token");
    const auto change = [&](const std::string& current, const std::string& wanted, const std::string& repeat
                        ) {
        return submit(
            "/ui/password",
            {{"form_token", token}, {"current", current}, {"password", wanted}, {"repeat", repeat}},
            {{"cookie", cookie}}
        );
    };
    EXPECT_THAT(change(password, "new horse battery", "another").text, HasSubstr("not the same"));
    EXPECT_THAT(
        change("wrong", "new horse battery", "new horse battery").text,
        HasSubstr("The current password is another one.")
    );
    const Page changed = change(password, "new horse battery", "new horse battery");
    EXPECT_EQ(changed.status, 303);
    EXPECT_EQ(get("/ui/keys", cookie).status, 303) << "the old session is over";
    EXPECT_THAT(
        get("/ui/keys?changed=password", changed.cookie()).text, HasSubstr("Your password was changed.")
    );
}

TEST_F(People, FindThePagesBelowTheProxysOwnPath)
{
    settings.server.root_path = "/gateway";
    const std::string id = invitation_for("ada");
    EXPECT_THAT(get("/gateway/ui?invitation_id=" + id).text, HasSubstr("action=\"/gateway/ui/onboarding\""));
    EXPECT_EQ(get("/gateway/ui").header("location"), "/gateway/ui/login");
    EXPECT_EQ(get("/gateway/ui/people.css").status, 200);
}

TEST_F(People, FindNoPagesWhereTheyAreSwitchedOff)
{
    environment["DISABLE_ADMIN_UI"] = "True";
    EXPECT_EQ(get("/ui").status, 404);
    EXPECT_EQ(post("/v2/login", Json::object()).status, 404);
}

TEST(WebSessions, TrustOnlyTheNearestProxysWord)
{
    http::Request request;
    request.peer_address = "10.0.0.1";
    request.fields.add("x-forwarded-for", "203.0.113.9, 198.51.100.7");
    config::Config config;
    EXPECT_EQ(client_address(request, config), "10.0.0.1");
    config.general.use_x_forwarded_for = true;
    EXPECT_EQ(client_address(request, config), "198.51.100.7");
}

TEST(WebSessions, FindTheirCookieAmongOthers)
{
    for (const char* line :
         {"litellm_session=abc",
          "a=b; litellm_session=abc",
          "litellm_session=abc; c=d",
          "a; ;litellm_session=abc;"}) {
        http::Request request;
        request.fields.add("cookie", line);
        EXPECT_EQ(session_token(request).reveal(), "abc") << line;
    }
    for (const char* line : {"", ";", "xlitellm_session=abc", "litellm_session", "a=litellm_session=abc"}) {
        http::Request request;
        request.fields.add("cookie", line);
        EXPECT_TRUE(session_token(request).empty()) << line;
    }
}

} // namespace
} // namespace litellm::api
