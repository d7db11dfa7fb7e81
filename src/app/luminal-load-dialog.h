/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What a person wants done with a module that was opened from outside. */
typedef enum
{
  LUMINAL_LOAD_NOTHING,
  LUMINAL_LOAD_MODULE, /* this file, from where it is */
  LUMINAL_LOAD_FOLDER, /* the folder that it is in, with all that is in there */
} LuminalLoadAnswer;

void              luminal_load_dialog_ask_async  (GtkWindow           *parent,
                                                  GFile               *file,
                                                  GCancellable        *cancellable,
                                                  GAsyncReadyCallback  callback,
                                                  gpointer             user_data);
LuminalLoadAnswer luminal_load_dialog_ask_finish (GtkWindow           *parent,
                                                  GAsyncResult        *result,
                                                  GError             **error);

G_END_DECLS
