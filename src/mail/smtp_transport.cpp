#include "smtp_transport.hpp"

#include "curl_call.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace litellm::mail {

namespace {

struct MimeDeleter {
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};

/// What the server and libcurl said. 4xx is for later, 5xx for never, and what concerns no single letter is a
/// matter of configuration.
Delivery judge(CURLcode code, long response, const char* detail, bool is_about_sender)
{
    using Outcome = Delivery::Outcome;
    Delivery delivery;
    if (code == CURLE_OK)
        return delivery;
    delivery.error = fmt::format(
        "{} (curl {}, server {})",
        detail[0] != '\0' ? detail : curl_easy_strerror(code),
        static_cast<int>(code),
        response
    );
    const bool is_configuration = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
        code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
        code == CURLE_URL_MALFORMAT || response == 530 || response == 535 ||
        (is_about_sender && response >= 500 && response < 600);
    if (is_configuration)
        delivery.outcome = Outcome::misconfigured;
    else if (response >= 500 && response < 600)
        delivery.outcome = Outcome::refused;
    else
        delivery.outcome = Outcome::again;
    return delivery;
}

/// What the server's replies told, line by line.
struct Replies {
    bool needs_login = false;
    bool has_logged_in = false;
    bool was_broken_off = false;
    bool is_about_sender = false; ///< the last command was MAIL: what it is refused for concerns every letter
};

int look_at_command(CURL* /*easy*/, curl_infotype type, char* data, std::size_t size, void* into)
{
    const std::string_view command(data, size);
    // Farewell is said after a refusal, too.
    if (type == CURLINFO_HEADER_OUT && !command.starts_with("QUIT"))
        static_cast<Replies*>(into)->is_about_sender = command.starts_with("MAIL ");
    return 0;
}

/// libcurl sends the letter without logging in where the server offers no login. So it is broken off before
/// the letter itself.
std::size_t look_at_reply(char* data, std::size_t size, std::size_t count, void* into)
{
    auto& replies = *static_cast<Replies*>(into);
    const std::string_view line(data, size * count);
    if (line.starts_with("235"))
        replies.has_logged_in = true;
    if (!line.starts_with("354") || !replies.needs_login || replies.has_logged_in)
        return line.size();
    replies.was_broken_off = true;
    return 0;
}

int is_stopping(void* stopping, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::atomic<bool>*>(stopping)->load() ? 1 : 0;
}

class SmtpTransport final : public Transport {
public:
    explicit SmtpTransport(SmtpSettings settings) : settings_(std::move(settings)) {}

    [[nodiscard]] std::string_view name() const override { return "smtp_email"; }

    /// Connecting, the commands and the letter itself may each take their time.
    [[nodiscard]] std::chrono::seconds longest_send() const override
    {
        return std::chrono::seconds(3 * settings_.timeout_seconds);
    }

    [[nodiscard]] Delivery send(const Letter& letter, const std::string& id, Timestamp now) override
    {
        const auto to = ascii_address(letter.to);
        if (!to)
            return {Delivery::Outcome::refused, "the domain of the address has no ASCII form", {}};
        const Easy easy = make_easy(longest_send().count(), stopping());
        CurlList headers;
        add_headers(headers, letter, *to, id, now);
        CurlList recipients;
        recipients.add(*to);
        const std::unique_ptr<curl_mime, MimeDeleter> mime(make_body(easy.get(), letter));
        std::array<char, CURL_ERROR_SIZE> detail{};
        curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, detail.data());
        curl_easy_setopt(easy.get(), CURLOPT_URL, url().c_str());
        curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        set_security(easy.get());
        curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, settings_.sender.c_str());
        curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
        curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
        curl_easy_setopt(easy.get(), CURLOPT_MIMEPOST, mime.get());
        Replies replies;
        replies.needs_login = has_login();
        curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, &look_at_reply);
        curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &replies);
        curl_easy_setopt(easy.get(), CURLOPT_VERBOSE, 1L);
        curl_easy_setopt(easy.get(), CURLOPT_DEBUGFUNCTION, &look_at_command);
        curl_easy_setopt(easy.get(), CURLOPT_DEBUGDATA, &replies);
        const CURLcode code = curl_easy_perform(easy.get());
        if (replies.was_broken_off)
            return {
                Delivery::Outcome::misconfigured,
                "SMTP_USERNAME is set, but the server offers no login: nothing was sent",
                {}};
        long response = 0;
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &response);
        return judge(code, response, detail.data(), replies.is_about_sender);
    }

private:
    [[nodiscard]] bool has_login() const { return !settings_.user.empty() && !settings_.password.empty(); }

    [[nodiscard]] std::string url() const
    {
        const bool is_implicit = settings_.security == SmtpSettings::Security::implicit;
        const bool is_v6 = settings_.host.find(':') != std::string::npos && !settings_.host.starts_with('[');
        return fmt::format(
            "{}://{}{}{}:{}/{}",
            is_implicit ? "smtps" : "smtp",
            is_v6 ? "[" : "",
            settings_.host,
            is_v6 ? "]" : "",
            settings_.port,
            settings_.ehlo_name
        );
    }

    void set_security(CURL* easy) const
    {
        const bool is_open = settings_.security == SmtpSettings::Security::none;
        // Never CURLUSESSL_TRY: it goes on in clear text when the server offers no TLS.
        curl_easy_setopt(
            easy, CURLOPT_USE_SSL, static_cast<long>(is_open ? CURLUSESSL_NONE : CURLUSESSL_ALL)
        );
        if (!settings_.ca_file.empty())
            curl_easy_setopt(easy, CURLOPT_CAINFO, settings_.ca_file.c_str());
        if (has_login()) {
            curl_easy_setopt(easy, CURLOPT_USERNAME, settings_.user.c_str());
            curl_easy_setopt(easy, CURLOPT_PASSWORD, settings_.password.reveal().c_str());
        }
        // Neither the connection's nor the whole transfer's limit notices a server that does not answer a
        // command.
        curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, settings_.timeout_seconds);
    }

    void add_headers(
        CurlList& headers, const Letter& letter, const std::string& to, const std::string& id, Timestamp now
    ) const
    {
        const std::string domain = settings_.sender.substr(settings_.sender.find('@') + 1);
        headers.add("Date: " + mail_date(now));
        headers.add("From: <" + settings_.sender + ">");
        headers.add("To: <" + to + ">");
        headers.add("Subject: " + encode_header(letter.subject));
        headers.add(fmt::format("Message-ID: <{}@{}>", id, domain));
        headers.add("Auto-Submitted: auto-generated");
        headers.add("X-Auto-Response-Suppress: All");
        headers.add("X-Entity-Ref-ID: " + id);
        if (settings_.host.ends_with("resend.com"))
            headers.add("Resend-Idempotency-Key: " + id);
        // Otherwise libcurl makes it multipart/mixed.
        headers.add("Content-Type: multipart/alternative");
    }

    static curl_mime* make_body(CURL* easy, const Letter& letter)
    {
        curl_mime* const mime = curl_mime_init(easy);
        const auto add = [&](const std::string& text, const char* type) {
            curl_mimepart* const part = curl_mime_addpart(mime);
            curl_mime_data(part, text.data(), text.size());
            curl_mime_type(part, type);
            curl_mime_encoder(part, "quoted-printable");
        };
        add(letter.text, "text/plain; charset=utf-8");
        add(letter.html, "text/html; charset=utf-8");
        return mime;
    }

    const SmtpSettings settings_;
};

} // namespace

Easy make_easy(long timeout_seconds, const std::atomic<bool>& stopping)
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    Easy easy(curl_easy_init());
    if (!easy)
        throw Failure(internal_error("curl_easy_init failed"));
    curl_easy_setopt(easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy.get(), CURLOPT_TIMEOUT, timeout_seconds);
    curl_easy_setopt(easy.get(), CURLOPT_CONNECTTIMEOUT, std::min(timeout_seconds, 15L));
    curl_easy_setopt(easy.get(), CURLOPT_FOLLOWLOCATION, 0L);
    // libcurl asks about once a second.
    curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy.get(), CURLOPT_XFERINFOFUNCTION, &is_stopping);
    curl_easy_setopt(easy.get(), CURLOPT_XFERINFODATA, &stopping);
    return easy;
}

std::string encode_header(std::string_view text)
{
    const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
    if (is_ascii)
        return std::string(text);
    // An encoded word holds at most 75 characters: 45 bytes of text in base64, cut between characters.
    std::string out;
    while (!text.empty()) {
        std::size_t length = std::min<std::size_t>(text.size(), 45);
        while (length < text.size() && length > 1 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80
        )
            --length;
        out += fmt::format("{}=?utf-8?B?{}?=", out.empty() ? "" : " ", to_base64(text.substr(0, length)));
        text.remove_prefix(length);
    }
    return out;
}

std::string mail_date(Timestamp time)
{
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
        days[std::chrono::weekday(day).c_encoding()],
        static_cast<unsigned>(date.day()),
        months[static_cast<unsigned>(date.month()) - 1],
        static_cast<int>(date.year()),
        clock.hours().count(),
        clock.minutes().count(),
        clock.seconds().count()
    );
}

std::unique_ptr<Transport> make_smtp_transport(SmtpSettings settings)
{
    return std::make_unique<SmtpTransport>(std::move(settings));
}

} // namespace litellm::mail
