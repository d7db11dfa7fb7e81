/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A plugin of libpeas that does no more than a photon here does. The digits of its type's name are written over
 * in its file. */

#include <gmodule.h>
#include <libpeas/peas.h>

typedef PeasExtensionBase BenchPlugin;
typedef PeasExtensionBaseClass BenchPluginClass;

G_MODULE_EXPORT void peas_register_types (PeasObjectModule *module);

static void bench_plugin_activate (PeasActivatable *activatable) {}

enum
{
  PROP_OBJECT = 1
};

static void
get_property (GObject    *object,
              guint       property_id,
              GValue     *value,
              GParamSpec *pspec)
{
}

static void
set_property (GObject      *object,
              guint         property_id,
              const GValue *value,
              GParamSpec   *pspec)
{
}

static void
class_init (GObjectClass *object_class,
            gpointer      data)
{
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  g_object_class_override_property (object_class, PROP_OBJECT, "object");
}

static void
activatable_init (PeasActivatableInterface *iface,
                  gpointer                  data)
{
  iface->activate = bench_plugin_activate;
  iface->deactivate = bench_plugin_activate;
}

G_MODULE_EXPORT void
peas_register_types (PeasObjectModule *module)
{
  static const GTypeInfo info = {
    .class_size = sizeof (BenchPluginClass),
    .class_init = (GClassInitFunc) (void (*) (void)) class_init,
    .instance_size = sizeof (BenchPlugin),
  };
  static const GInterfaceInfo iface = { (GInterfaceInitFunc) (void (*) (void)) activatable_init, NULL, NULL };
  GType type = g_type_module_register_type (G_TYPE_MODULE (module), PEAS_TYPE_EXTENSION_BASE,
                                            "BenchPlugin00000", &info, 0);

  g_type_module_add_interface (G_TYPE_MODULE (module), type, PEAS_TYPE_ACTIVATABLE, &iface);
  peas_object_module_register_extension_type (module, PEAS_TYPE_ACTIVATABLE, type);
}
