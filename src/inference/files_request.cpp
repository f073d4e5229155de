#include "files_request.hpp"

#include "litellm/core/encoding.hpp"
#include "multipart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::inference {

using Kind = FilesCall::Kind;
using Verb = FilesCall::Verb;

namespace {

constexpr std::string_view deployment_account = "deployment:";

/// What a form may say to the proxy alone.
constexpr std::array<std::string_view, 5> own_fields = {
    "target_model_names", "custom_llm_provider", "litellm_metadata", "model", "metadata"};

/// A batch may hold calls of any model: each one must be the caller's to use.
Result<void>
check_models(const auth::Principal& principal, const auth::ModelCatalog& catalog, std::string_view lines)
{
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        const auto line = parse_json(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        const auto body = line && line->is_object() ? line->find("body") : Json::const_iterator();
        const std::string model =
            line && line->is_object() && body != line->end() ? member_text(*body, "model") : std::string();
        if (model.empty())
            continue;
        if (const auto allowed = auth::may_use_model(principal, model, catalog); !allowed)
            return allowed.error();
    }
    return {};
}

} // namespace

std::string_view noun(Kind kind)
{
    return kind == Kind::file ? "file" : "batch";
}

std::string member_text(const Json& object, const char* name)
{
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>()
                                                                             : std::string();
}

std::string path_of(const FilesCall& call)
{
    std::string path = call.kind == Kind::file ? "/files" : "/batches";
    if (!call.id.empty())
        path.append("/").append(percent_encode(call.id));
    if (call.verb == Verb::content)
        path += "/content";
    if (call.verb == Verb::cancel)
        path += "/cancel";
    return path;
}

std::string call_type_of(const FilesCall& call)
{
    switch (call.verb) {
    case Verb::create:
        return fmt::format("acreate_{}", noun(call.kind));
    case Verb::list:
        return call.kind == Kind::file ? "afile_list" : "alist_batches";
    case Verb::show:
        return call.kind == Kind::file ? "afile_retrieve" : "aretrieve_batch";
    case Verb::remove:
        return "afile_delete";
    case Verb::content:
        return "afile_content";
    case Verb::cancel:
        break;
    }
    return "acancel_batch";
}

http::Method method_of(Verb verb)
{
    if (verb == Verb::create || verb == Verb::cancel)
        return http::Method::post;
    return verb == Verb::remove ? http::Method::del : http::Method::get;
}

Result<FilesRequest> read_files_form(
    std::string_view body,
    std::string_view content_type,
    const auth::Principal& principal,
    const auth::ModelCatalog& catalog
)
{
    const auto parts = read_multipart(body, header_parameter(content_type, "boundary"));
    if (!parts)
        return parts.error();
    FilesRequest asked;
    asked.content_type = content_type;
    bool has_file = false;
    std::string_view purpose;
    std::string_view contents;
    const char* rest = body.data();
    for (const Part& part : *parts) {
        rest = part.whole.data() + part.whole.size();
        const bool is_field = part.file_name.empty();
        if (is_field && part.name == "custom_llm_provider")
            asked.provider = part.value;
        if (is_field && (part.name == "model" || part.name == "target_model_names"))
            asked.model = trim(part.value.substr(0, part.value.find(',')));
        if (is_field && part.name == "purpose")
            purpose = part.value;
        if (!is_field && part.name == "file") {
            has_file = true;
            contents = part.value;
        }
        if (!is_field || std::ranges::find(own_fields, part.name) == own_fields.end())
            asked.body.append(part.whole);
    }
    asked.body.append(rest, body.data() + body.size());
    if (!has_file)
        return Error{
            ErrorKind::invalid_input,
            "a part `file` with a filename is required",
            "file",
            "invalid_request_error"};
    if (purpose == "batch") {
        if (const auto allowed = check_models(principal, catalog, contents); !allowed)
            return allowed.error();
    }
    return asked;
}

Result<FilesRequest> read_batch(std::string_view body)
{
    auto document = parse_json(trim(body).empty() ? std::string_view("{}") : body);
    if (!document)
        return document.error();
    if (!document->is_object())
        return invalid_input("the body must be a JSON object", "body");
    FilesRequest asked;
    asked.provider = member_text(*document, "custom_llm_provider");
    asked.model = member_text(*document, "model");
    asked.input_file = member_text(*document, "input_file_id");
    for (const std::string_view name : {"custom_llm_provider", "model", "litellm_metadata"})
        document->erase(std::string(name));
    asked.body = to_text(*document);
    asked.content_type = "application/json";
    return asked;
}

std::string query_of(const http::Request& request)
{
    std::string query;
    for (const auto& [name, value] : request.query_parameters()) {
        if (name == "custom_llm_provider" || name == "provider" || name == "model" || name == "key" ||
            name == "target_model_names")
            continue;
        query +=
            fmt::format("{}{}={}", query.empty() ? "" : "&", percent_encode(name), percent_encode(value));
    }
    return query;
}

} // namespace litellm::inference
