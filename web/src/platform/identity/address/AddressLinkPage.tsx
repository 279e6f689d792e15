import { Button, Loader, PasswordInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AddressLink, api } from "@/engine/api";
import { useProblemText } from "@/ui/feedback/problemText";
import { Trouble } from "@/ui/feedback/Trouble";
import { complaintsOf, requiredText } from "@/ui/forms/checks";
import { useForm } from "@/ui/forms/useForm";
import { AuthLayout } from "../AuthLayout";
import classes from "../AuthLayout.module.css";
import { LinkRefused } from "../LinkRefused";
import { useLinkToken } from "../linkToken";
import { refreshAccount } from "../session";
import { useLooked } from "../useLooked";

const look = {
  verify: (token: string) => api.lookAtAddress("verify", token),
  confirm: (token: string) => api.lookAtAddress("confirm", token),
  undo: (token: string) => api.lookAtAddress("undo", token),
} satisfies Record<AddressLink, unknown>;

/** Behind the link to an address that somebody signed up with. */
export const VerifyAddressPage = () => <AddressLinkPage link="verify" />;

/** Behind the link to an address that somebody wants to have. */
export const ConfirmAddressPage = () => <AddressLinkPage link="confirm" />;

/** Behind the link to an address that somebody had. */
export const UndoAddressPage = () => <AddressLinkPage link="undo" />;

/** What a mail about an address asks for: opening the link shows it, the button does it. Whether one is signed in makes no difference, but where it takes the password of who is not. */
function AddressLinkPage({ link }: { readonly link: AddressLink }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const token = useLinkToken();
  const looked = useLooked(token, look[link]);
  const [isDone, setDone] = useState(false);
  const title = t(`address.${link}.title`);
  const onward = (
    <Button component={Link} to="/" replace size="md" mt="lg" fullWidth>
      {t("address.open")}
    </Button>
  );
  if (token !== undefined && looked === null) {
    return (
      <AuthLayout title={title}>
        <Loader mt="lg" aria-label={t("common.loading")} />
      </AuthLayout>
    );
  }
  if (token === undefined || looked?.state !== "found") {
    return (
      <LinkRefused title={title} refused={t("reset.refused")} action={onward}>
        {looked?.state === "refused" ? problemText(looked.problem) : t("join.incomplete")}
      </LinkRefused>
    );
  }
  const { email, takesPassword = false } = looked.found;
  if (isDone) {
    return (
      <AuthLayout title={t(`address.${link}.doneTitle`)} lead={t(`address.${link}.done`, { email })}>
        {link !== "undo" && onward}
      </AuthLayout>
    );
  }
  return (
    <AuthLayout title={title} lead={t(`address.${link}.lead`, { email })}>
      <UseForm
        link={link}
        token={token}
        email={email}
        takesPassword={takesPassword}
        onDone={() => setDone(true)}
      />
    </AuthLayout>
  );
}

interface UseFormProps {
  readonly link: AddressLink;
  readonly token: string;
  readonly email: string;
  readonly takesPassword: boolean;
  readonly onDone: () => void;
}

function UseForm({ link, token, email, takesPassword, onDone }: UseFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initial: { password: "" },
    check: ({ password }) => (takesPassword ? complaintsOf(requiredText("password", password)) : []),
    send: async ({ password }) => {
      await api.followAddressLink(link, token, takesPassword ? password : undefined);
      onDone();
      await refreshAccount();
    },
  });
  return (
    <form className={classes.form} onSubmit={form.submit} noValidate>
      <Trouble text={form.trouble} quiet={form.isCounting} />
      {takesPassword && (
        <>
          {/* For programs that keep passwords: whose it is. */}
          <input type="email" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={t("identity.password")}
            description={t("verify.passwordHint")}
            autoComplete="current-password"
            autoFocus
            visibilityToggleButtonProps={{ "aria-label": t("identity.showPassword") }}
            {...form.input("password")}
          />
        </>
      )}
      <Button type="submit" size="md" loading={form.busy} fullWidth>
        {t(`address.${link}.do`)}
      </Button>
    </form>
  );
}
