#include "litellm/mail/letter.hpp"

#include "curl_call.hpp"
#include "smtp_transport.hpp"

#include <gmock/gmock.h>

#include <map>

namespace litellm::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

Environment environment(std::map<std::string, std::string> values)
{
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
        const auto found = values.find(name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
}

KeyFacts key_facts()
{
    KeyFacts facts;
    facts.to = "ada@example.org";
    facts.user_id = "ada";
    facts.key = "sk-1234567890";
    facts.key_alias = "ci <b>";
    facts.models = {"gpt-4o", "claude"};
    facts.max_budget = 10;
    facts.budget_duration = "30d";
    return facts;
}

InvitationFacts invitation_facts()
{
    InvitationFacts facts;
    facts.to = "ada@example.org";
    facts.invitation_id = "5f0c4b1e-0000-4000-8000-000000000000";
    facts.role = "internal user";
    facts.expires_at = parse_timestamp("2026-02-25T10:00:00Z");
    return facts;
}

TEST(Letters, HaveTheDocumentedSubjects)
{
    const Branding branding = branding_from(environment({}));
    EXPECT_EQ(invitation_letter(invitation_facts(), branding).subject, "LiteLLM: New User Invitation");
    EXPECT_EQ(key_created_letter(key_facts(), branding).subject, "LiteLLM: API Key Created");
    EXPECT_EQ(key_rotated_letter(key_facts(), branding).subject, "LiteLLM: API Key Rotated");
}

TEST(Letters, FillTheNamesInSubjectsAsTheDocumentationWritesThem)
{
    const Branding branding = branding_from(environment(
        {{"EMAIL_SUBJECT_INVITATION", "Welcome to \\{company_name\\}!"},
         {"EMAIL_SUBJECT_KEY_CREATED", "{company_name}: {event_message} for {user_email} {unknown}"},
         {"EMAIL_SUBJECT_KEY_ROTATED", "Line\r\nBcc: evil@example.org"},
         {"EMAIL_COMPANY_NAME", "Your Company"}}
    ));
    EXPECT_EQ(invitation_letter(invitation_facts(), branding).subject, "Welcome to Your Company!");
    EXPECT_EQ(
        key_created_letter(key_facts(), branding).subject,
        "Your Company: API Key Created for ada@example.org {unknown}"
    );
    EXPECT_EQ(key_rotated_letter(key_facts(), branding).subject, "Line  Bcc: evil@example.org");
}

TEST(Letters, HoldTheKeyOnceAndOnlyWhereItMayBe)
{
    const auto count = [](const std::string& text, std::string_view part) {
        int found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++found;
        return found;
    };
    const Branding open = branding_from(environment({{"EMAIL_INCLUDE_API_KEY", "true"}}));
    const Branding closed = branding_from(environment({{"EMAIL_INCLUDE_API_KEY", "False"}}));
    for (const auto compose : {key_created_letter, key_rotated_letter}) {
        const Letter shown = compose(key_facts(), open);
        const Letter hidden = compose(key_facts(), closed);
        for (const std::string* body : {&shown.text, &shown.html})
            EXPECT_EQ(count(*body, "sk-1234567890"), 1);
        for (const std::string* body : {&hidden.text, &hidden.html}) {
            EXPECT_EQ(count(*body, "sk-1234567890"), 0);
            EXPECT_THAT(*body, HasSubstr("[Key hidden for security - retrieve from dashboard]"));
        }
    }
}

TEST(Letters, EscapeEverythingButTheSignature)
{
    const Branding branding = branding_from(environment(
        {{"EMAIL_SIGNATURE", "<p>Best regards,<br/>Your Team</p><script>alert(1)</script>"},
         {"EMAIL_SUPPORT_CONTACT", "help@example.org\"><img src=x>"},
         {"EMAIL_LOGO_URL", "javascript:alert(1)"}}
    ));
    const Letter letter = key_created_letter(key_facts(), branding);
    EXPECT_THAT(letter.html, HasSubstr("ci &lt;b&gt;"));
    EXPECT_THAT(letter.text, HasSubstr("ci <b>"));
    EXPECT_THAT(letter.html, HasSubstr("<p>Best regards,<br/>Your Team</p>"));
    for (const char* forbidden : {"<script", "<img", "javascript:"})
        EXPECT_THAT(letter.html, Not(HasSubstr(forbidden)));
}

TEST(Letters, LinkToTheInvitation)
{
    const Branding branding = branding_from(environment(
        {{"PROXY_BASE_URL", "https://proxy.your-company.com/"},
         {"EMAIL_LOGO_URL", "https://your-company.com/logo.png"}}
    ));
    const Letter letter = invitation_letter(invitation_facts(), branding);
    const std::string link =
        "https://proxy.your-company.com/ui?invitation_id=5f0c4b1e-0000-4000-8000-000000000000";
    EXPECT_THAT(letter.html, HasSubstr("href=\"" + link + "\""));
    EXPECT_THAT(letter.text, HasSubstr("\n" + link + "\n"));
    EXPECT_THAT(letter.text, HasSubstr("2026-02-25 10:00 UTC"));
    EXPECT_THAT(letter.html, HasSubstr("src=\"https://your-company.com/logo.png\""));
}

TEST(Letters, OfRotationTellWhenTheOldKeyEndsAndWhatToDo)
{
    const Branding branding = branding_from(environment({}));
    KeyFacts facts = key_facts();
    EXPECT_THAT(key_rotated_letter(facts, branding).text, HasSubstr("no longer works"));
    facts.old_key_ends = parse_timestamp("2026-02-19T08:30:00Z");
    facts.is_scheduled = true;
    const Letter letter = key_rotated_letter(facts, branding);
    for (const std::string* body : {&letter.text, &letter.html}) {
        EXPECT_THAT(*body, HasSubstr("works until 2026-02-19 08:30 UTC"));
        EXPECT_THAT(*body, HasSubstr("cheduled"));
        EXPECT_THAT(*body, HasSubstr("ut the new key in the place of the old one"));
        EXPECT_THAT(*body, HasSubstr("Keep it"));
    }
    EXPECT_THAT(letter.text, HasSubstr("$10.00 every 30d"));
}

TEST(Letters, AreTheSameAfterTheyWereKept)
{
    const Branding branding = branding_from(environment({}));
    KeyFacts facts = key_facts();
    facts.expires_at = parse_timestamp("2027-01-01T00:00:00Z");
    facts.old_key_ends = parse_timestamp("2026-02-19T08:30:00Z");
    facts.is_scheduled = true;
    EXPECT_EQ(
        letter_from(Event::key_rotated, to_json(facts), branding)->html,
        key_rotated_letter(facts, branding).html
    );
    EXPECT_EQ(
        letter_from(Event::user_invited, to_json(invitation_facts()), branding)->text,
        invitation_letter(invitation_facts(), branding).text
    );
    EXPECT_FALSE(letter_from(Event::key_created, Json::array(), branding));
}

TEST(Addresses, AreOneAddressWithoutAnythingElse)
{
    for (const char* good : {"a@b", "ada+x@example.org", "ada@bücher.example"})
        EXPECT_TRUE(is_address(good)) << good;
    for (const char* bad :
         {"",
          "ada",
          "@x",
          "x@",
          "a@b@c",
          "a b@c",
          "a@b\r\nRCPT TO:<x@y>",
          "<a@b>",
          "a@b,c@d",
          "a@b;c@d",
          "ü@b",
          "\"a\"@b"})
        EXPECT_FALSE(is_address(bad)) << bad;
    EXPECT_FALSE(is_address(std::string(260, 'a') + "@b"));
}

TEST(Letters, TellOfBudgets)
{
    BudgetFacts facts;
    facts.to = "ada@example.org";
    facts.entity = "key";
    facts.name = "<i>reports</i>";
    facts.spend = 81;
    facts.max_budget = 100;
    facts.percentage = 80;
    const Branding branding =
        branding_from(environment({{"PROXY_BASE_URL", "https://proxy.your-company.com/"}}));
    const Letter alert = budget_letter(facts, branding);
    EXPECT_EQ(alert.subject, "LiteLLM: Max Budget Alert - 80% of Maximum Budget Reached");
    EXPECT_THAT(alert.text, HasSubstr("$81.00"));
    EXPECT_THAT(alert.text, HasSubstr("$80.00 (80%)"));
    EXPECT_THAT(alert.html, HasSubstr("&lt;i&gt;reports"));
    EXPECT_THAT(alert.html, HasSubstr("https://proxy.your-company.com/ui"));
    facts.percentage = 0;
    facts.soft_budget = 60;
    const Letter soft = letter_from(Event::soft_budget_crossed, to_json(facts), branding).value();
    EXPECT_EQ(soft.subject, "LiteLLM: Soft Budget Crossed - Total Soft Budget: $60.00");
    EXPECT_THAT(soft.text, HasSubstr("Requests still work"));
    EXPECT_THAT(soft.text, Not(HasSubstr("{{")));
}

TEST(Letters, SayWhereAHiddenKeyIs)
{
    Branding branding = branding_from(environment({{"PROXY_BASE_URL", "https://proxy.your-company.com"}}));
    EXPECT_THAT(key_created_letter(key_facts(), branding).text, Not(HasSubstr("/ui/keys")));
    branding.include_api_key = false;
    const Letter letter = key_created_letter(key_facts(), branding);
    EXPECT_THAT(letter.text, HasSubstr("https://proxy.your-company.com/ui/keys"));
    EXPECT_THAT(letter.html, HasSubstr("href=\"https://proxy.your-company.com/ui/keys\""));
}

TEST(Addresses, HaveTheirDomainInAscii)
{
    EXPECT_EQ(ascii_address("ada@example.org"), "ada@example.org");
    EXPECT_EQ(ascii_address("ada@bücher.example"), "ada@xn--bcher-kva.example");
    EXPECT_EQ(ascii_address("Ada@BÜCHER.Example"), "Ada@xn--bcher-kva.example");
    EXPECT_EQ(ascii_address("a@例え.テスト"), "a@xn--r8jz45g.xn--zckzah");
    EXPECT_EQ(ascii_address("a@почта.рф"), "a@xn--80a1acny.xn--p1ai");
    EXPECT_EQ(ascii_address("a@münchen-ost.de"), "a@xn--mnchen-ost-9db.de");
    EXPECT_FALSE(ascii_address("ü@example.org"));
    EXPECT_FALSE(ascii_address("a@bücher..example"));
    EXPECT_FALSE(ascii_address("ada@bü cher.example"));
    EXPECT_FALSE(ascii_address("ada@bücher.example\r\nX: y"));
}

TEST(Previews, ShowEveryLetter)
{
    const auto letters = sample_letters(Branding());
    EXPECT_EQ(letters.size(), 7U);
    for (const auto& [name, letter] : letters) {
        const std::string message = to_message(letter, "notifications@example.org", Timestamp());
        EXPECT_THAT(message, HasSubstr("Subject: LiteLLM")) << name;
        EXPECT_THAT(message, Not(HasSubstr("{{"))) << name;
        for (std::size_t begin = 0; begin < message.size();) {
            const auto end = message.find("\r\n", begin);
            ASSERT_NE(end, std::string::npos) << name;
            EXPECT_LE(end - begin, 76U) << message.substr(begin, end - begin);
            EXPECT_EQ(message.substr(begin, end - begin).find('\n'), std::string::npos) << name;
            begin = end + 2;
        }
    }
}

TEST(Headers, AreEncodedWhereTheyAreNotAscii)
{
    EXPECT_EQ(encode_header("plain: text"), "plain: text");
    EXPECT_EQ(encode_header("Grüße"), "=?utf-8?B?R3LDvMOfZQ==?=");
    // No word longer than 75 characters, and no character cut in two.
    EXPECT_THAT(encode_header(std::string(44, 'a') + "üü"), HasSubstr("?= =?utf-8?B?w7zDvA==?="));
    EXPECT_EQ(
        mail_date(parse_timestamp("2026-02-18T10:37:21.5Z").value()), "Wed, 18 Feb 2026 10:37:21 +0000"
    );
}

} // namespace
} // namespace litellm::mail
