// The one translation unit that holds Asio's compiled half.
#include <boost/asio/impl/src.hpp>
