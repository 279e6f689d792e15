import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SecurityEvent, SecurityEventName } from "@/engine/api";
import { useFormats } from "@/ui/language/formats";
import { Row } from "@/ui/layout/Rows";
import { Pill } from "@/ui/Pill";
import { NetworkAddress, useAgentText } from "./callers";
import classes from "./events.module.css";
import { reasons } from "./reasons";

/** What one looks at twice. */
const grave: ReadonlySet<SecurityEventName> = new Set([
  "authn_login_fail",
  "authn_login_leaving",
  "authn_login_lock",
  "authn_password_change_fail",
  "authn_token_fail",
  "authn_token_reuse",
  "authz_fail",
  "excess_rate_limit_exceeded",
  "malicious_attack_tool",
  "malicious_cors",
  "session_use_after_expire",
  "session_use_from_elsewhere",
]);

const roles = ["owner", "admin", "moderator", "member", "viewer", "guest"] as const;

interface Props {
  readonly event: SecurityEvent;
  /** Whom it concerns, where that is to be said. */
  readonly person: string | null;
  /** Shows those of this person alone. */
  readonly onPerson: ((user: string) => void) | null;
}

export function EventRow({ event, person, onPerson }: Props) {
  const { t } = useTranslation();
  const { dateTime } = useFormats();
  const { name, at, user, agent, address } = event;
  const title = useTitle(event);
  const note = useNote(event);
  const agentText = useAgentText();
  return (
    <Row
      name={title}
      detail={
        <>
          <bdi>{dateTime(at)}</bdi>
          {/* A phrase of the page's own language, in which the names are kept apart already. */}
          {agent !== null && ` · ${agentText(agent)}`}
          {address !== null && (
            <>
              {" · "}
              <NetworkAddress address={address} />
            </>
          )}
        </>
      }
      note={note}
      end={
        <>
          {person !== null && user !== null && (
            <UnstyledButton
              className={classes.person}
              aria-label={t("events.onlyOf", { name: person })}
              onClick={() => onPerson?.(user)}
            >
              <bdi>{person}</bdi>
            </UnstyledButton>
          )}
          {grave.has(name) && <Pill tone="amber">{t("events.grave")}</Pill>}
        </>
      }
    />
  );
}

/** What happened, in words: to come and to go is no change of a role. */
function useTitle({ name, details }: SecurityEvent): string {
  const { t } = useTranslation();
  if (name !== "authz_change") return t(`events.names.${name}`);
  if (details?.change === "delete") return t("events.left");
  return t(details?.change === "set" ? "events.roleChanged" : "events.joined");
}

/** What else there is to say of it, in words. */
function useNote({ name, details }: SecurityEvent): string | null {
  const { t } = useTranslation();
  if (details === null) return null;
  const role = (text: string | undefined) => {
    const known = roles.find((each) => each === text);
    return known === undefined
      ? text === "operator"
        ? t("events.operator")
        : null
      : t(`roles.${known}.name`);
  };
  const reason = reasons.find((each) => each === details.reason);
  if (reason !== undefined) return t(`events.reasons.${reason}`);
  const [from, to] = [role(details.from), role(details.to)];
  if (from !== null && to !== null) return t("events.moved", { from, to });
  if (to !== null) return t(details.change === "set" ? "events.became" : "events.as", { to });
  if (from !== null) return t("events.was", { from });
  return name === "authz_fail" || name === "authz_admin" ? (details.permission ?? details.at ?? null) : null;
}
