// The one translation unit that holds Beast's compiled half and that of Asio's TLS.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
