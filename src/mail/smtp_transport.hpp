#pragma once

#include "litellm/core/secret.hpp"
#include "litellm/mail/transport.hpp"

namespace litellm::mail {

struct SmtpSettings {
    enum class Security { starttls, implicit, none };
    std::string host;
    int port = 587;
    std::string user;
    Secret password;
    std::string sender;
    Security security = Security::starttls;
    std::string ca_file;
    std::string ehlo_name;
    long timeout_seconds = 20;
};

[[nodiscard]] std::unique_ptr<Transport> make_smtp_transport(SmtpSettings settings);

/// A header value in ASCII: encoded words of RFC 2047 where it has other characters.
[[nodiscard]] std::string encode_header(std::string_view text);
/// RFC 5322 date in UTC.
[[nodiscard]] std::string mail_date(Timestamp time);

} // namespace litellm::mail
