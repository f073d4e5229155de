#pragma once
// Everything the process owns, in the order in which it depends on each other.

#include "litellm/api/model_routes.hpp"
#include "litellm/api/people_routes.hpp"
#include "litellm/api/service.hpp"
#include "litellm/auth/authenticator.hpp"
#include "litellm/auth/end_users.hpp"
#include "litellm/config/config.hpp"
#include "litellm/core/background.hpp"
#include "litellm/core/random.hpp"
#include "litellm/core/time.hpp"
#include "litellm/db/database.hpp"
#include "litellm/http/event_loops.hpp"
#include "litellm/http/server.hpp"
#include "litellm/inference/model_service.hpp"
#include "litellm/jobs/clockwork.hpp"
#include "litellm/mail/post_office.hpp"
#include "litellm/management/budget_alerts.hpp"
#include "litellm/management/caretaker.hpp"
#include "litellm/management/key_events.hpp"
#include "litellm/management/letter_service.hpp"
#include "litellm/management/mailed_events.hpp"
#include "litellm/management/services.hpp"
#include "litellm/spend/accounts.hpp"
#include "litellm/spend/ledger.hpp"
#include "litellm/spend/price_book.hpp"
#include "litellm/spend/shared_budgets.hpp"
#include "master_key.hpp"

#include <functional>
#include <memory>

namespace litellm::app {

class Application {
public:
    /// Opens the database, the journal and the port; returns when the proxy answers. `give_up` is asked
    /// between tries to reach the database.
    [[nodiscard]] static Result<std::unique_ptr<Application>>
    start(config::Config config, const std::function<bool()>& give_up);
    /// Only brings the database up to date.
    [[nodiscard]] static Result<void>
    migrate_only(const config::Config& config, const std::function<bool()>& give_up);
    ~Application();
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] const MasterKey& master_key() const { return master_key_; }
    [[nodiscard]] const config::Config& config() const { return config_; }
    /// Lets calls under way finish, then writes what is left in the journal to the database.
    void shut_down(std::chrono::milliseconds patience);

private:
    Application(config::Config config, MasterKey master_key);
    Result<void> open(const std::function<bool()>& give_up);
    [[nodiscard]] Result<void> lease_budgets();
    void give_leases_back();
    [[nodiscard]] Result<void> connect_redis();
    void load_prices();
    void load_models();
    void open_post_office();
    [[nodiscard]] management::ModelHooks model_hooks();
    void follow_changes();
    /// Pages and endpoints by which people get in; none where nobody could be told from anybody.
    [[nodiscard]] api::PeopleServices open_doors(const management::Context& context);
    void describe(
        const management::Context& context,
        const api::ModelServices& model_services,
        const api::PeopleServices& people
    );
    Result<void> serve();

    SystemClock clock_;
    SystemRandom random_;
    config::Config config_;
    MasterKey master_key_;
    std::unique_ptr<db::Database> database_;
    spend::Accounts accounts_{clock_};
    std::unique_ptr<spend::Ledger> ledger_;
    std::unique_ptr<spend::SharedBudgets> shared_budgets_;
    spend::SharedRates shared_rates_{clock_};
    std::vector<std::shared_ptr<redis::Connection>> redis_; ///< one for each event loop; empty without Redis
    std::shared_ptr<spend::BudgetLeases> leases_;           ///< null where nobody else uses the database
    std::shared_ptr<const spend::PriceBook> prices_;
    std::unique_ptr<auth::Authenticator> authenticator_;
    std::unique_ptr<auth::EndUsers> end_users_;
    std::unique_ptr<db::Subscription> changes_;
    std::unique_ptr<inference::ModelService> models_;
    std::unique_ptr<mail::PostOffice> post_office_;
    std::unique_ptr<management::RevealBox> reveal_box_;
    std::unique_ptr<management::MailedEvents> mailed_events_;
    std::unique_ptr<Background> background_; ///< passwords are hashed on it
    std::unique_ptr<management::KeyGate> key_gate_;
    std::unique_ptr<management::ManagementServices> management_;
    std::unique_ptr<management::Caretaker> caretaker_;
    std::unique_ptr<management::BudgetAlerts> budget_alerts_;
    std::unique_ptr<management::LetterService> letters_;
    std::unique_ptr<management::Sessions> sessions_;
    std::unique_ptr<management::Onboarding> onboarding_;
    std::unique_ptr<management::OwnKeys> own_keys_;
    std::unique_ptr<management::ManagementServices> described_; ///< for the description of the API only
    std::unique_ptr<management::LetterService> described_letters_;
    std::unique_ptr<api::Service> api_;
    std::unique_ptr<http::EventLoops> loops_;
    std::unique_ptr<jobs::Clockwork> clockwork_;
    std::unique_ptr<http::Server> server_;
    bool shut_down_ = false;
};

} // namespace litellm::app
