// Generated from the server's registries by bin/contract. Do not edit.

export type RecordTypeName =
  | "access.field"
  | "access.member"
  | "access.role"
  | "access.workspace"
  | "jobs.run"
  | "platform.comment"
  | "platform.home"
  | "platform.view"
  | "solo.address"
  | "solo.contact"
  | "solo.customer"
  | "solo.note"
  | "solo.project"
  | "solo.sample"
  | "solo.task";

export type ScopeName =
  | "access.fields"
  | "access.members"
  | "access.roles"
  | "access.workspaces"
  | "jobs.runs"
  | "platform.comments"
  | "platform.homes"
  | "platform.views"
  | "solo.addresses"
  | "solo.contacts"
  | "solo.customers"
  | "solo.notes"
  | "solo.projects"
  | "solo.samples"
  | "solo.tasks";

export type Role =
  | "owner"
  | "admin"
  | "moderator"
  | "member"
  | "viewer"
  | "guest";

export type OperationName =
  | "create"
  | "set"
  | "increment"
  | "listInsert"
  | "listRemove"
  | "delete"
  | "restore";

export type Permission =
  | "access.field.read"
  | "access.field.create"
  | "access.field.update"
  | "access.field.delete"
  | "access.member.read"
  | "access.member.see.party"
  | "access.member.change.party"
  | "access.member.update"
  | "access.member.delete"
  | "access.member.invite"
  | "access.member.watch"
  | "access.role.read"
  | "access.role.create"
  | "access.role.update"
  | "access.role.delete"
  | "access.workspace.read"
  | "access.workspace.update"
  | "jobs.run.read.member"
  | "jobs.run.delete"
  | "platform.comment.read.topic"
  | "platform.comment.create"
  | "platform.comment.update"
  | "platform.comment.delete"
  | "platform.home.read.member"
  | "platform.home.create"
  | "platform.home.update"
  | "platform.home.delete"
  | "platform.view.read.member"
  | "platform.view.create"
  | "platform.view.update"
  | "platform.view.delete"
  | "solo.address.read"
  | "solo.address.create"
  | "solo.address.update"
  | "solo.address.delete"
  | "solo.contact.read"
  | "solo.contact.create"
  | "solo.contact.update"
  | "solo.contact.delete"
  | "solo.customer.read"
  | "solo.customer.create"
  | "solo.customer.update"
  | "solo.customer.delete"
  | "solo.note.read"
  | "solo.note.create"
  | "solo.note.update"
  | "solo.note.delete"
  | "solo.project.read"
  | "solo.project.create"
  | "solo.project.update"
  | "solo.project.delete"
  | "solo.sample.read"
  | "solo.sample.create"
  | "solo.sample.update"
  | "solo.sample.delete"
  | "solo.task.read"
  | "solo.task.create"
  | "solo.task.update"
  | "solo.task.delete";

export type ErrorCode =
  | "account.leaving"
  | "address.same"
  | "auth.proof_required"
  | "auth.unverified"
  | "backup.no_place"
  | "browser.not_yours"
  | "browser.superseded"
  | "comment.moved"
  | "comment.not_yours"
  | "consumer.cannot_rebuild"
  | "consumer.not_failing"
  | "consumer.unknown"
  | "csrf.refused"
  | "custom_field.fixed"
  | "custom_field.has_values"
  | "custom_field.key_taken"
  | "custom_field.too_many"
  | "custom_field.type_takes_none"
  | "customer.archived"
  | "customer.e_invoice"
  | "customer.open_projects"
  | "customer.reason_missing"
  | "customer.step"
  | "customer.vat_id"
  | "data.gone"
  | "data.running"
  | "data.too_often"
  | "deletion.blocked"
  | "deletion.wrong_address"
  | "export.gone"
  | "export.no_key"
  | "export.not_written"
  | "export.owners_only"
  | "export.running"
  | "field.malformed"
  | "field.not_allowed"
  | "field.opaque"
  | "field.out_of_range"
  | "field.read_only"
  | "field.required"
  | "field.too_long"
  | "field.unknown"
  | "field.wrong_kind"
  | "form.expired"
  | "frame.malformed"
  | "frame.out_of_order"
  | "frame.too_large"
  | "frame.too_often"
  | "frame.unknown"
  | "guard.not_indexed"
  | "guard.version_from_future"
  | "history.too_long"
  | "import.busy"
  | "import.empty"
  | "import.encoding"
  | "import.lost_characters"
  | "import.no_column"
  | "import.not_here"
  | "import.not_text"
  | "import.rows"
  | "import.too_many_cells"
  | "import.too_many_rows"
  | "invite.already_member"
  | "invite.not_valid"
  | "invite.other_address"
  | "link.not_valid"
  | "list.too_many"
  | "log.compacted"
  | "member.beyond_yours"
  | "member.last_owner"
  | "member.no_party"
  | "member.owner_is_whole"
  | "merge.same"
  | "operation.malformed"
  | "operation.unknown"
  | "operator.required"
  | "password.too_common"
  | "password.too_short"
  | "password.wrong"
  | "permission.denied"
  | "permission.grant_moved"
  | "permission.out_of_reach"
  | "picture.refused"
  | "project.alerts"
  | "project.archived"
  | "project.customer_archived"
  | "project.dates"
  | "project.needs_customer"
  | "project.not_completed"
  | "project.open_tasks"
  | "project.step"
  | "project.template"
  | "project.two_budgets"
  | "protocol.unsupported"
  | "query.busy"
  | "query.field_unknown"
  | "query.incomplete"
  | "query.malformed"
  | "query.operator"
  | "query.parenthesis"
  | "query.quote"
  | "query.too_deep"
  | "query.too_long"
  | "query.too_many"
  | "query.too_slow"
  | "query.value"
  | "queue.unknown"
  | "record.changed"
  | "record.exists"
  | "record.not_found"
  | "record.not_unique"
  | "record.referenced"
  | "record.refused"
  | "record.too_many_below"
  | "record.type_unknown"
  | "reference.not_found"
  | "request.cross_site"
  | "request.host_unknown"
  | "request.insecure"
  | "request.malformed"
  | "request.method_not_allowed"
  | "request.not_found"
  | "request.too_large"
  | "request.too_many"
  | "request.too_slow"
  | "request.two_identities"
  | "role.beyond_yours"
  | "run.under_way"
  | "sample.not_by_hand"
  | "sample.not_there"
  | "sample.there"
  | "scope.too_many"
  | "scope.unknown"
  | "server.error"
  | "server.no_database"
  | "server.no_redis"
  | "session.ended"
  | "session.required"
  | "session.too_many"
  | "session.unknown"
  | "sign_in.locked"
  | "sign_in.refused"
  | "sign_up.address_taken"
  | "sign_up.closed"
  | "sign_up.first_needed"
  | "socket.too_many"
  | "task.no_member"
  | "task.project_archived"
  | "task.project_closed"
  | "token.not_for_tokens"
  | "token.refused"
  | "token.too_many"
  | "token.unknown"
  | "transaction.cause_unknown"
  | "transaction.empty"
  | "transaction.id_taken"
  | "transaction.not_found"
  | "transaction.retry"
  | "transaction.schema_too_old"
  | "transaction.schema_unknown"
  | "transaction.too_deep"
  | "transaction.too_large"
  | "transaction.too_slow"
  | "user.unknown"
  | "view.too_many"
  | "workspace.not_found";

export interface AccessField {
  readonly recordType: string;
  readonly key: string;
  readonly label: string;
  readonly kind: "text" | "integer" | "boolean" | "date" | "choice" | "list";
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly order: string | null;
  readonly retired: boolean | null;
}

export interface AccessMember {
  readonly user: string;
  readonly name: string;
  readonly email: string;
  readonly role: "owner" | "admin" | "moderator" | "member" | "viewer" | "guest";
  readonly customRole: string | null;
  readonly party: string | null;
}

export interface AccessRole {
  readonly name: string;
  readonly permissions: readonly string[];
}

export interface AccessWorkspace {
  readonly name: string;
}

export interface JobsRun {
  readonly member: string;
  readonly kind: string;
  readonly state: "waiting" | "running" | "done" | "failed" | "cancelled";
  readonly percent: number;
  readonly step: string | null;
  readonly count: number | null;
  readonly attempt: number;
}

export interface PlatformComment {
  readonly recordType: string;
  readonly record: string;
  readonly topic: string | null;
  readonly author: string;
  readonly text: string;
}

export interface PlatformHome {
  readonly member: string;
  readonly main: readonly string[];
  readonly side: readonly string[];
  readonly hidden: readonly string[];
  readonly seenAt: string | null;
  readonly visitedAt: string | null;
  readonly tour: "open" | "away" | "done" | null;
  readonly tourStep: string | null;
}

export interface PlatformView {
  readonly member: string;
  readonly recordType: string;
  readonly name: string;
  readonly search: string | null;
  readonly columns: readonly string[];
}

export interface SoloAddress {
  readonly customer: string;
  readonly kind: "main" | "billing" | "delivery";
  readonly validFrom: string | null;
  readonly addressee: string | null;
  readonly street: string | null;
  readonly postalCode: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string;
}

export interface SoloContact {
  readonly customer: string;
  readonly name: string;
  readonly role: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: string | null;
  readonly remark: string | null;
}

export interface SoloCustomer {
  readonly kind: "person" | "company";
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly vatId: string | null;
  readonly status: "lead" | "prospect" | "active" | "dormant" | "lost" | "archived";
  readonly reason: string | null;
  readonly currency: string | null;
  readonly language: string | null;
  readonly paymentDays: number | null;
  readonly taxProfile: "standard" | "reverseCharge" | "intraCommunity" | "export" | "exempt" | "outOfScope" | null;
  readonly eInvoiceAddress: string | null;
  readonly eInvoiceScheme: string | null;
  readonly buyerReference: string | null;
  readonly tags: readonly string[];
}

export interface SoloNote {
  readonly customer: string;
  readonly contact: string | null;
  readonly kind: "note" | "call" | "mail" | "meeting";
  readonly at: string;
  readonly text: string;
}

export interface SoloProject {
  readonly name: string;
  readonly code: string | null;
  readonly customer: string | null;
  readonly colour: "gray" | "red" | "pink" | "grape" | "violet" | "indigo" | "blue" | "cyan" | "teal" | "green" | "lime" | "yellow" | "orange";
  readonly state: "draft" | "active" | "completed" | "archived";
  readonly template: boolean | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  readonly billing: "hourly" | "fixed" | "retainer" | "none";
  readonly budgetMinutes: number | null;
  readonly spentMinutes: number | null;
  readonly budget: number | null;
  readonly spent: number | null;
  readonly currency: string | null;
  readonly warnAt: number | null;
  readonly alertAt: number | null;
  readonly budgetLevel: "warn" | "alert" | null;
  readonly description: string | null;
  readonly tags: readonly string[];
}

export interface SoloSample {
  readonly records: readonly string[];
}

export interface SoloTask {
  readonly project: string;
  readonly title: string;
  readonly done: boolean;
  readonly assignee: string | null;
  readonly due: string | null;
  readonly order: string;
}

export interface RecordTypes {
  "access.field": AccessField;
  "access.member": AccessMember;
  "access.role": AccessRole;
  "access.workspace": AccessWorkspace;
  "jobs.run": JobsRun;
  "platform.comment": PlatformComment;
  "platform.home": PlatformHome;
  "platform.view": PlatformView;
  "solo.address": SoloAddress;
  "solo.contact": SoloContact;
  "solo.customer": SoloCustomer;
  "solo.note": SoloNote;
  "solo.project": SoloProject;
  "solo.sample": SoloSample;
  "solo.task": SoloTask;
}

/** What a `create` of this type may give; what is left out takes the type's default. */
export interface CreateValues {
  "access.field": Partial<AccessField> & Pick<AccessField, "recordType" | "key" | "label">;
  "access.role": Partial<AccessRole> & Pick<AccessRole, "name">;
  "platform.comment": Partial<PlatformComment> & Pick<PlatformComment, "recordType" | "record" | "author" | "text">;
  "platform.home": Partial<PlatformHome> & Pick<PlatformHome, "member">;
  "platform.view": Partial<PlatformView> & Pick<PlatformView, "member" | "recordType" | "name">;
  "solo.address": Partial<SoloAddress> & Pick<SoloAddress, "customer" | "country">;
  "solo.contact": Partial<SoloContact> & Pick<SoloContact, "customer" | "name">;
  "solo.customer": Partial<SoloCustomer> & Pick<SoloCustomer, "name">;
  "solo.note": Partial<SoloNote> & Pick<SoloNote, "customer" | "at" | "text">;
  "solo.project": Partial<SoloProject> & Pick<SoloProject, "name">;
  "solo.sample": Partial<SoloSample>;
  "solo.task": Partial<SoloTask> & Pick<SoloTask, "project" | "title" | "order">;
}

/** The fields that a `set` may name. */
export interface SettableFields {
  "access.field": "recordType" | "key" | "label" | "kind" | "required" | "choices" | "order" | "retired";
  "access.member": "name" | "role" | "customRole" | "party";
  "access.role": "name" | "permissions";
  "access.workspace": "name";
  "platform.comment": "recordType" | "record" | "author" | "text";
  "platform.home": "member" | "main" | "side" | "hidden" | "seenAt" | "visitedAt" | "tour" | "tourStep";
  "platform.view": "member" | "recordType" | "name" | "search" | "columns";
  "solo.address": "customer" | "kind" | "validFrom" | "addressee" | "street" | "postalCode" | "city" | "region" | "country";
  "solo.contact": "customer" | "name" | "role" | "email" | "phone" | "language" | "remark";
  "solo.customer": "kind" | "name" | "email" | "phone" | "vatId" | "status" | "reason" | "currency" | "language" | "paymentDays" | "taxProfile" | "eInvoiceAddress" | "eInvoiceScheme" | "buyerReference" | "tags";
  "solo.note": "customer" | "contact" | "kind" | "at" | "text";
  "solo.project": "name" | "code" | "customer" | "colour" | "state" | "template" | "startsOn" | "endsOn" | "billing" | "budgetMinutes" | "spentMinutes" | "budget" | "spent" | "currency" | "warnAt" | "alertAt" | "description" | "tags";
  "solo.sample": "records";
  "solo.task": "project" | "title" | "done" | "assignee" | "due" | "order";
}
