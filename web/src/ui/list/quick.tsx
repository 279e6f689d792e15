import { useNavigate } from "@tanstack/react-router";
import { permissionTo } from "@/engine/metadata";
import { useEngine } from "@/engine/react";
import { defineQuick, type Quick } from "@/ui/home/quick";
import type { List } from "./list";

/** A new record of the list, made from everywhere in a workspace, and opened. */
export function quickOf({ type, page, icon, words, keys, Create }: List): Quick {
  return defineQuick({
    id: `${type}.new`,
    label: words.create,
    icon,
    section: "record",
    ...(keys?.create !== undefined && { shortcut: keys.create }),
    permission: permissionTo("create", type),
    Dialog: function New(props) {
      const navigate = useNavigate();
      const { workspace } = useEngine();
      return <Create {...props} onCreated={(id) => void navigate({ to: `/w/${workspace}/${page}/${id}` })} />;
    },
  });
}
