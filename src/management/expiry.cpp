#include "litellm/management/caretaker.hpp"

#include "refusals.hpp"

#include "litellm/store/key_reveals.hpp"
#include "litellm/store/sessions.hpp"

namespace litellm::management {

Task<std::int64_t> Caretaker::remove_what_expired()
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<std::int64_t>(
        [&](db::Transaction& transaction) -> Result<std::int64_t> {
            const auto sessions = store::remove_expired_sessions(transaction, context_.now());
            if (!sessions)
                return sessions.error();
            const auto reveals = store::remove_stale_key_reveals(transaction, context_.now());
            if (!reveals)
                return reveals.error();
            return *sessions + *reveals;
        }
    );
}

} // namespace litellm::management
