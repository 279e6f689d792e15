/** Ids carry the time, so that they sort as they were made. */
export function newId() {
  const time = Date.now().toString(16).padStart(12, "0");
  const rest = crypto.randomUUID().slice(14).replace(/^./u, "7");
  return `${time.slice(0, 8)}-${time.slice(8)}-${rest}`;
}

/**
 * A second socket, opened by script from a signed-in page and with its cookie: it says what no screen would, and
 * hears what the server really holds. `since` is the welcome of an earlier one, for what happened after it.
 */
export async function overSocket(page, workspace, { scopes = [], since = null, transactions = [] } = {}) {
  const browser = newId();
  const hello = {
    t: "hello",
    proto: 1,
    schema: 1,
    browser,
    workspace,
    epoch: since?.epoch ?? null,
    cursor: since?.head ?? null,
    access: since?.me.access ?? null,
    scopes,
  };
  const pushed = transactions.map((operations, index) => ({
    mutation: index + 1,
    id: newId(),
    schema: 1,
    operations,
  }));
  return page.evaluate(talk, { hello, pushed });
}

function talk({ hello, pushed }) {
  return new Promise((resolve, reject) => {
    const heard = { welcome: null, results: [], records: [], items: [] };
    let open = hello.scopes.length;
    let upTo = hello.cursor?.seq ?? 0;
    const socket = new WebSocket(new URL("/api/sync", location.href.replace(/^http/u, "ws")));
    socket.onopen = () => socket.send(JSON.stringify(hello));
    socket.onclose = ({ code }) => reject(new Error(`The server closed the socket with ${code}.`));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(data);
      if (frame.t === "error" || frame.t === "subErr") reject(new Error(data));
      if (frame.t === "welcome") {
        heard.welcome = frame;
        if (pushed.length > 0) socket.send(JSON.stringify({ t: "push", transactions: pushed }));
      }
      if (frame.t === "subOk") {
        open -= 1;
        heard.records.push(...(frame.records ?? []));
        if (!frame.unchanged) upTo = Math.max(upTo, frame.at);
      }
      if (frame.t === "delta") {
        upTo = Math.max(upTo, frame.to.seq);
        heard.items.push(...frame.items);
      }
      if (frame.t === "result") heard.results.push(...frame.results);
      const current = hello.scopes.length === 0 || upTo >= (heard.welcome?.head.seq ?? 0);
      if (heard.welcome === null || open > 0 || !current || heard.results.length < pushed.length) return;
      socket.onclose = null;
      socket.close();
      resolve(heard);
    };
  });
}

/** Writes records past the screen, for stories that begin with some: `[{type, values}]`. Returns their ids. */
export async function enterRecords(person, records) {
  const created = records.map(({ type, values }) => ({ op: "create", type, id: newId(), values }));
  const { results } = await overSocket(person.page, person.workspace, { transactions: [created] });
  if (results[0].outcome !== "applied") throw new Error(JSON.stringify(results));
  return created.map(({ id }) => id);
}

export function enterCustomers(person, customers) {
  return enterRecords(
    person,
    customers.map((values) => ({ type: "solo.customer", values })),
  );
}
