// Forms with files: their fields as a request, their bytes for the provider.

#include "call.hpp"
#include "multipart.hpp"

#include <nlohmann/json.hpp>

namespace litellm::inference {

namespace {

constexpr std::size_t simdjson_padding = 64;

Result<std::vector<Part>> parts_of(const ModelCall& call)
{
    return read_multipart(call.form, header_parameter(call.form_type, "boundary"));
}

} // namespace

Result<std::string_view> take_form(ModelCall& call, std::string_view body)
{
    call.form = body;
    call.form_type = call.context.exchange.request().fields.find("content-type");
    const auto parts = parts_of(call);
    if (!parts)
        return parts.error();
    Json fields = Json::object();
    bool has_file = false;
    for (const Part& part : *parts) {
        if (!part.file_name.empty())
            has_file = has_file || part.name == "file";
        else if (part.value == "true" || part.value == "false")
            fields[std::string(part.name)] = part.value == "true";
        else
            fields[std::string(part.name)] = std::string(part.value);
    }
    if (!has_file)
        return Error{ErrorKind::invalid_input, "a part `file` with a filename is required", "file", "bad_request"};
    call.own_body = to_text(fields);
    call.own_body.reserve(call.own_body.size() + simdjson_padding);
    return std::string_view(call.own_body);
}

std::string form_with_model(const ModelCall& call)
{
    const auto parts = parts_of(call);
    std::string body;
    if (!parts)
        return body;
    for (const Part& part : *parts) {
        if (part.name != "model" || !part.file_name.empty())
            continue;
        const auto at = static_cast<std::size_t>(part.value.data() - call.form.data());
        body.reserve(call.form.size() + call.endpoint().model.size());
        body.append(call.form, 0, at).append(call.endpoint().model).append(call.form, at + part.value.size());
        return body;
    }
    return call.form;
}

} // namespace litellm::inference
