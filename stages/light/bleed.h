// SPDX-License-Identifier: GPL-3.0-or-later
// Print of the back that shines through. Part of the light stage.
#pragma once

#include <opencv2/core.hpp>

namespace linka {

// even: CV_8UC1 with paper at `white`. Faint print goes to white unless a stroke as dark as print
// of the front is within a quarter of a millimetre: its soft ends belong to it. `dark` is 255 where
// the page is a picture or dark otherwise, at any smaller size: nothing is taken out there. False:
// the page shows no print of the back and is left as it was.
bool clear_bleed(cv::Mat& even, const cv::Mat& dark, double dpi, double white);

}  // namespace linka
