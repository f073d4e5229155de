# Everything comes from Debian 12 packages; see scripts/install-dependencies for the list.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(spdlog REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
# It asks for 64-bit file offsets, which 64-bit systems have anyway; the definition alone would make precompiled headers useless.
set_target_properties(PkgConfig::HIREDIS PROPERTIES INTERFACE_COMPILE_OPTIONS "")
find_library(MIMALLOC_LIBRARY NAMES mimalloc)

find_path(BOOST_INCLUDE_DIRECTORY boost/asio.hpp REQUIRED)
add_library(litellm_boost INTERFACE)
target_include_directories(litellm_boost SYSTEM INTERFACE ${BOOST_INCLUDE_DIRECTORY})
target_compile_definitions(litellm_boost INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(litellm_boost INTERFACE Threads::Threads OpenSSL::SSL OpenSSL::Crypto)

# A document converts to a C++ value only where the code says get<>(): implicit conversions make Result<Json> ambiguous.
add_library(litellm_json INTERFACE)
target_link_libraries(litellm_json INTERFACE nlohmann_json::nlohmann_json)
target_compile_definitions(litellm_json INTERFACE JSON_USE_IMPLICIT_CONVERSIONS=0)
