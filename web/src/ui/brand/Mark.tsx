/** The mark: an H whose feet are the roots by which kelp holds on to rock. */
export function Mark({ size = 24 }: { size?: number }) {
  return <img src="/mark.svg" width={size} height={size} alt="" aria-hidden />;
}
