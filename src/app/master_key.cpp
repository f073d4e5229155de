#include "master_key.hpp"

#include "litellm/core/encoding.hpp"
#include "litellm/core/log.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <set>

namespace litellm::app {

namespace {

constexpr std::size_t random_bytes = 24;
constexpr std::size_t strong_length = 20;

bool is_weak(const std::string& key)
{
    const std::set<char> different(key.begin(), key.end());
    return key.size() < strong_length || different.size() < 8;
}

Error file_error(const std::filesystem::path& file, std::string_view what)
{
    return unavailable(
        fmt::format("cannot {} the master key file {}: {}", what, file.string(), std::strerror(errno))
    );
}

Result<std::optional<Secret>> read_key(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        if (errno == ENOENT)
            return std::optional<Secret>();
        return file_error(file, "read");
    }
    std::array<char, 512> buffer{};
    const auto count = ::read(descriptor, buffer.data(), buffer.size());
    ::close(descriptor);
    if (count < 0)
        return file_error(file, "read");
    const std::string_view text = trim(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
    if (!text.starts_with("sk-"))
        return invalid_input(
            fmt::format("{} does not hold a key; remove the file to get a new one", file.string())
        );
    return std::optional<Secret>(Secret(std::string(text)));
}

Result<Secret> make_key(const std::filesystem::path& file, Random& random)
{
    std::array<unsigned char, random_bytes> bytes{};
    random.fill(bytes);
    const std::string key = "sk-" + to_base64url(bytes);
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return file_error(file, "make");
    const std::string line = key + "\n";
    const bool written = ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
        ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written)
        return file_error(file, "write");
    return Secret(key);
}

} // namespace

bool is_loopback(const std::string& host)
{
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<MasterKey> provide_master_key(const config::Config& config, Random& random)
{
    MasterKey master;
    if (config.general.master_key) {
        master.key = config.general.master_key;
        if (is_weak(master.key->reveal())) {
            if (config.general.require_strong_master_key)
                return invalid_input(
                    fmt::format("the master key is weak: use at least {} random characters", strong_length),
                    "master_key"
                );
            log::warning(
                "app",
                "THE MASTER KEY IS WEAK: whoever guesses it owns every key, budget and provider account "
                "behind this proxy. Use at least {} random characters",
                strong_length
            );
        }
        return master;
    }
    const bool embedded = !config.general.database_url || config.general.database_url->starts_with("sqlite:");
    if (!embedded) {
        if (!is_loopback(config.server.host))
            return invalid_input(
                "there is no master key. Set general_settings.master_key or LITELLM_MASTER_KEY to a long "
                "random text that starts with sk-, or listen on 127.0.0.1",
                "master_key"
            );
        master.open_access = true;
        log::warning(
            "app", "there is no master key: everybody who can reach {} is proxy admin", config.server.host
        );
        return master;
    }
    master.file = config.server.data_directory / "master_key";
    auto known = read_key(master.file);
    if (!known)
        return known.error();
    if (*known) {
        master.key = std::move(**known);
        return master;
    }
    auto made = make_key(master.file, random);
    if (!made)
        return made.error();
    master.key = std::move(*made);
    master.is_new = true;
    return master;
}

} // namespace litellm::app
