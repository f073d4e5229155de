#pragma once
// Templates of letters and pages: `{{name}}` is a value, escaped in HTML; `{{{name}}}` is put in as it is;
// `{{#name}}…{{/name}}` stays only where the value is not empty, `{{^name}}…{{/name}}` only where it is.

#include <map>
#include <string>
#include <string_view>

namespace litellm {

using TemplateValues = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] std::string escape_html(std::string_view text);
/// A name without a value is empty.
[[nodiscard]] std::string fill_template(std::string_view text, const TemplateValues& values, bool is_html);

} // namespace litellm
