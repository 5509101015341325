// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/bytes.h"

namespace linka {

// Writes all of it to an open file, as write(2) may write a part or be interrupted.
// 0, or the errno of what went wrong.
int write_all(int fd, ByteView bytes);

}  // namespace linka
