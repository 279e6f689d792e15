import { useTranslation } from "react-i18next";
import type { CustomerStatus } from "@/apps/solo/customers/customer";
import { KindIcon } from "@/apps/solo/customers/KindIcon";
import { StatusPill } from "@/apps/solo/customers/StatusPill";
import { Mark } from "@/ui/brand/Mark";
import { PersonAvatar } from "@/ui/people/PersonAvatar";
import classes from "./scene.module.css";

interface SceneRow {
  readonly key: "agency" | "cafe" | "person" | "harbour" | "law";
  readonly kind: "company" | "person";
  readonly status: CustomerStatus;
}

const rows: readonly SceneRow[] = [
  { key: "agency", kind: "company", status: "active" },
  { key: "cafe", kind: "company", status: "lead" },
  { key: "person", kind: "person", status: "prospect" },
  { key: "harbour", kind: "company", status: "active" },
  { key: "law", kind: "company", status: "dormant" },
];

const mira = { id: "mira", name: "Mira Aydın" };
const jon = { id: "jon", name: "Jon Park" };

/** The product itself, drawn with its own parts, while a colleague changes a phone number. */
export function Scene() {
  const { t } = useTranslation();
  return (
    <div className={classes.frame} role="img" aria-label={t("landing.scene.description")}>
      <div className={classes.window} aria-hidden inert>
        <div className={classes.top}>
          <Mark size={20} />
          <strong>{t("landing.scene.company")}</strong>
          <span className={classes.spring} />
          <span className={classes.live}>{t("landing.scene.live")}</span>
          <PersonAvatar person={jon} size={22} />
        </div>
        <div className={classes.panes}>
          <div className={classes.list}>
            <div className={classes.heading}>{t("customers.title")}</div>
            {rows.map(({ key, kind, status }) => (
              <div key={key} className={classes.row} data-open={key === "agency" || undefined}>
                <KindIcon kind={kind} />
                <span className={classes.name}>{t(`landing.scene.customers.${key}`)}</span>
                {key === "agency" && <PersonAvatar person={mira} size={18} />}
                <StatusPill status={status} />
              </div>
            ))}
          </div>
          <SceneDetail />
        </div>
      </div>
    </div>
  );
}

function SceneDetail() {
  const { t } = useTranslation();
  return (
    <div className={classes.detail}>
      <div className={classes.title}>{t("landing.scene.customers.agency")}</div>
      <dl className={classes.fields}>
        <dt>{t("records.solo.customer.fields.status")}</dt>
        <dd>
          <StatusPill status="active" />
        </dd>
        <dt>{t("records.solo.customer.fields.email")}</dt>
        <dd>office@brandt.example</dd>
        <dt>{t("records.solo.customer.fields.phone")}</dt>
        <dd className={classes.changing}>
          <span className={classes.before} dir="auto">
            +49 40 555 01 22
          </span>
          <span className={classes.after} dir="auto">
            +49 40 555 01 99
          </span>
          <span className={classes.note}>
            <PersonAvatar person={mira} size={18} /> {t("landing.scene.changed")}
          </span>
        </dd>
        <dt>{t("records.solo.customer.fields.tags")}</dt>
        <dd className={classes.tags}>
          <span>{t("landing.scene.tag1")}</span>
          <span>{t("landing.scene.tag2")}</span>
        </dd>
      </dl>
    </div>
  );
}
