import { soloSubjects } from "@/apps/solo/home/subjects";
import type { Subject } from "@/ui/home/subjects";

/** All that a home tells of. */
export const subjects: readonly Subject[] = soloSubjects;
