#pragma once

#include "litellm/db/database.hpp"

namespace litellm::db {

/// Ends the work of a database's threads: what is under way comes to its end and is handed to whoever waits
/// for it, what still waits is refused with unavailable, and so is all that comes later. To be called before
/// the event loops go away that results are brought back to. Blocks; a second call does nothing.
void close_database(Database& database);

} // namespace litellm::db
