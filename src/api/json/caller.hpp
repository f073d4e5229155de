#pragma once
// Who a management call is from, and how its answer is wrapped.

#include "litellm/api/service.hpp"
#include "litellm/management/context.hpp"

namespace litellm::api {

[[nodiscard]] inline management::Caller caller_of(const Call& call)
{
    management::Caller caller;
    caller.principal = call.principal;
    caller.changed_by = call.changed_by();
    return caller;
}

/// A whole answer with status 200.
[[nodiscard]] inline JsonResponse answer(Json body)
{
    JsonResponse response;
    response.body = std::move(body);
    return response;
}

} // namespace litellm::api
