#include "litellm/core/metrics_text.hpp"

#include <gtest/gtest.h>

namespace litellm {
namespace {

TEST(MetricsTexts, AreWhatPrometheusReads)
{
    MetricsText text;
    text.describe("email_sent_total", "counter", "Letters that were sent");
    text.sample("email_sent_total", {{"event", "a \"b\" \\ c\nd"}, {"transport", "smtp_email"}}, 3);
    text.sample("email_outbox_pending", {}, 0.5);
    EXPECT_EQ(
        text.text(),
        "# HELP email_sent_total Letters that were sent\n# TYPE email_sent_total counter\n"
        "email_sent_total{event=\"a \\\"b\\\" \\\\ c\\nd\",transport=\"smtp_email\"} 3\nemail_outbox_pending "
        "0.5\n"
    );
}

} // namespace
} // namespace litellm
