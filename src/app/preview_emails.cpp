#include "preview_emails.hpp"

#include "litellm/mail/letter.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace litellm::app {

namespace {

bool write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out)
        fmt::print(stderr, "litellm-cpp: cannot write {}\n", file.string());
    else
        fmt::print("{}\n", file.string());
    return static_cast<bool>(out);
}

} // namespace

int preview_emails(const config::Config& config, const std::string& directory)
{
    std::error_code failed;
    std::filesystem::create_directories(directory, failed);
    if (failed) {
        fmt::print(stderr, "litellm-cpp: cannot make {}: {}\n", directory, failed.message());
        return 1;
    }
    std::string sender = config.environment("SMTP_SENDER_EMAIL").value_or("");
    if (!mail::is_address(sender))
        sender = "notifications@alerts.litellm.ai";
    bool is_whole = true;
    for (const auto& [name, letter] : mail::sample_letters(mail::branding_from(config.environment))) {
        const std::filesystem::path file = std::filesystem::path(directory) / name;
        is_whole =
            write(file.string() + ".eml", mail::to_message(letter, sender, SystemClock().now())) && is_whole;
        is_whole = write(file.string() + ".html", letter.html) && is_whole;
    }
    return is_whole ? 0 : 1;
}

} // namespace litellm::app
