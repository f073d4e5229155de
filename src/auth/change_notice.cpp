#include "litellm/auth/change_notice.hpp"

#include <array>
#include <string_view>

namespace litellm::auth {

namespace {

using Kind = ChangeNotice::Kind;

struct Name {
    Kind kind;
    std::string_view prefix;
};

constexpr std::array names{
    Name{Kind::key, "key:"},
    Name{Kind::user, "user:"},
    Name{Kind::team, "team:"},
};
constexpr std::string_view everything = "everything";
constexpr std::size_t longest_id = 4'000;

} // namespace

std::string to_string(const ChangeNotice& notice)
{
    for (const Name& name : names) {
        if (notice.kind == name.kind && notice.id.size() <= longest_id)
            return std::string(name.prefix) + notice.id;
    }
    return std::string(everything);
}

ChangeNotice notice_from(const std::string& text)
{
    for (const Name& name : names) {
        if (text.starts_with(name.prefix))
            return ChangeNotice{name.kind, text.substr(name.prefix.size())};
    }
    return ChangeNotice{};
}

Result<void> announce(db::Transaction& transaction, const ChangeNotice& notice)
{
    return transaction.announce(to_string(notice));
}

void forget(Authenticator& authenticator, const ChangeNotice& notice)
{
    switch (notice.kind) {
    case Kind::key:
        return authenticator.forget_key(notice.id);
    case Kind::user:
        return authenticator.forget_user(notice.id);
    case Kind::team:
        return authenticator.forget_team(notice.id);
    case Kind::everything:
        return authenticator.forget_everything();
    }
}

std::unique_ptr<db::Subscription>
follow_changes(db::Database& database, Authenticator& authenticator, EndUsers* end_users)
{
    const auto forget_everything = [&authenticator, end_users] {
        authenticator.forget_everything();
        if (end_users != nullptr)
            end_users->forget_all();
    };
    db::Subscriber subscriber;
    subscriber.on_notice = [&authenticator, forget_everything](const std::string& text) {
        const ChangeNotice notice = notice_from(text);
        if (notice.kind == Kind::everything)
            return forget_everything();
        forget(authenticator, notice);
    };
    subscriber.on_gap = forget_everything;
    return database.subscribe(std::move(subscriber));
}

} // namespace litellm::auth
