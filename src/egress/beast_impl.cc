// SPDX-License-Identifier: Apache-2.0
//
// The compiled half of Beast (and of the part of Asio that it needs), once for the program.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
