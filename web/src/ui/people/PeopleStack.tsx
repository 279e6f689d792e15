import { Tooltip } from "@mantine/core";
import { type Person, PersonAvatar } from "./PersonAvatar";
import classes from "./people.module.css";

interface Props {
  readonly people: readonly Person[];
  readonly size?: number;
  readonly most?: number;
  readonly labelOf?: (person: Person) => string;
}

/** Overlapping avatars; what does not fit becomes a number that names the rest. */
export function PeopleStack({ people, size = 24, most = 3, labelOf = (person) => person.name }: Props) {
  if (people.length === 0) return null;
  const shown = people.length > most ? people.slice(0, most - 1) : people;
  const rest = people.slice(shown.length);
  return (
    <span className={classes.stack}>
      {shown.map((person) => (
        <PersonAvatar key={person.id} person={person} size={size} label={labelOf(person)} />
      ))}
      {rest.length > 0 && (
        <Tooltip label={rest.map((person) => person.name).join(", ")}>
          <span
            className={classes.rest}
            role="img"
            aria-label={rest.map((person) => person.name).join(", ")}
            style={{ blockSize: size, minInlineSize: size, fontSize: size * 0.42 }}
          >
            +{rest.length}
          </span>
        </Tooltip>
      )}
    </span>
  );
}
