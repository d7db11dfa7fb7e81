/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "luminal-build-job.h"
#include "luminal-build-scratch.h"

G_BEGIN_DECLS

/* The compiler's command lines. A source alone is compiled and linked by one, several are
 * compiled by one each and linked by another. */
guint  luminal_build_count_sources   (LuminalBuildOrder   *order);
GStrv  luminal_build_compile_command (LuminalBuildOrder   *order,
                                      LuminalBuildScratch *scratch,
                                      guint                n);
GStrv  luminal_build_link_command    (LuminalBuildOrder   *order,
                                      LuminalBuildScratch *scratch);
GStrv  luminal_build_list_command    (LuminalBuildOrder   *order,
                                      LuminalBuildScratch *scratch);

GStrv  luminal_build_environment     (LuminalBuildOrder   *order,
                                      LuminalBuildScratch *scratch);
char  *luminal_build_key             (LuminalBuildOrder   *order,
                                      const char          *checksum);

G_END_DECLS
