#include "litellm/management/sessions.hpp"

#include "change_record.hpp"
#include "passwords.hpp"
#include "refusals.hpp"
#include "session_start.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/store/passwords.hpp"
#include "litellm/store/sessions.hpp"

#include <array>

namespace litellm::management {

namespace {

constexpr std::size_t token_bytes = 32;

struct Known {
    std::optional<store::User> user;
    std::optional<std::string> password;
};

Error invalid_credentials()
{
    return Error{
        ErrorKind::unauthorized,
        "Invalid credentials used to access UI.\nCheck 'UI_USERNAME', 'UI_PASSWORD' in .env file",
        "invalid_credentials",
        "auth_error"};
}

Error not_signed_in()
{
    return Error{ErrorKind::unauthorized, "You are not signed in.", "invalid_credentials", "auth_error"};
}

Result<Known> find_known(db::Transaction& transaction, const std::string& name)
{
    Known known;
    auto user = store::find_user_by_email(transaction, name);
    if (user && !*user)
        user = store::find_user(transaction, name);
    if (!user)
        return user.error();
    known.user = std::move(*user);
    // Asked for nobody too: whether somebody exists shows in no statement more or less.
    auto password = store::find_password(transaction, known.user ? known.user->user_id : name);
    if (!password)
        return password.error();
    known.password = std::move(*password);
    return known;
}

/// The operator has a row as soon as he has signed in, and it says that he is an admin.
Result<store::User>
operators_row(db::Transaction& transaction, const Context& context, const std::string& user_id)
{
    auto known = store::lock_user(transaction, user_id);
    if (!known)
        return known.error();
    if (*known && (*known)->user_role == "proxy_admin")
        return std::move(**known);
    store::User user = known->value_or(store::User());
    Change made{ChangeAction::created, user_table, user_id, std::nullopt, std::nullopt};
    if (*known) {
        made.action = ChangeAction::updated;
        made.before = store::document_of(user);
    }
    user.user_id = user_id;
    user.user_role = "proxy_admin";
    user.updated_at = context.now();
    if (!*known)
        user.created_at = user.updated_at;
    const auto stored =
        *known ? store::update_user(transaction, user) : store::insert_user(transaction, user);
    if (!stored)
        return stored.error();
    made.after = store::document_of(user);
    const auto recorded = record_change(transaction, context, caller_of(user, "sign-in"), made);
    if (!recorded)
        return recorded.error();
    return user;
}

Result<std::optional<Session>> find_in(
    db::Transaction& transaction, const Context& context, const Secret& token, const SignInSettings& settings
)
{
    const auto session = store::find_session(transaction, sha256_hex(token.reveal()), context.now());
    if (!session)
        return session.error();
    if (!*session)
        return std::optional<Session>();
    auto user = store::find_user(transaction, (*session)->user_id);
    if (!user)
        return user.error();
    if (!*user || !may_sign_in(**user, settings))
        return std::optional<Session>();
    const auto has_password = store::has_password(transaction, (*user)->user_id);
    if (!has_password)
        return has_password.error();
    return std::optional(Session{std::move(**user), (*session)->expires_at, *has_password});
}

} // namespace

Result<void> may_sign_in(const store::User& user, const SignInSettings& settings)
{
    const std::string role = user.user_role.value_or("");
    const bool calls_models_only = role == "team" || role == "customer";
    const bool is_admin = role == "proxy_admin" || role == "proxy_admin_viewer";
    if (calls_models_only || (settings.admins_only && !is_admin))
        return forbidden("Your role has no access to these pages.");
    return {};
}

Caller caller_of(const store::User& user, const std::string& through)
{
    auto principal = std::make_shared<auth::Principal>();
    principal->user_id = user.user_id;
    principal->role = auth::role_from(user.user_role);
    principal->key_hash = through;
    return Caller{std::move(principal), {}};
}

Result<NewSession> start_session(
    db::Transaction& transaction, const Context& context, const SignInSettings& settings, store::User user
)
{
    std::array<unsigned char, token_bytes> bytes{};
    context.random.fill(bytes);
    NewSession session;
    session.token = Secret(to_base64url(bytes));
    session.user = std::move(user);
    session.expires_at = context.now() + settings.session_length;
    const store::UiSession row{
        sha256_hex(session.token.reveal()), session.user.user_id, context.now(), session.expires_at};
    if (const auto stored = store::insert_session(transaction, row); !stored)
        return stored.error();
    return session;
}

SignInSettings sign_in_settings(const config::Config& config, const std::optional<Secret>& master_key)
{
    const auto text = [&](const char* name) { return config.environment(name).value_or(""); };
    SignInSettings settings;
    if (const auto name = text("UI_USERNAME"); !name.empty())
        settings.operator_name = name;
    if (const auto password = text("UI_PASSWORD"); !password.empty())
        settings.operator_password = Secret(password);
    else
        settings.operator_password = master_key;
    const Json& general = config.general.raw;
    if (general.is_object() && general.value("disable_env_credential_login", Json()) == Json(true))
        settings.operator_password.reset();
    settings.admins_only =
        general.is_object() && general.value("ui_access_mode", Json()) == Json("admin_only");
    if (const auto id = text("PROXY_ADMIN_ID"); !id.empty())
        settings.operator_user_id = id;
    if (const auto length = parse_duration(text("LITELLM_UI_SESSION_DURATION"));
        length && length->approximate().count() > 0)
        settings.session_length = length->approximate();
    return settings;
}

Sessions::Sessions(const Context& context, SignInSettings settings)
    : context_(context), settings_(std::move(settings)), guard_(context.clock)
{
}

bool Sessions::is_operator(const Credentials& credentials) const
{
    if (!settings_.operator_password || settings_.operator_password->empty())
        return false;
    const bool is_name = equal_in_constant_time(credentials.name, settings_.operator_name);
    const bool is_password =
        equal_in_constant_time(credentials.password.reveal(), settings_.operator_password->reveal());
    return is_name && is_password;
}

Task<NewSession> Sessions::sign_in(Credentials credentials)
{
    if (context_.database == nullptr)
        co_return no_database();
    if (const auto admitted = guard_.admit(credentials.name, credentials.address); !admitted)
        co_return admitted.error();
    auto known = co_await context_.database->transact<Known>([&](db::Transaction& transaction) {
        return find_known(transaction, credentials.name);
    });
    if (!known)
        co_return known.error();
    // Always, so that every answer takes as long as the others.
    const auto check = co_await check_in_background(context_, credentials.password, known->password);
    if (!check)
        co_return check.error();
    const bool is_the_operator = is_operator(credentials);
    if (!is_the_operator && (!known->user || !check->is_right))
        co_return invalid_credentials();
    if (!is_the_operator) {
        if (const auto allowed = may_sign_in(*known->user, settings_); !allowed)
            co_return allowed.error();
    }
    std::string kept;
    if (!is_the_operator && check->is_outdated) {
        auto hashed = co_await hash_in_background(context_, credentials.password);
        if (!hashed)
            co_return hashed.error();
        kept = std::move(*hashed);
    }
    auto session = co_await context_.database->transact<NewSession>(
        [&](db::Transaction& transaction) -> Result<NewSession> {
            if (is_the_operator) {
                auto row = operators_row(transaction, context_, settings_.operator_user_id);
                if (!row)
                    return row.error();
                return start_session(transaction, context_, settings_, std::move(*row));
            }
            // Between the look and now, somebody may have set another password.
            const auto password = store::find_password(transaction, known->user->user_id);
            if (!password)
                return password.error();
            if (*password != known->password)
                return invalid_credentials();
            if (!kept.empty()) {
                const auto set = store::set_password(transaction, known->user->user_id, kept, context_.now());
                if (!set)
                    return set.error();
            }
            return start_session(transaction, context_, settings_, *known->user);
        }
    );
    if (!session)
        co_return session.error();
    guard_.succeeded(credentials.name, credentials.address);
    co_return session;
}

Task<std::optional<Session>> Sessions::find(Secret token)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<std::optional<Session>>([&](db::Transaction& transaction) {
        return find_in(transaction, context_, token, settings_);
    });
}

Task<bool> Sessions::sign_out(Secret token)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<bool>([&](db::Transaction& transaction) {
        return store::remove_session(transaction, sha256_hex(token.reveal()));
    });
}

Task<NewSession> Sessions::change_password(Secret token, Secret current, Secret wanted, std::string address)
{
    if (context_.database == nullptr)
        co_return no_database();
    const auto session = co_await find(token);
    if (!session)
        co_return session.error();
    if (!*session)
        co_return not_signed_in();
    if (const auto checked = check_new_password(wanted); !checked)
        co_return checked.error();
    const store::User& user = (*session)->user;
    const std::string name = "change of password:" + user.user_id;
    if (const auto admitted = guard_.admit(name, address); !admitted)
        co_return admitted.error();
    const auto stored =
        co_await context_.database->transact<std::optional<std::string>>([&](db::Transaction& transaction) {
            return store::find_password(transaction, user.user_id);
        });
    if (!stored)
        co_return stored.error();
    const auto check = co_await check_in_background(context_, current, *stored);
    if (!check)
        co_return check.error();
    if (!check->is_right)
        co_return Error{
            ErrorKind::unauthorized,
            "The current password is another one.",
            "current_password",
            "auth_error"};
    const auto kept = co_await hash_in_background(context_, wanted);
    if (!kept)
        co_return kept.error();
    auto changed = co_await context_.database->transact<NewSession>(
        [&](db::Transaction& transaction) -> Result<NewSession> {
            const auto now_stored = store::find_password(transaction, user.user_id);
            if (!now_stored)
                return now_stored.error();
            if (*now_stored != *stored)
                return not_signed_in();
            if (const auto replaced = replace_password(transaction, context_, user.user_id, *kept); !replaced)
                return replaced.error();
            Change made{
                ChangeAction::updated, user_table, user.user_id, std::nullopt, Json{{"password", "changed"}}};
            const auto recorded = record_change(transaction, context_, caller_of(user, "session"), made);
            if (!recorded)
                return recorded.error();
            return start_session(transaction, context_, settings_, user);
        }
    );
    if (!changed)
        co_return changed.error();
    guard_.succeeded(name, address);
    co_return changed;
}

} // namespace litellm::management
