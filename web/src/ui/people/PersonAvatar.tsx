import { Tooltip } from "@mantine/core";
import { useState } from "react";
import { hueOf, initialsOf } from "./initials";
import classes from "./people.module.css";
import { usePicture } from "./pictures";

/** Deep enough that white letters on them pass AA in both schemes; high contrast deepens them to AAA. */
const hues = ["#0e6f8a", "#7a3fb0", "#a63d5f", "#8a5a00", "#2f6b2f", "#3a55b4", "#9b4a1c", "#52606d"];

export interface Person {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly person: Person;
  readonly size?: number;
  /** What the tooltip and a screen reader say; the name unless told otherwise. */
  readonly label?: string;
  /** Without a tooltip: where the name stands beside it, or a button says it. */
  readonly bare?: boolean;
}

export function PersonAvatar({ person, size = 24, label = person.name, bare = false }: Props) {
  const picture = usePicture(person.id);
  const [missing, setMissing] = useState<string | null>(null);
  return (
    <Tooltip label={label} disabled={bare}>
      <span
        className={classes.avatar}
        role="img"
        aria-label={label}
        style={{
          backgroundColor: `color-mix(in srgb, ${hues[hueOf(person.id, hues.length)]}, black var(--hf-deepen))`,
          blockSize: size,
          inlineSize: size,
          fontSize: size * 0.42,
        }}
      >
        {initialsOf(person.name)}
        {picture !== null && picture !== missing && (
          // Over the initials, which stay where it cannot be loaded.
          <img src={picture} alt="" className={classes.picture} onError={() => setMissing(picture)} />
        )}
      </span>
    </Tooltip>
  );
}
