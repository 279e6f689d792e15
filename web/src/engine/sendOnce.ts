import { ApiError, send } from "./api";
import { newId } from "./ids";

/** By what was sent, the ids of commands of which nobody knows yet whether they were done. */
const open = new Map<string, string>();

/**
 * Sends a command under an id of its own. Whoever sends the same again after an answer that was lost does so under the
 * same id: the server then answers as the first time, and does nothing twice. Throws `ApiError`.
 */
export async function sendOnce<Answer>(
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const sent = `${path} ${JSON.stringify(body)}`;
  const id = open.get(sent) ?? newId();
  open.set(sent, id);
  try {
    const answer = await send<Answer>("POST", path, { ...body, id });
    open.delete(sent);
    return answer;
  } catch (error) {
    if (error instanceof ApiError && !error.isOpen) open.delete(sent);
    throw error;
  }
}
