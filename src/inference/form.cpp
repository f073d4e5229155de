// Forms with files: their fields as a request, their bytes for the provider.

#include "call.hpp"
#include "multipart.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace litellm::inference {

using providers::NativeApi;

namespace {

constexpr std::size_t simdjson_padding = 64;

/// A form of more bytes than that is passed on while it comes.
constexpr std::size_t largest_kept_form = 1024 * 1024;

/// The last one may be a file of which only the beginning is here.
Result<std::vector<Part>> parts_of(const ModelCall& call)
{
    const std::string_view boundary = header_parameter(call.form_type, "boundary");
    if (!call.upload)
        return read_multipart(call.form, boundary);
    auto form = read_form_beginning(call.form, boundary);
    if (!form)
        return form.error();
    return std::move(form->parts);
}

bool is_model(const Part& part)
{
    return part.name == "model" && part.file_name.empty();
}

/// The file that an API cannot do without.
bool is_main_file(const std::optional<NativeApi>& api, std::string_view name)
{
    if (api == NativeApi::image_edits)
        return name == "image" || name == "image[]";
    return name == (api == NativeApi::image_variations ? "image" : "file");
}

} // namespace

bool is_form(const std::optional<NativeApi>& api)
{
    return api == NativeApi::transcriptions || api == NativeApi::translations ||
        api == NativeApi::image_edits || api == NativeApi::image_variations;
}

Task<std::string_view> read_form(ModelCall& call, std::size_t limit, bool is_routed)
{
    http::Exchange& exchange = call.context.exchange;
    const auto& api = call.context.api;
    const bool is_recording = api == NativeApi::transcriptions || api == NativeApi::translations;
    const std::uint64_t length = exchange.body_length().value_or(0);
    if (!is_recording || length <= largest_kept_form || length > limit) {
        const auto body = co_await exchange.read_body(limit);
        if (!body)
            co_return body.error();
        std::string form(*body);
        co_return take_form(call, std::move(form));
    }
    auto upload = std::make_unique<Upload>(
        exchange, header_parameter(exchange.request().fields.find("content-type"), "boundary")
    );
    auto beginning = co_await upload->read_beginning(is_routed);
    if (!beginning)
        co_return beginning.error();
    if (!upload->is_complete())
        call.upload = std::move(upload);
    co_return take_form(call, std::move(*beginning));
}

std::size_t form_bytes(const ModelCall& call)
{
    return call.form.size() + (call.upload ? call.upload->rest_bytes() : 0);
}

Result<std::string_view> take_form(ModelCall& call, std::string body)
{
    call.form = std::move(body);
    call.form_type = call.context.exchange.request().fields.find("content-type");
    const auto parts = parts_of(call);
    if (!parts)
        return parts.error();
    Json fields = Json::object();
    bool has_file = false;
    for (const Part& part : *parts) {
        if (!part.file_name.empty())
            has_file = has_file || is_main_file(call.context.api, part.name);
        else if (part.value == "true" || part.value == "false")
            fields[std::string(part.name)] = part.value == "true";
        else
            fields[std::string(part.name)] = std::string(part.value);
    }
    if (!has_file) {
        const bool is_audio = is_main_file(call.context.api, "file");
        const std::string name = is_audio ? "file" : "image";
        return Error{
            ErrorKind::invalid_input,
            fmt::format("a part `{}` with a filename is required", name),
            name,
            "bad_request"};
    }
    call.own_body = to_text(fields);
    call.own_body.reserve(call.own_body.size() + simdjson_padding);
    return std::string_view(call.own_body);
}

std::vector<FormFile> form_files(const ModelCall& call)
{
    std::vector<FormFile> files;
    const auto parts = call.form.empty() ? Result<std::vector<Part>>(std::vector<Part>()) : parts_of(call);
    if (!parts)
        return files;
    for (const Part& part : *parts) {
        if (!part.file_name.empty())
            files.push_back({part.value, part.value.size()});
    }
    if (call.upload && !files.empty())
        files.back().size += call.upload->rest_of_file();
    return files;
}

std::string form_with_model(const ModelCall& call)
{
    const auto parts = parts_of(call);
    std::string body;
    if (!parts)
        return body;
    const std::string& model = call.endpoint().model;
    const std::string_view boundary = header_parameter(call.form_type, "boundary");
    body.reserve(call.form.size() + model.size() + boundary.size() + simdjson_padding);
    const char* rest = call.form.data();
    // Azure's deployment and wildcards may stand in the path alone.
    if (std::ranges::none_of(*parts, is_model))
        body += fmt::format(
            "--{}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{}\r\n", boundary, model
        );
    for (const Part& part : *parts) {
        rest = part.whole.data() + part.whole.size();
        const bool is_field = part.file_name.empty();
        if (is_model(part)) {
            const auto before = static_cast<std::size_t>(part.value.data() - part.whole.data());
            body.append(part.whole, 0, before).append(model).append("\r\n");
        } else if (!is_field || !providers::is_proxy_parameter(part.name)) {
            body.append(part.whole);
        }
    }
    body.append(rest, call.form.data() + call.form.size());
    return body;
}

} // namespace litellm::inference
