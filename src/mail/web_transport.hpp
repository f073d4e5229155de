#pragma once
// Resend and SendGrid: letters by HTTP.

#include "litellm/core/secret.hpp"
#include "litellm/mail/transport.hpp"

namespace litellm::mail {

struct WebSettings {
    std::string base; ///< https://api.resend.com
    Secret api_key;
    std::string sender;
    long timeout_seconds = 20;
};

[[nodiscard]] std::unique_ptr<Transport> make_resend_transport(WebSettings settings);
[[nodiscard]] std::unique_ptr<Transport> make_sendgrid_transport(WebSettings settings);

} // namespace litellm::mail
