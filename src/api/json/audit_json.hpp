#pragma once
// The audit log on the wire.

#include "litellm/api/service.hpp"
#include "litellm/management/audit_log.hpp"

namespace litellm::api {

[[nodiscard]] Result<management::AuditQuery> audit_query_from(const Call& call);

[[nodiscard]] Json to_json(const store::AuditRecord& record);
/// `{audit_logs, total, page, page_size, total_pages}`
[[nodiscard]] Json to_json(const store::AuditPage& page, const store::AuditFilter& filter);

} // namespace litellm::api
