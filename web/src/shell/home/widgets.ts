import { IconBellRinging, IconBolt, IconHistory } from "@tabler/icons-react";
import { soloWidgets } from "@/apps/solo/home/widgets";
import { defineWidget, type Widget } from "@/ui/home/widget";
import { NeedsMe } from "./NeedsMe";
import { QuickActions } from "./Quick";
import { WhileAway } from "./WhileAway";

/** All that a home can show, in the order in which it stands until somebody moves it. */
export const widgets: readonly Widget[] = [
  defineWidget({
    id: "home.needs",
    title: "home.needs.title",
    icon: IconBellRinging,
    column: "main",
    draws: ["access.member"],
    Body: NeedsMe,
  }),
  defineWidget({
    id: "home.news",
    title: "home.news.title",
    icon: IconHistory,
    column: "main",
    draws: ["platform.home"],
    Body: WhileAway,
  }),
  defineWidget({
    id: "home.actions",
    title: "home.actions.title",
    icon: IconBolt,
    column: "side",
    Body: QuickActions,
  }),
  ...soloWidgets,
];
