import type { ParseKeys } from "i18next";
import { useTranslation } from "react-i18next";

/** What queues, jobs, readers of the log and series are for; those that this page is too old to know are called as the server calls them. */
const names: Readonly<Record<string, ParseKeys>> = {
  default: "operator.names.default",
  backups: "operator.names.backups",
  exports: "operator.names.exports",
  mail: "operator.names.mail",
  "backup.erasures": "operator.names.backupErasures",
  "backup.make": "operator.names.makeBackup",
  "backup.try": "operator.names.tryBackup",
  "engine.compact_log": "operator.names.compactLog",
  "engine.forget_outcomes": "operator.names.forgetOutcomes",
  "engine.forget_runs": "operator.names.forgetRuns",
  "engine.keep_series": "operator.names.keepSeries",
  "identity.change_address": "operator.names.mailAddress",
  "identity.deletion_mail": "operator.names.mailDeletion",
  "identity.erase": "operator.names.erase",
  "identity.erase_due": "operator.names.erase",
  "identity.export": "operator.names.dataExport",
  "identity.follow_address": "operator.names.followAddress",
  "identity.forget_exports": "operator.names.forgetExports",
  "identity.forget_links": "operator.names.forgetLinks",
  "identity.forgot": "operator.names.mailReset",
  "identity.roles": "operator.names.roles",
  "identity.rotate_keys": "operator.names.rotateKeys",
  "identity.sign_up": "operator.names.mailSignUp",
  "identity.undo_address": "operator.names.mailUndoAddress",
  "identity.verify": "operator.names.mailVerify",
  "mail.send": "operator.names.sendMail",
  "records.import": "work.kinds.recordsImport",
  "security.counts": "operator.events",
  "security.forget_events": "operator.names.forgetEvents",
  "solo.budgets": "operator.names.budgets",
  "workspace.export": "work.kinds.workspaceExport",
  "workspaces.invite": "operator.names.mailInvite",
};

export function useOperatorNames(): (name: string) => string {
  const { t } = useTranslation();
  return (name) => {
    const key = names[name];
    return key === undefined ? name : String(t(key));
  };
}
