import { useTranslation } from "react-i18next";
import { useEngine } from "@/engine/react";
import { Dialog } from "@/ui/feedback/Dialog";
import type { Unmade } from "./mend";
import { RecordForm } from "./RecordForm";
import { nameIn } from "./words";

interface Props {
  readonly unmade: Unmade;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A record that was refused, as a form with what it was to hold: made with other values, what waited for it follows. */
export function MendDialog({ unmade: { letter, create, fields }, opened, onClose }: Props) {
  const { t } = useTranslation();
  const engine = useEngine();
  const { type, values } = create;
  const [initial, fixed] = [true, false].map((isAsked) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => fields.includes(name) === isAsked)),
  );
  return (
    <Dialog opened={opened} onClose={onClose} title={t("letters.create", { name: nameIn(create) })}>
      <RecordForm
        type={type}
        fields={fields}
        initial={initial ?? {}}
        fixed={fixed ?? {}}
        complaint={letter.error}
        make={(mended) => {
          const [, ...rest] = letter.operations;
          engine.retry(letter.id, [{ ...create, values: mended }, ...rest]);
        }}
        submit={t("letters.sendAgain")}
        onCancel={onClose}
        onCreated={onClose}
      />
    </Dialog>
  );
}
