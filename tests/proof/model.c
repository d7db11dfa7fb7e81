/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model.h"

#include <string.h>

/* One module of a transaction. */
typedef struct
{
  ModelModule *module;
  guint file;
  Content content;
  const ModelGeneration *revived;
  gboolean is_unchanged;
  gboolean was_running[MOST_PHOTONS];
  gboolean is_to_start[MOST_PHOTONS];
  gboolean is_stopped[MOST_PHOTONS];
  gboolean has_state[MOST_PHOTONS];
  guint state[MOST_PHOTONS];
  gboolean is_lost;    /* its process ended on the way */
  guint count[MOST_PHOTONS]; /* of the new ones */
} Member;

static void crash (Model *self,
                   guint  file);

guint
model_count_photons (guint file)
{
  return file == PAIR_FILE ? 2 : 1;
}

/* The photon of a file that does what its content's manner says. */
static guint
unruly (guint file)
{
  return model_count_photons (file) - 1;
}

static gboolean
ids_contain (const Ids *ids,
             guint      id)
{
  for (guint i = 0; i < ids->n; i++)
    {
      if (ids->ids[i] == id)
        return TRUE;
    }

  return FALSE;
}

static void
ids_add (Ids   *ids,
         guint  id)
{
  if (!ids_contain (ids, id) && ids->n < MOST_IDS)
    ids->ids[ids->n++] = id;
}

static void
ids_remove (Ids   *ids,
            guint  id)
{
  for (guint i = 0; i < ids->n; i++)
    {
      if (ids->ids[i] == id)
        ids->ids[i--] = ids->ids[--ids->n];
    }
}

/* What is on disk stays. */
static void
forget (ModelModule *module)
{
  *module = (ModelModule) { .disk = module->disk, .incarnation = module->incarnation + 1 };
}

static gboolean
has_status (const ModelModule *module,
            LuminalStatus      status)
{
  for (guint i = 0; module->is_known && i < module->n_handlers; i++)
    {
      if (module->photons[i].status == status)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_module (Manner manner)
{
  return manner < MANNER_GARBAGE;
}

static gboolean
is_idle (const ModelModule *module)
{
  return has_status (module, LUMINAL_STATUS_FAILED) || has_status (module, LUMINAL_STATUS_CRASHED) ||
         (has_status (module, LUMINAL_STATUS_LOADED) && module->autostart);
}

static void
compare (Member     *member,
         ModelFlags  flags)
{
  ModelModule *module = member->module;

  if (member->revived != NULL)
    return;

  if (!ids_contain (&module->quarantine, member->content.id) && !ids_contain (&module->aside, member->content.id))
    {
      module->quarantine.n = 0;
      module->aside.n = 0;
    }
  else if ((flags & MODEL_HEED) != 0)
    {
      member->is_unchanged = TRUE;
      return;
    }

  member->is_unchanged = module->has_code && (flags & MODEL_FORCE) == 0 &&
                         module->current.content.id == member->content.id && !is_idle (module);
}

static void
plan (Member *member)
{
  ModelModule *module = member->module;
  gboolean has_mates = module->autostart || has_status (module, LUMINAL_STATUS_RUNNING) ||
                       has_status (module, LUMINAL_STATUS_CRASHED);

  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      gboolean is_new = !module->is_known || i >= module->n_handlers;
      LuminalStatus status = is_new ? LUMINAL_STATUS_FAILED : module->photons[i].status;

      member->was_running[i] = !is_new && status == LUMINAL_STATUS_RUNNING;
      if (status == LUMINAL_STATUS_FAILED)
        member->is_to_start[i] = has_mates;
      else if (status == LUMINAL_STATUS_CRASHED)
        member->is_to_start[i] = TRUE;
      else if (status == LUMINAL_STATUS_LOADED)
        member->is_to_start[i] = module->autostart;
      else
        member->is_to_start[i] = member->was_running[i];

      if (member->revived != NULL && !member->was_running[i])
        {
          member->has_state[i] = member->revived->has_state[i];
          member->state[i] = member->revived->state[i];
        }
    }
}

static gboolean
save (Member *member)
{
  Manner manner = member->module->current.content.manner;

  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      if (!member->was_running[i])
        continue;
      if (i == unruly (member->file) && manner == MANNER_SAVE_FAILS)
        return FALSE;
      if (i == unruly (member->file) && manner == MANNER_SAVE_CRASHES)
        {
          member->is_lost = TRUE;
          member->is_stopped[i] = TRUE;
          continue;
        }
      member->has_state[i] = TRUE;
      member->state[i] = member->module->photons[i].count;
    }

  return TRUE;
}

static void
hand_over (Member *member)
{
  for (guint i = 0; i < model_count_photons (member->file); i++)
    member->is_stopped[i] |= member->was_running[i] && member->file != START_FIRST_FILE;
}

/* Those of the new generation, in their order. */
static gboolean
start_new (Member *member)
{
  Manner manner = member->content.manner;

  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      if (!member->is_to_start[i])
        continue;
      if (i == unruly (member->file) &&
          ((manner == MANNER_RESTORE_REFUSES && member->has_state[i]) || manner == MANNER_START_FAILS ||
           manner == MANNER_START_CRASHES || manner == MANNER_START_HANGS))
        return FALSE;
      member->count[i] = (member->has_state[i] ? member->state[i] : 0) + 1;
    }

  return TRUE;
}

static void
undo (Member *member)
{
  ModelModule *module = member->module;

  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      gboolean refuses = i == unruly (member->file) && module->current.content.manner == MANNER_RESTORE_REFUSES;

      /* Rather without its state than not at all. */
      if (member->is_stopped[i])
        module->photons[i].count = (member->has_state[i] && !refuses ? member->state[i] : 0) + 1;
    }
}

/* Of a source one looks at the text, of a module at its note. */
static gboolean
is_foreign (Model  *self,
            Manner  manner)
{
  return manner == MANNER_NO_PHOTON || (self->is_built && manner == MANNER_GARBAGE);
}

static void
put_on_record (Model      *self,
               Member     *member,
               ModelFlags  flags,
               gboolean    was_staged)
{
  ModelModule *module = member->module;

  if (module->has_code)
    return;

  if (is_foreign (self, member->content.manner) && (flags & MODEL_SKIP_FOREIGN) != 0)
    {
      forget (module);
      return;
    }
  if ((flags & MODEL_RECORD) == 0)
    {
      if (!module->is_known)
        forget (module);
      return;
    }

  if (was_staged)
    module->n_handlers = model_count_photons (member->file);
  else if (!module->is_known)
    module->n_handlers = 1;
  module->is_placed = !was_staged && (!module->is_known || module->is_placed);
  module->is_known = TRUE;
  for (guint i = 0; i < module->n_handlers; i++)
    module->photons[i].status = LUMINAL_STATUS_FAILED;
}

static void
keep (ModelModule           *module,
      const ModelGeneration *generation)
{
  module->good[module->n_good++] = *generation;
  if (module->n_good > KEPT_STATES)
    memset (module->good[module->n_good - KEPT_STATES - 1].has_state, 0, sizeof module->good->has_state);
}

static void
drop_kept (ModelModule *module,
           guint        index)
{
  module->n_good--;
  memmove (&module->good[index], &module->good[index + 1], (module->n_good - index) * sizeof *module->good);
}

static void
succeed (Model    *self,
         Member   *member,
         gboolean  has_cause)
{
  ModelModule *module = member->module;
  ModelGeneration before = module->current;
  ModelGeneration next = { .number = module->highest + 1, .content = member->content };
  gboolean was_good = module->has_begun && !member->is_lost && !has_status (module, LUMINAL_STATUS_FAILED) &&
                      !has_status (module, LUMINAL_STATUS_CRASHED);
  gboolean is_running = FALSE;

  if (member->revived != NULL)
    next = *member->revived;
  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      is_running |= member->is_to_start[i];
      if (module->has_code && member->was_running[i] && member->has_state[i])
        {
          before.has_state[i] = TRUE;
          before.state[i] = member->state[i];
        }
    }

  for (guint i = module->n_good; i > 0; i--)
    {
      if (module->good[i - 1].number == next.number)
        drop_kept (module, i - 1);
    }
  if (module->has_code && before.number != next.number && was_good && self->is_apart)
    {
      if (module->n_good == MOST_KEPT)
        drop_kept (module, 0);
      keep (module, &before);
    }
  memset (next.has_state, 0, sizeof next.has_state);
  module->highest = MAX (module->highest, next.number);
  module->has_begun = is_running;

  if (member->revived == NULL)
    {
      module->quarantine.n = 0;
      module->aside.n = 0;
    }
  else if (!has_cause)
    {
      ids_add (&module->aside, before.content.id);
      ids_remove (&module->aside, next.content.id);
    }
  module->current = next;
}

static void
commit (Model    *self,
        Member   *member,
        gboolean  has_cause)
{
  ModelModule *module = member->module;
  gboolean was_known = module->is_known;

  succeed (self, member, has_cause);
  for (guint i = 0; i < model_count_photons (member->file); i++)
    {
      gboolean is_new = !was_known || i >= module->n_handlers;

      if (member->is_to_start[i])
        module->photons[i].status = LUMINAL_STATUS_RUNNING;
      else if (is_new || module->photons[i].status != LUMINAL_STATUS_STOPPED)
        module->photons[i].status = LUMINAL_STATUS_LOADED;
      module->photons[i].count = member->count[i];
    }
  module->n_handlers = model_count_photons (member->file);
  module->is_known = TRUE;
  module->is_placed = FALSE;
  module->has_code = TRUE;
  module->n_restarts = 0;
}

/* Of a source: it does not compile, or need not be tried. */
static gboolean
is_not_built (Member     *member,
              ModelFlags  flags)
{
  Manner manner = member->content.manner;

  return member->revived == NULL &&
         (manner == MANNER_GARBAGE || manner == MANNER_TRUNCATED ||
          (manner == MANNER_NO_PHOTON && (flags & MODEL_SKIP_FOREIGN) != 0));
}

/* All or none. */
static gboolean
transact (Model      *self,
          Member     *members,
          guint       n_members,
          ModelFlags  flags,
          gboolean    has_cause)
{
  gboolean goes_well = TRUE;
  guint n_begun;

  for (guint i = 0; i < n_members; i++)
    {
      if (members[i].content.manner == MANNER_ABSENT)
        return FALSE;
    }
  for (guint i = 0; i < n_members && self->is_built; i++)
    {
      if (is_not_built (&members[i], flags))
        {
          put_on_record (self, &members[i], flags, FALSE);
          return FALSE;
        }
    }
  for (guint i = 0; i < n_members; i++)
    compare (&members[i], flags);
  for (guint i = 0; i < n_members; i++)
    {
      if (members[i].is_unchanged)
        continue;
      if (!is_module (members[i].content.manner))
        {
          put_on_record (self, &members[i], flags, FALSE);
          return FALSE;
        }
      plan (&members[i]);
    }

  for (n_begun = 0; n_begun < n_members && goes_well; n_begun++)
    goes_well = members[n_begun].is_unchanged || save (&members[n_begun]);
  for (guint i = 0; i < n_members && goes_well; i++)
    {
      if (!members[i].is_unchanged)
        hand_over (&members[i]);
    }
  for (guint i = 0; i < n_members && goes_well; i++)
    {
      goes_well = members[i].is_unchanged || start_new (&members[i]);
      if (!goes_well)
        put_on_record (self, &members[i], flags, TRUE);
    }

  for (guint i = 0; i < n_members; i++)
    {
      if (members[i].is_unchanged)
        continue;
      if (goes_well)
        commit (self, &members[i], has_cause);
      else if (members[i].module->has_code)
        undo (&members[i]);
    }
  for (guint i = 0; i < n_members && goes_well; i++)
    {
      if (!members[i].is_unchanged && members[i].content.manner == MANNER_CRASHES_SOON &&
          has_status (members[i].module, LUMINAL_STATUS_RUNNING))
        crash (self, members[i].file);
    }

  return goes_well;
}

/* On probation, which is for ever here. */
static void
crash (Model *self,
       guint  file)
{
  ModelModule *module = &self->modules[file];
  ModelGeneration target;
  Member member = { 0 };

  self->has_crashed = TRUE;
  for (guint i = 0; i < module->n_handlers; i++)
    {
      if (module->photons[i].status == LUMINAL_STATUS_RUNNING)
        module->photons[i].status = LUMINAL_STATUS_CRASHED;
    }

  if (module->n_good > 0 && module->good[module->n_good - 1].content.id != module->current.content.id)
    {
      target = module->good[module->n_good - 1];
      ids_add (&module->quarantine, module->current.content.id);
      member.module = module;
      member.file = file;
      member.content = target.content;
      member.revived = &target;
      transact (self, &member, 1, MODEL_NONE, TRUE);
      return;
    }

  /* It is started again after a while, and for longer each time. */
  self->is_hopeless |= module->current.content.manner == MANNER_CRASHES_SOON || module->n_restarts > 1;
  module->n_restarts++;
  for (guint i = 0; i < module->n_handlers; i++)
    {
      if (module->photons[i].status == LUMINAL_STATUS_CRASHED)
        module->photons[i] = (ModelPhoton) { LUMINAL_STATUS_RUNNING, 1 };
    }
}

static gboolean
attempt (Model      *self,
         guint       file,
         ModelFlags  flags)
{
  Member member = { .module = &self->modules[file], .file = file, .content = self->modules[file].disk };

  return transact (self, &member, 1, flags, FALSE);
}

gboolean
model_load (Model *self,
            guint  file)
{
  if (self->modules[file].has_code)
    return TRUE;

  return attempt (self, file, MODEL_NONE);
}

gboolean
model_unload (Model *self,
              guint  file)
{
  ModelModule *module = &self->modules[file];
  gboolean goes_well = module->is_known;

  if (module->has_code && module->photons[unruly (file)].status == LUMINAL_STATUS_RUNNING)
    goes_well = module->current.content.manner != MANNER_FINALIZER_FAILS &&
                module->current.content.manner != MANNER_FINALIZER_HANGS;
  if (module->is_known)
    forget (module);
  return goes_well;
}

gboolean
model_reload (Model       *self,
              const guint *files,
              guint        n_files,
              ModelFlags   flags)
{
  Member members[N_FILES] = { 0 };

  for (guint i = 0; i < n_files; i++)
    {
      members[i] = (Member) {
        .module = &self->modules[files[i]],
        .file = files[i],
        .content = self->modules[files[i]].disk,
      };
      if (!members[i].module->is_known)
        return FALSE;
    }

  return transact (self, members, n_files, flags, FALSE);
}

gboolean
model_revert (Model *self,
              guint  file)
{
  ModelModule *module = &self->modules[file];
  ModelGeneration target;
  Member member = { .module = module, .file = file, .revived = &target };

  if (!module->is_known || module->n_good == 0)
    return FALSE;

  target = module->good[module->n_good - 1];
  member.content = target.content;
  return transact (self, &member, 1, MODEL_NONE, FALSE);
}

gboolean
model_start (Model *self,
             guint  file,
             guint  photon)
{
  ModelModule *module = &self->modules[file];
  Manner manner = module->current.content.manner;

  if (module->photons[photon].status == LUMINAL_STATUS_RUNNING)
    return TRUE;
  if (!module->has_code)
    return FALSE;

  module->n_restarts = 0;
  if (photon == unruly (file) &&
      (manner == MANNER_START_FAILS || manner == MANNER_START_CRASHES || manner == MANNER_START_HANGS))
    {
      module->photons[photon].status = LUMINAL_STATUS_FAILED;
      return FALSE;
    }

  module->photons[photon] = (ModelPhoton) { LUMINAL_STATUS_RUNNING, 1 };
  module->has_begun = TRUE;
  if (manner == MANNER_CRASHES_SOON)
    crash (self, file);
  return TRUE;
}

gboolean
model_stop (Model *self,
            guint  file,
            guint  photon)
{
  ModelModule *module = &self->modules[file];
  LuminalStatus status = module->photons[photon].status;

  if (status != LUMINAL_STATUS_RUNNING && status != LUMINAL_STATUS_CRASHED)
    return FALSE;

  module->photons[photon].status = LUMINAL_STATUS_STOPPED;
  return status == LUMINAL_STATUS_CRASHED || photon != unruly (file) ||
         (module->current.content.manner != MANNER_FINALIZER_FAILS &&
          module->current.content.manner != MANNER_FINALIZER_HANGS);
}

void
model_kill (Model *self,
            guint  file)
{
  if (has_status (&self->modules[file], LUMINAL_STATUS_RUNNING))
    crash (self, file);
}

/* The old one leaves, whatever its finalizer says, and takes along all that is known of it. */
void
model_rename (Model    *self,
              guint     file,
              gboolean  is_watched)
{
  model_unload (self, file);
  if (is_watched)
    model_notice (self, file);
}

void
model_notice (Model *self,
              guint  file)
{
  ModelModule *module = &self->modules[file];

  if (module->disk.manner == MANNER_ABSENT)
    {
      model_unload (self, file);
      return;
    }

  module->autostart = TRUE;
  attempt (self, file, MODEL_RECORD | MODEL_SKIP_FOREIGN | MODEL_HEED);
}
