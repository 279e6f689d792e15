/** What a page says to the other pages of this browser, once, when it is opened. */
const channelName = "holdfast.build";

/**
 * Hears of pages of another build, and tells the others of which this one is. Pages that a worker serves change builds
 * together; one that came past it, by a forced reload or where nothing is kept, is of the newest there is.
 *
 * @param build what tells one build from another
 * @param isPast whether this page came past the worker
 * @returns how to stop that
 */
export function followBuilds(build: string, isPast: boolean, other: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.onmessage = ({ data }) => {
    if (data !== build) other();
  };
  if (isPast) channel.postMessage(build);
  return () => channel.close();
}
