import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { swallowSecondClick } from "@/ui/feedback/secondClick";
import type { Complaint } from "@/ui/record/validate";
import { useCountdown } from "./useCountdown";

export interface FormProps<Name extends string> {
  readonly busy: boolean;
  /** What the form as a whole has to say: a problem that no field shows. */
  readonly trouble: string | null;
  /** Whether that counts seconds down, which nobody wants read aloud each time. */
  readonly isCounting: boolean;
  readonly input: (name: Name) => {
    readonly name: Name;
    readonly value: string;
    readonly error: string | null;
    readonly onChange: (event: { currentTarget: { value: string } }) => void;
  };
  readonly submit: (event: FormEvent) => void;
}

interface Options<Name extends string> {
  readonly initial: Readonly<Record<Name, string>>;
  /** What is wrong with it from the start. */
  readonly complaint?: Complaint | undefined;
  readonly check: (values: Readonly<Record<Name, string>>) => readonly Complaint[];
  readonly send: (values: Readonly<Record<Name, string>>) => Promise<void>;
}

/**
 * A form of texts: checked before it is sent, and the server's answer stands at the field that it names. It is sent
 * until it succeeds, and then never again, however often the button is clicked before the form is gone.
 */
export function useForm<Name extends string>({
  initial,
  complaint,
  check,
  send,
}: Options<Name>): FormProps<Name> {
  const problemText = useProblemText();
  const [values, setValues] = useState(initial);
  const [complaints, setComplaints] = useState<readonly Complaint[]>(complaint ? [complaint] : []);
  const [busy, setBusy] = useState(false);
  const closed = useRef(false);
  const general = complaints.find(({ field }) => field === undefined || !(field in initial));
  const { t } = useTranslation();
  const asked = general?.params?.retryAfter;
  const left = useCountdown(general, typeof asked === "number" ? asked : null);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (closed.current) return;
    const form = event.currentTarget as HTMLFormElement;
    const found = check(values);
    setComplaints(found);
    const first = found[0]?.field;
    if (found.length > 0) {
      if (first !== undefined) form.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    closed.current = true;
    setBusy(true);
    try {
      await send(values);
      swallowSecondClick();
    } catch (error) {
      closed.current = false;
      setBusy(false);
      if (!(error instanceof ApiError)) throw error;
      setComplaints([error.problem]);
    }
  }

  return {
    busy,
    trouble:
      general === undefined
        ? null
        : left === null
          ? problemText(general)
          : left === 0
            ? t("common.waited")
            : problemText({ ...general, params: { ...general.params, retryAfter: left } }),
    isCounting: left !== null && left !== 0 && left !== asked,
    input(name) {
      const complaint = complaints.find(({ field }) => field === name);
      return {
        name,
        value: values[name],
        error: complaint === undefined ? null : problemText(complaint),
        onChange: (event) => {
          const { value } = event.currentTarget;
          setValues((before) => ({ ...before, [name]: value }));
          setComplaints((before) => before.filter(({ field }) => field !== undefined && field !== name));
        },
      };
    },
    submit: (event) => void submit(event),
  };
}
