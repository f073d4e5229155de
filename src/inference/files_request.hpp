#pragma once
// What a call of /files or /batches asks for, and how it is asked of a provider.

#include "litellm/auth/access.hpp"
#include "litellm/http/server.hpp"
#include "litellm/inference/provider_files.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace litellm::inference {

/// What a request says beside its path.
struct FilesRequest {
    std::string provider;
    std::string model;
    std::string input_file; ///< that a batch reads
    std::string body;       ///< for the provider: without what is the proxy's
    std::string content_type;
};

/// A form with a file. unauthorized when it holds calls of models that the caller may not use.
[[nodiscard]] Result<FilesRequest> read_files_form(
    std::string_view body,
    std::string_view content_type,
    const auth::Principal& principal,
    const auth::ModelCatalog& catalog
);
/// The JSON of a new batch.
[[nodiscard]] Result<FilesRequest> read_batch(std::string_view body);

[[nodiscard]] std::string_view noun(FilesCall::Kind kind);
/// LiteLLM's names: `acreate_file`, `afile_content`, …
[[nodiscard]] std::string call_type_of(const FilesCall& call);
/// Below the provider's address.
[[nodiscard]] std::string path_of(const FilesCall& call);
[[nodiscard]] http::Method method_of(FilesCall::Verb verb);
/// The client's query without what is the proxy's.
[[nodiscard]] std::string query_of(const http::Request& request);

} // namespace litellm::inference
