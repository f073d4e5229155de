#include "litellm/management/letter_service.hpp"

#include "refusals.hpp"

namespace litellm::management {

namespace {

Error not_configured()
{
    return invalid_input(
        "No e-mail transport is configured. Add smtp_email or resend_email to litellm_settings.callbacks."
    );
}

Result<void> change(db::Transaction& transaction, const Json& changes)
{
    auto switches = mail::PostOffice::load_event_settings(transaction);
    if (!switches)
        return switches.error();
    for (const auto& [name, value] : changes.items())
        (*switches)[name] = value;
    return mail::PostOffice::save_event_settings(transaction, *switches);
}

} // namespace

Task<Json> LetterService::load_switches()
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<Json>([](db::Transaction& transaction) {
        return mail::PostOffice::load_event_settings(transaction);
    });
}

Task<void> LetterService::change_switches(Json changes)
{
    if (context_.database == nullptr)
        co_return no_database();
    for (const auto& [name, value] : changes.items())
        if (!mail::event_from(name) || !value.is_boolean())
            co_return invalid_input(
                "There is no e-mail event of the name '" + name + "', or `enabled` is no boolean.", "settings"
            );
    co_return co_await context_.database->transact<void>([&](db::Transaction& transaction) {
        return change(transaction, changes);
    });
}

Task<void> LetterService::reset_switches()
{
    Json all = Json::object();
    for (const mail::Event event : mail::all_events())
        all[std::string(mail::to_string(event))] = true;
    co_return co_await change_switches(std::move(all));
}

Task<std::vector<mail::OutboxEntry>> LetterService::list(std::int64_t limit, std::int64_t offset)
{
    if (context_.database == nullptr)
        co_return no_database();
    co_return co_await context_.database->transact<std::vector<mail::OutboxEntry>>(
        [&](db::Transaction& transaction) { return mail::PostOffice::list(transaction, limit, offset); }
    );
}

Task<void> LetterService::retry(std::string id)
{
    if (context_.database == nullptr || office_ == nullptr)
        co_return not_configured();
    co_return co_await context_.database->transact<void>([&](db::Transaction& transaction) {
        return office_->retry(transaction, id);
    });
}

Task<void> LetterService::cancel(std::string id)
{
    if (context_.database == nullptr || office_ == nullptr)
        co_return not_configured();
    co_return co_await context_.database->transact<void>([&](db::Transaction& transaction) {
        return office_->cancel(transaction, id);
    });
}

Task<mail::PostOfficeReport> LetterService::report()
{
    if (context_.database == nullptr || office_ == nullptr)
        co_return mail::PostOfficeReport();
    co_return co_await context_.database->transact<mail::PostOfficeReport>([&](db::Transaction& transaction) {
        return office_->report(transaction);
    });
}

Task<void> LetterService::send_test_letter()
{
    if (office_ == nullptr)
        co_return not_configured();
    const std::string to = context_.settings.environment("TEST_EMAIL_ADDRESS").value_or("");
    if (to.empty())
        co_return invalid_input(
            "Set the environment variable TEST_EMAIL_ADDRESS to the address that the test letter goes to."
        );
    co_return co_await office_->send_test_letter(to);
}

} // namespace litellm::management
