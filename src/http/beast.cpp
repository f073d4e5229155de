// The one translation unit that holds Beast's compiled half.
#include <boost/beast/src.hpp>
