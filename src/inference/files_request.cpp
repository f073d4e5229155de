#include "files_request.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/json_member.hpp"
#include "multipart.hpp"
#include "request_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace litellm::inference {

using Kind = FilesCall::Kind;
using Verb = FilesCall::Verb;

namespace {

constexpr std::string_view deployment_account = "deployment:";

constexpr std::size_t simdjson_padding = 64;

/// What a form may say to the proxy alone.
constexpr std::array<std::string_view, 5> own_fields = {
    "target_model_names", "custom_llm_provider", "litellm_metadata", "model", "metadata"};

/// The model that one line of a batch calls; empty where it names none. invalid_input for what two parsers
/// might understand in two ways: escaped names, and what is no JSON.
Result<std::string> model_in(std::string_view line)
{
    const auto is_escaped = [](const Member& member) {
        return member.name.find('\\') != std::string_view::npos;
    };
    const auto call = scan_object(line);
    if (!call)
        return invalid_input("a line of the batch is no JSON object", "file");
    const Member* const body = call->find("body");
    const auto request = body == nullptr ? Result<Scan>(Scan()) : scan_object(body->value);
    if (!request)
        return invalid_input("the body in a line of the batch is no JSON object", "file");
    if (std::ranges::any_of(call->members, is_escaped) || std::ranges::any_of(request->members, is_escaped))
        return invalid_input("the names of members in a batch must be written without escapes", "file");
    return request->text_of("model").value_or(std::string());
}

/// A batch may hold calls of any model: each one must be the caller's to use.
Result<void>
check_models(const auth::Principal& principal, const auth::ModelCatalog& catalog, std::string_view lines)
{
    // Whoever may use a model that nobody knows may use all of them.
    if (auth::may_use_model(principal, "any model at all", catalog))
        return {};
    std::string line;
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        line.assign(trim(lines.substr(0, end)));
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.empty())
            continue;
        line.reserve(line.size() + simdjson_padding);
        const auto model = model_in(line);
        if (!model)
            return model.error();
        if (model->empty())
            continue;
        if (const auto allowed = auth::may_use_model(principal, *model, catalog); !allowed)
            return allowed.error();
    }
    return {};
}

} // namespace

std::string_view noun(Kind kind)
{
    return kind == Kind::file ? "file" : "batch";
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
