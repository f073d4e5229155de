#pragma once
// Files and batches, which live at a provider and belong to whoever made them there through this proxy.

#include <string>

namespace litellm::inference {

/// One call of /files or /batches, as its route and path say it.
struct FilesCall {
    enum class Kind { file, batch };
    enum class Verb { create, list, show, remove, content, cancel };
    Kind kind = Kind::file;
    Verb verb = Verb::list;
    std::string id;       ///< of one file or batch
    std::string provider; ///< of the path; empty when the path names none
};

} // namespace litellm::inference
