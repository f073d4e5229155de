#pragma once
// As precompiled.hpp, for tests.

#include "precompiled.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
