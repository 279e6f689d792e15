import {
  IconAddressBook,
  IconBriefcase,
  IconCheckbox,
  IconMapPin,
  IconMessage,
  IconNote,
  IconUser,
} from "@tabler/icons-react";
import type { Subject } from "@/ui/home/subjects";

/** What of customers and projects a home tells of. */
export const soloSubjects: readonly Subject[] = [
  { type: "solo.customer", icon: IconAddressBook, page: "customers" },
  { type: "solo.contact", icon: IconUser, of: "customer" },
  { type: "solo.address", icon: IconMapPin, of: "customer" },
  { type: "solo.note", icon: IconNote, of: "customer" },
  { type: "solo.project", icon: IconBriefcase, page: "projects" },
  { type: "solo.task", icon: IconCheckbox, of: "project" },
  { type: "platform.comment", icon: IconMessage, of: "record" },
];
