// SPDX-License-Identifier: GPL-3.0-or-later
// What the caller lends to those who make something of many pages: the decoder and the threads live
// elsewhere.
#pragma once

#include "base/result.h"
#include "image/image.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>

namespace linka {

// Told how far the work is; an error that it answers ends the work and comes back.
using WorkGoesOn = std::function<Result<void>(std::size_t done, std::size_t of)>;

using DecodeImage = std::function<Result<Image>(const std::filesystem::path& jp2)>;

// What is done with a page that was made, when its turn comes.
using TakePage = std::function<Result<void>()>;
struct PageWork {
  std::size_t pages = 0;
  std::uint64_t largest_px = 0;                            // of the largest page
  std::function<Result<TakePage>(std::size_t page)> make;  // from any thread, several at once
};
// Makes all pages and takes each in order, one at a time; the first failure in that order comes
// back and nothing is taken after it.
using MakePages = std::function<Result<void>(const PageWork& work)>;

// On the thread that asks, one page at a time.
Result<void> one_by_one(const PageWork& work);

}  // namespace linka
