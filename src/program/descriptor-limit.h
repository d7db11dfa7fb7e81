/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* Lets this process have as many descriptors as it may: each running module takes
 * five, and the usual limit is one for programs that wait with select(). Workers get
 * the usual one back. */
void raise_descriptor_limit (void);
