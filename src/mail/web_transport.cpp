#include "web_transport.hpp"

#include "curl_call.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/redaction.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace litellm::mail {

namespace {

using Outcome = Delivery::Outcome;

constexpr std::size_t longest_answer = 64 * 1024;
constexpr std::chrono::seconds after_quota{2 * 3600};

struct Answer {
    CURLcode code = CURLE_OK;
    long status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retry_after;
    std::string detail;
};

std::size_t keep_body(char* data, std::size_t size, std::size_t count, void* into)
{
    auto& body = *static_cast<std::string*>(into);
    const std::size_t bytes = size * count;
    if (body.size() + bytes <= longest_answer)
        body.append(data, bytes);
    return bytes;
}

std::size_t keep_header(char* data, std::size_t size, std::size_t count, void* into)
{
    const std::string_view line(data, size * count);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), "retry-after")) {
        const auto value = trim(line.substr(colon + 1));
        long seconds = 0;
        if (std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc() &&
            seconds > 0)
            static_cast<Answer*>(into)->retry_after = std::chrono::seconds(std::min(seconds, 86'400L));
    }
    return line.size();
}

Answer post(
    const WebSettings& settings,
    const std::atomic<bool>& stopping,
    const std::string& path,
    const Json& document,
    const std::string& idempotency_key
)
{
    Answer answer;
    const Easy easy = make_easy(settings.timeout_seconds, stopping);
    const std::string body = to_text(document);
    CurlList headers;
    headers.add("Authorization: Bearer " + settings.api_key.reveal());
    headers.add("Content-Type: application/json");
    headers.add("Expect:");
    if (!idempotency_key.empty())
        headers.add("Idempotency-Key: " + idempotency_key);
    std::array<char, CURL_ERROR_SIZE> detail{};
    curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(easy.get(), CURLOPT_URL, (settings.base + path).c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    // Resend refuses calls without one.
    curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "litellm-cpp");
    curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, &keep_body);
    curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &keep_header);
    curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &answer);
    answer.code = curl_easy_perform(easy.get());
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    if (answer.code != CURLE_OK)
        answer.detail = detail[0] != '\0' ? detail.data() : curl_easy_strerror(answer.code);
    return answer;
}

std::string text_at(const Json& document, const char* name)
{
    const auto found = document.is_object() ? document.find(name) : document.end();
    return document.is_object() && found != document.end() && found->is_string() ? found->get<std::string>()
                                                                                 : std::string();
}

/// By Resend's error table; SendGrid's statuses mean the same.
Delivery judge(const Answer& answer, const Secret& api_key)
{
    Delivery delivery;
    if (answer.code != CURLE_OK) {
        const bool is_tls =
            answer.code == CURLE_PEER_FAILED_VERIFICATION || answer.code == CURLE_SSL_CACERT_BADFILE;
        delivery.outcome = is_tls ? Outcome::misconfigured : Outcome::again;
        delivery.error = answer.detail;
        return delivery;
    }
    if (answer.status >= 200 && answer.status < 300)
        return delivery;
    const auto parsed = parse_json(answer.body);
    const Json document = parsed ? *parsed : Json::object();
    const std::string name = text_at(document, "name");
    // A service may repeat what it was sent: its key, and all of the letter.
    constexpr std::size_t longest_message = 200;
    const std::string own[] = {api_key.reveal()};
    const std::string said = without_texts(without_keys(text_at(document, "message")), own);
    delivery.error = fmt::format(
        "status {} {} {}", answer.status, name.substr(0, longest_message), said.substr(0, longest_message)
    );
    delivery.retry_after = answer.retry_after;
    if (answer.status == 429) {
        delivery.outcome = Outcome::again;
        if (name.ends_with("quota_exceeded"))
            delivery.retry_after = after_quota;
    } else if (answer.status == 401 || answer.status == 403) {
        delivery.outcome = Outcome::misconfigured;
    } else if (answer.status >= 500 || name == "concurrent_idempotent_requests") {
        delivery.outcome = Outcome::again;
    } else {
        delivery.outcome = Outcome::refused;
    }
    return delivery;
}

class ResendTransport final : public Transport {
public:
    explicit ResendTransport(WebSettings settings) : settings_(std::move(settings)) {}
    [[nodiscard]] std::string_view name() const override { return "resend_email"; }
    [[nodiscard]] Delivery send(const Letter& letter, const std::string& id, Timestamp) override
    {
        const auto to = ascii_address(letter.to);
        if (!to)
            return {Outcome::refused, "the domain of the address has no ASCII form", {}};
        Json document = {{"from", settings_.sender}, {"to", Json::array({*to})}, {"subject", letter.subject}};
        document["html"] = letter.html;
        document["text"] = letter.text;
        document["headers"] = Json{{"X-Entity-Ref-ID", id}, {"Auto-Submitted", "auto-generated"}};
        return judge(post(settings_, stopping(), "/emails", document, id), settings_.api_key);
    }

private:
    const WebSettings settings_;
};

class SendgridTransport final : public Transport {
public:
    explicit SendgridTransport(WebSettings settings) : settings_(std::move(settings)) {}
    [[nodiscard]] std::string_view name() const override { return "sendgrid_email"; }
    [[nodiscard]] Delivery send(const Letter& letter, const std::string& id, Timestamp) override
    {
        const auto address = ascii_address(letter.to);
        if (!address)
            return {Outcome::refused, "the domain of the address has no ASCII form", {}};
        Json to = Json::array({Json{{"email", *address}}});
        Json person = {{"to", std::move(to)}, {"subject", letter.subject}};
        Json document = {{"from", Json{{"email", settings_.sender}}}};
        document["personalizations"] = Json::array({std::move(person)});
        document["content"] = Json::array(
            {Json{{"type", "text/plain"}, {"value", letter.text}},
             Json{{"type", "text/html"}, {"value", letter.html}}}
        );
        document["headers"] = Json{{"X-Entity-Ref-ID", id}};
        return judge(post(settings_, stopping(), "/v3/mail/send", document, {}), settings_.api_key);
    }

private:
    const WebSettings settings_;
};

} // namespace

std::unique_ptr<Transport> make_resend_transport(WebSettings settings)
{
    return std::make_unique<ResendTransport>(std::move(settings));
}

std::unique_ptr<Transport> make_sendgrid_transport(WebSettings settings)
{
    return std::make_unique<SendgridTransport>(std::move(settings));
}

} // namespace litellm::mail
