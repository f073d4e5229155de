#include "litellm/core/text_template.hpp"

#include <gtest/gtest.h>

namespace litellm {
namespace {

TEST(TextTemplates, KeepSectionsOnlyWhereTheirValueIs)
{
    const TemplateValues values{{"a", "<1>"}};
    EXPECT_EQ(
        fill_template("{{#a}}x{{a}}{{{a}}}{{/a}}{{^a}}y{{/a}}{{#b}}z{{/b}}{{^b}}w{{/b}}", values, true),
        "x&lt;1&gt;<1>w"
    );
    EXPECT_EQ(fill_template("{{a}} {{nothing}}.", values, false), "<1> .");
    EXPECT_EQ(fill_template("broken {{a", values, false), "broken ");
}

TEST(TextTemplates, EscapeWhatHtmlKnows)
{
    EXPECT_EQ(escape_html("<a href=\"x\">'&'</a>"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

} // namespace
} // namespace litellm
