#pragma once
// What nearly every file includes anyway, parsed once for a build with tests. A file still includes what it uses: builds
// without this header, as the release preset makes them, see to it.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// The document type of the house is instantiated once, in precompiled.cpp.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
