import { type Icon, IconMail, IconNote, IconPhone, IconUsersGroup } from "@tabler/icons-react";
import type { NoteKind } from "./notes";
import classes from "./notes.module.css";

const icons: Record<NoteKind, Icon> = {
  note: IconNote,
  call: IconPhone,
  mail: IconMail,
  meeting: IconUsersGroup,
};

export function NoteIcon({ kind }: { readonly kind: NoteKind }) {
  const KindIcon = icons[kind];
  return (
    <span className={classes.icon}>
      <KindIcon size={14} aria-hidden />
    </span>
  );
}
