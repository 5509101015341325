// SPDX-License-Identifier: GPL-3.0-or-later
#include "stages/check/check.h"

#include <gtest/gtest.h>
