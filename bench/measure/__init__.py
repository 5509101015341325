# SPDX-License-Identifier: GPL-3.0-or-later
"""What bench/batch is made of: scans with truth, programs that are run and watched, results that are kept."""
