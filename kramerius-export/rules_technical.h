// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles of technical records: PREMIS objects, events and agents, MIX.
#pragma once

#include "kramerius-export/rules_shape.h"

namespace linka::rules {

enum class ObjectKind { original_scan, master_copy, alto };
Shape premis_object_shape(const Standard& standard, ObjectKind kind);
Shape premis_event_shape();
Shape premis_agent_shape();
Shape mix_shape(bool original_scan);

}  // namespace linka::rules
