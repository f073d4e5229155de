#pragma once
// Templates of letters: `{{name}}` is a value, escaped in HTML; `{{{name}}}` is put in as it is; `{{#name}}…{{/name}}` stays only where the
// value is not empty, `{{^name}}…{{/name}}` only where it is.

#include <map>
#include <string>
#include <string_view>

namespace litellm::mail {

using Values = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] std::string escape_html(std::string_view text);
/// A name without a value is empty.
[[nodiscard]] std::string fill(std::string_view text, const Values& values, bool is_html);
/// An embedded file of `templates/`.
[[nodiscard]] std::string_view template_file(std::string_view name);

} // namespace litellm::mail
