#pragma once

#include "litellm/core/random.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/archive.hpp"

namespace litellm::management {

/// Who deletes, for the archives.
[[nodiscard]] inline store::Deletion deletion_by(const Context& context, const Caller& by)
{
    store::Deletion deletion;
    deletion.id = new_uuid(context.random);
    deletion.at = context.now();
    deletion.by_user = by.author();
    deletion.by_key = by.principal->key_hash;
    deletion.changed_by = by.changed_by;
    return deletion;
}

} // namespace litellm::management
