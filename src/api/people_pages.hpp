#pragma once
// The pages of people: HTML without scripts, made of the templates in `pages/people`.

#include "litellm/http/message.hpp"
#include "litellm/management/onboarding.hpp"
#include "litellm/management/own_keys.hpp"
#include "litellm/management/sessions.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace litellm::api {

/// Where the proxy lies (SERVER_ROOT_PATH) and what it is called; both end up in every page.
struct PageFrame {
    std::string root;
    std::string company_name = "LiteLLM";
};

[[nodiscard]] http::Response
sign_in_page(const PageFrame& frame, std::string_view name, std::string_view problem, int status);
[[nodiscard]] http::Response invitation_page(
    const PageFrame& frame, const management::OpenInvitation& open, std::string_view problem, int status
);
/// A heading and a sentence; with a link to the page for signing in when there is something to sign in to.
[[nodiscard]] http::Response message_page(
    const PageFrame& frame, std::string_view heading, std::string_view text, bool offers_sign_in, int status
);

struct KeysPage {
    const management::Session& session;
    const std::vector<management::OwnKey>& keys;
    std::string form_token;
    std::string base_url;     ///< for the sample
    std::string problem = {}; ///< with the change of the password
    std::string notice = {};
};
[[nodiscard]] http::Response keys_page(const PageFrame& frame, const KeysPage& page, int status);
/// The only page with a key in it.
[[nodiscard]] http::Response revealed_page(
    const PageFrame& frame,
    const management::RevealedKey& revealed,
    std::string_view who,
    std::string_view form_token,
    std::string_view base_url
);

[[nodiscard]] http::Response style_sheet();
[[nodiscard]] http::Response icon();

/// What a page calls somebody.
[[nodiscard]] std::string name_of(const store::User& user);

} // namespace litellm::api
