/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "luminal-write-all.h"

#include <errno.h>
#include <unistd.h>

gboolean
luminal_write_all (int           fd,
                   const guint8 *bytes,
                   gsize         size)
{
  while (size > 0)
    {
      gssize written = write (fd, bytes, size);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      bytes += written;
      size -= (gsize) written;
    }

  return TRUE;
}
