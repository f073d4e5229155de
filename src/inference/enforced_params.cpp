#include "enforced_params.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace litellm::inference {

namespace {

/// `user`, or `metadata.generation_name`.
bool has_param(const Scan& scan, std::string_view path)
{
    const auto dot = path.find('.');
    const Member* member = scan.find(path.substr(0, dot));
    if (member == nullptr || member->value == "null")
        return false;
    if (dot == std::string_view::npos)
        return true;
    auto document = parse_json(member->value);
    if (!document)
        return false;
    const Json* at = &*document;
    path.remove_prefix(dot + 1);
    while (!path.empty()) {
        const auto end = std::min(path.find('.'), path.size());
        if (!at->is_object())
            return false;
        const auto found = at->find(path.substr(0, end));
        if (found == at->end() || found->is_null())
            return false;
        at = &*found;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return true;
}

Result<void> check(const Scan& scan, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        if (!has_param(scan, name))
            return Error{
                ErrorKind::invalid_input,
                fmt::format(
                    "BadRequest please pass param={} in request body. This is a required param", name
                ),
                name,
                "bad_request_error",
                400};
    }
    return {};
}

} // namespace

Result<void> check_enforced_params(const ModelCall& call, const config::GeneralSettings& settings)
{
    const auth::Principal& principal = *call.context.principal;
    if (const auto checked = check(call.scan, settings.enforced_params); !checked)
        return checked.error();
    if (principal.is_service_account) {
        if (const auto checked = check(call.scan, settings.service_account_enforced_params); !checked)
            return checked.error();
    }
    return check(call.scan, principal.enforced_params);
}

} // namespace litellm::inference
