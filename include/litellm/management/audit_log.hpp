#pragma once
// Reading the audit log: who changed what. For proxy admins and their viewers.

#include "litellm/core/task.hpp"
#include "litellm/management/context.hpp"
#include "litellm/store/audit_log.hpp"

#include <optional>
#include <string>

namespace litellm::management {

/// Dates are UTC; a date without a time stands for the whole day at either end.
struct AuditQuery {
    store::AuditFilter filter;
    std::optional<std::string> start_date;
    std::optional<std::string> end_date;
};

class AuditLog {
public:
    explicit AuditLog(const Context& context) : context_(context) {}

    /// invalid_input for a date that is none.
    [[nodiscard]] Task<store::AuditPage> list(const Caller& by, AuditQuery query);
    /// not_found for an unknown id.
    [[nodiscard]] Task<store::AuditRecord> load(const Caller& by, const std::string& id);

private:
    const Context context_;
};

} // namespace litellm::management
