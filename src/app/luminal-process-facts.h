/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>
#include <luminal.h>

G_BEGIN_DECLS

#define LUMINAL_TYPE_PROCESS_FACTS (luminal_process_facts_get_type ())

G_DECLARE_FINAL_TYPE (LuminalProcessFacts, luminal_process_facts, LUMINAL, PROCESS_FACTS, GtkWidget)

void luminal_process_facts_set_handler (LuminalProcessFacts *self,
                                        LuminalHandler      *handler);

G_END_DECLS
