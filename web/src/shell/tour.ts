import {
  IconAddressBook,
  IconBriefcase,
  IconCloudCheck,
  IconCommand,
  IconHome,
  IconUsers,
} from "@tabler/icons-react";
import type { TourStep } from "@/ui/tour/steps";

/** What somebody new is shown, at most six things. */
export const tour: readonly TourStep[] = [
  { id: "home", icon: IconHome, title: "tour.home.title", text: "tour.home.text", at: "home" },
  {
    id: "customers",
    icon: IconAddressBook,
    title: "tour.customers.title",
    text: "tour.customers.text",
    at: "customers",
  },
  {
    id: "projects",
    icon: IconBriefcase,
    title: "tour.projects.title",
    text: "tour.projects.text",
    at: "projects",
  },
  { id: "find", icon: IconCommand, title: "tour.find.title", text: "tour.find.text", at: "find" },
  { id: "people", icon: IconUsers, title: "tour.people.title", text: "tour.people.text", at: "people" },
  {
    id: "offline",
    icon: IconCloudCheck,
    title: "tour.offline.title",
    text: "tour.offline.text",
    at: "status",
  },
];
