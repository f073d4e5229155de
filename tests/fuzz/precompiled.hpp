#pragma once
// What nearly every file under test includes anyway, parsed once; cmake/precompiled.hpp without Boost.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

// The document type of the house is instantiated once, in precompiled.cpp.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;
