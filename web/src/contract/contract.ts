// Generated from the server's registries by bin/contract. Do not edit.

export type RecordTypeName =
  | "access.field"
  | "access.member"
  | "access.role"
  | "access.workspace"
  | "jobs.run"
  | "platform.view"
  | "solo.customer";

export type ScopeName =
  | "access.fields"
  | "access.members"
  | "access.roles"
  | "access.workspaces"
  | "jobs.runs"
  | "platform.views"
  | "solo.customers";

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
  | "access.role.read"
  | "access.role.create"
  | "access.role.update"
  | "access.role.delete"
  | "access.workspace.read"
  | "access.workspace.update"
  | "jobs.run.read.member"
  | "jobs.run.delete"
  | "platform.view.read.member"
  | "platform.view.create"
  | "platform.view.update"
  | "platform.view.delete"
  | "solo.customer.read"
  | "solo.customer.create"
  | "solo.customer.update"
  | "solo.customer.delete";

export type ErrorCode =
  | "backup.no_place"
  | "browser.not_yours"
  | "browser.superseded"
  | "custom_field.fixed"
  | "custom_field.has_values"
  | "custom_field.key_taken"
  | "custom_field.too_many"
  | "custom_field.type_takes_none"
  | "field.malformed"
  | "field.not_allowed"
  | "field.opaque"
  | "field.out_of_range"
  | "field.read_only"
  | "field.required"
  | "field.too_long"
  | "field.unknown"
  | "field.wrong_kind"
  | "frame.malformed"
  | "frame.out_of_order"
  | "frame.too_large"
  | "frame.too_often"
  | "frame.unknown"
  | "guard.not_indexed"
  | "guard.version_from_future"
  | "history.too_long"
  | "invite.already_member"
  | "invite.not_valid"
  | "list.too_many"
  | "log.compacted"
  | "member.beyond_yours"
  | "member.last_owner"
  | "member.no_party"
  | "member.owner_is_whole"
  | "operation.malformed"
  | "operation.unknown"
  | "operator.required"
  | "password.too_common"
  | "password.too_short"
  | "permission.denied"
  | "permission.grant_moved"
  | "permission.out_of_reach"
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
  | "role.beyond_yours"
  | "scope.too_many"
  | "scope.unknown"
  | "server.error"
  | "server.no_database"
  | "session.ended"
  | "session.required"
  | "sign_in.refused"
  | "sign_up.address_taken"
  | "socket.too_many"
  | "transaction.cause_unknown"
  | "transaction.empty"
  | "transaction.id_taken"
  | "transaction.retry"
  | "transaction.schema_too_old"
  | "transaction.schema_unknown"
  | "transaction.too_deep"
  | "transaction.too_large"
  | "transaction.too_slow"
  | "workspace.not_found";

export interface AccessField {
  readonly recordType: string;
  readonly key: string;
  readonly label: string;
  readonly kind: "text" | "integer" | "boolean" | "date" | "choice" | "list";
  readonly required: boolean;
  readonly choices: readonly string[];
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

export interface PlatformView {
  readonly member: string;
  readonly recordType: string;
  readonly name: string;
  readonly search: string | null;
  readonly columns: readonly string[];
}

export interface SoloCustomer {
  readonly kind: "person" | "company";
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly vatId: string | null;
  readonly status: "lead" | "prospect" | "active" | "dormant" | "lost" | "archived";
  readonly currency: string | null;
  readonly language: string | null;
  readonly tags: readonly string[];
}

export interface RecordTypes {
  "access.field": AccessField;
  "access.member": AccessMember;
  "access.role": AccessRole;
  "access.workspace": AccessWorkspace;
  "jobs.run": JobsRun;
  "platform.view": PlatformView;
  "solo.customer": SoloCustomer;
}

/** What a `create` of this type may give; what is left out takes the type's default. */
export interface CreateValues {
  "access.field": Partial<AccessField> & Pick<AccessField, "recordType" | "key" | "label">;
  "access.role": Partial<AccessRole> & Pick<AccessRole, "name">;
  "platform.view": Partial<PlatformView> & Pick<PlatformView, "member" | "recordType" | "name">;
  "solo.customer": Partial<SoloCustomer> & Pick<SoloCustomer, "name">;
}

/** The fields that a `set` may name. */
export interface SettableFields {
  "access.field": "recordType" | "key" | "label" | "kind" | "required" | "choices";
  "access.member": "name" | "role" | "customRole" | "party";
  "access.role": "name" | "permissions";
  "access.workspace": "name";
  "platform.view": "member" | "recordType" | "name" | "search" | "columns";
  "solo.customer": "kind" | "name" | "email" | "phone" | "vatId" | "status" | "currency" | "language" | "tags";
}
