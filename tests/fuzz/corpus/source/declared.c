/* luminal: packages = libsoup-3.0 json-glib-1.0 >= 1.6
 * luminal: sources = parser.c "lib/odd name.c"
 * luminal: defines = GREETING=3 VERBOSE 'TEXT="a b"'
 */
// luminal: flags = -Wno-unused -Iinclude -lm
#include <luminal.h>
#include "beside.h"
# include "lib/other.h" /* luminal: flags = -g */
