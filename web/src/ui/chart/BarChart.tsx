import { Link } from "@tanstack/react-router";
import { type Bar, lengthsOf } from "./bars";
import classes from "./chart.module.css";

interface Props {
  /** What it shows, for who does not see it. */
  readonly label: string;
  /** The heads of the table: of what, and how much. */
  readonly heads: readonly [string, string];
  readonly bars: readonly Bar[];
  /** What the whole width is; the greatest value where there is none. */
  readonly full?: number;
}

/** A table with a bar beside each of its numbers: a chart is never the only way to read it. */
export function BarChart({ label, heads: [what, amount], bars, full }: Props) {
  const lengths = lengthsOf(bars, full);
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{what}</th>
          <th scope="col" className={classes.amount}>
            {amount}
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ id, label: name, text, tone, to }, index) => (
          <tr key={id}>
            <th scope="row">
              {to === undefined ? (
                <bdi>{name}</bdi>
              ) : (
                <Link to={to}>
                  <bdi>{name}</bdi>
                </Link>
              )}
            </th>
            <td>
              <div className={classes.measure} data-tone={tone}>
                <span className={classes.track} aria-hidden>
                  <span className={classes.fill} style={{ inlineSize: `${lengths[index] ?? 0}%` }} />
                </span>
                <span className={classes.value}>{text}</span>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
