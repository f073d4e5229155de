#pragma once
// AWS Signature Version 4
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).

#include "litellm/providers/provider.hpp"

#include <string>
#include <string_view>

namespace litellm::providers {

struct AwsIdentity {
    std::string access_key_id;
    Secret secret_access_key;
    std::string session_token; ///< of temporary credentials; empty otherwise
    std::string region;
    std::string service;
};

/// What a signature covers. The URL's path is the one on the wire, percent-encoded once.
struct Signable {
    std::string_view method;
    std::string_view url;
    std::string_view content_type;
    std::string_view body;
};

/// The headers x-amz-date, x-amz-security-token and authorization.
[[nodiscard]] Headers sign_for_aws(const AwsIdentity& identity, const Signable& request, Timestamp now);

} // namespace litellm::providers
