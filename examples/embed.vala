/* SPDX-License-Identifier: GPL-3.0-or-later */

async void run (Luminal.Loader loader, File folder, MainLoop loop) {
  try {
    yield loader.watch_photons_async (folder, typeof (Luminal.Photon), null, true, null);
  } catch (Error error) {
    printerr ("%s\n", error.message);
    loop.quit ();
  }
}

async void end (Luminal.Loader loader, MainLoop loop) {
  var photons = new GenericArray<Object> ();
  for (var i = 0; i < loader.get_n_items (); i++)
    photons.add (loader.get_item (i));

  try {
    yield loader.unload_photons_async (photons, false, null);
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  loop.quit ();
}

int main (string[] arguments) {
  var loop = new MainLoop ();
  var loader = new Luminal.Loader (false, true);

  loader.event.connect ((event) => {
    unowned var error = event.get_error ();
    if (event.get_kind () == Luminal.EventKind.OUTPUT)
      print ("%s: %s\n", event.get_photon (), event.get_text ());
    else if (error != null)
      printerr ("%s\n", error.message);
  });
  Unix.signal_add (ProcessSignal.INT, () => { loop.quit (); return Source.CONTINUE; });
  Unix.signal_add (ProcessSignal.TERM, () => { loop.quit (); return Source.CONTINUE; });
  run.begin (loader, File.new_for_path (arguments.length > 1 ? arguments[1] : "photons"), loop);
  loop.run ();

  end.begin (loader, loop);
  loop.run ();
  return 0;
}
