import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiError, api, openForm, whenProofIsRequired } from "./api";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function answering(status: number, body: string | null) {
  const fetch = vi.fn((_path: string, _init: RequestInit) => Promise.resolve(new Response(body, { status })));
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

async function refusal(call: Promise<unknown>): Promise<ApiError> {
  const reason: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (reason instanceof ApiError) return reason;
  throw new Error(`Not an ApiError: ${String(reason)}`);
}

test("a change is sent as JSON, so that no form of another site can send it", async () => {
  const fetch = answering(201, `{"id":"w","name":"Ada & Co","role":"owner"}`);
  expect(await api.createWorkspace({ name: "Ada & Co" })).toEqual({
    id: "w",
    name: "Ada & Co",
    role: "owner",
  });
  const [path, init] = fetch.mock.calls.at(-1) ?? [];
  expect(path).toBe("/api/workspaces");
  expect(init).toMatchObject({ method: "POST", headers: { "Content-Type": "application/json" } });
  expect(init?.body).toBe(`{"name":"Ada & Co"}`);
});

test("an id in an address cannot lead elsewhere", async () => {
  const fetch = answering(204, null);
  expect(await api.revokeInvite("../me", "a/b")).toBeUndefined();
  expect(fetch.mock.calls.at(-1)?.[0]).toBe("/api/workspaces/..%2Fme/invites/a%2Fb");
});

/** A server of which each answer to a change brings a token, and which takes each once. */
function counting() {
  let given = 0;
  const open = new Set<string>();
  const shown: (string | null)[] = [];
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { method, headers }: RequestInit) => {
    asked.push(path);
    const next = `token ${++given}`;
    const token = new Headers(headers).get("X-CSRF-Token");
    const refused = method !== "GET" && (token === null || !open.delete(token));
    if (method !== "GET") shown.push(token);
    open.add(next);
    return new Response(refused ? `{"code":"csrf.refused","detail":"Send it again."}` : "", {
      status: refused ? 403 : 200,
      headers: { "X-CSRF-Token": next },
    });
  });
  return { shown, asked, forget: () => open.clear() };
}

describe("a change bears a token", () => {
  /** As a page that was opened with what it had kept. */
  async function newPage() {
    vi.resetModules();
    return (await import("./api")).api;
  }

  test("that the answer before has brought, and the first asks for one", async () => {
    const { shown, asked } = counting();
    const page = await newPage();
    for (let times = 0; times < 3; times++) await page.leaveWorkspace("w");
    expect(asked).toEqual(["/api/me", ...Array(3).fill("/api/workspaces/w/leave")]);
    expect(new Set(shown).size).toBe(3);
  });

  test("and is sent again with another where it counts no more", async () => {
    const { shown, forget } = counting();
    const page = await newPage();
    await page.leaveWorkspace("w");
    forget();
    await page.leaveWorkspace("w");
    expect(shown).toHaveLength(3);
  });

  test("of its own, however many are under way", async () => {
    const { shown } = counting();
    const page = await newPage();
    for (let times = 0; times < 2; times++)
      await Promise.all(Array.from({ length: 8 }, () => page.leaveWorkspace("w")));
    expect(new Set(shown).size).toBe(16);
  });

  test("and is given up where none counts", async () => {
    const { shown, forget } = counting();
    const page = await newPage();
    const { fetch } = globalThis;
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      forget();
      return fetch(path, init);
    });
    await expect(page.leaveWorkspace("w")).rejects.toMatchObject({ code: "csrf.refused" });
    expect(shown).toHaveLength(4);
  });

  test("but where nobody is signed in there is none, and the server says so", async () => {
    const fetch = answering(401, `{"code":"session.required","detail":"Sign in."}`);
    const page = await newPage();
    await expect(page.leaveWorkspace("w")).rejects.toMatchObject({ code: "session.required" });
    expect(fetch).toHaveBeenCalledTimes(2);
  });
});

describe("a form of strangers", () => {
  /** @param wait how many milliseconds the server wants */
  function opening(wait: number) {
    const sent: string[] = [];
    let opened = 0;
    let taken = 0;
    const expire = () => (taken = opened + 1);
    vi.stubGlobal("fetch", async (path: string, { headers }: RequestInit) => {
      if (path.startsWith("/api/form")) return Response.json({ token: `${++opened}`, wait });
      const token = new Headers(headers).get("X-Form-Token") ?? "";
      sent.push(token);
      return Number(token) >= taken
        ? Response.json({ user: {} })
        : Response.json({ code: "form.expired", detail: "" }, { status: 400 });
    });
    return { sent, expire };
  }

  test("is sent no sooner than the server takes it from a person", async () => {
    vi.useFakeTimers();
    const { sent } = opening(2000);
    openForm("forgot");
    await vi.advanceTimersByTimeAsync(500);
    const answer = api.forgot({ email: "ada@example.org" });
    await vi.advanceTimersByTimeAsync(1499);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await answer;
    await api.forgot({ email: "ada@example.org" });
    expect(sent).toEqual(["1", "1"]);
  });

  test("is opened again where it was open for too long", async () => {
    const { sent, expire } = opening(0);
    await api.reset({ token: "t", password: "several unrelated words" });
    expire();
    await api.reset({ token: "t", password: "several unrelated words" });
    expect(sent).toEqual(["1", "1", "2"]);
  });

  test("that could not be opened when it was shown is opened when it is sent", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    openForm("sign-up");
    const body = { email: "ada@example.org", password: "p", name: "Ada", workspace: "W" };
    expect((await refusal(api.signUp(body))).code).toBe("network.unreachable");
    const { sent } = opening(0);
    await api.signUp(body);
    expect(sent).toEqual(["1"]);
  });
});

describe("where the server wants the password once more", () => {
  function wantingProof() {
    let proven = false;
    const fetch = vi.fn((path: string, _init: RequestInit) => {
      if (path === "/api/session/proof") proven = true;
      else if (!proven)
        return Promise.resolve(
          new Response(`{"code":"auth.proof_required","detail":"Prove it."}`, { status: 401 }),
        );
      return Promise.resolve(new Response(`{"ended":2}`, { status: 200 }));
    });
    vi.stubGlobal("fetch", fetch);
    return fetch;
  }

  const changes = (fetch: ReturnType<typeof wantingProof>) =>
    fetch.mock.calls.filter(([, { method }]) => method !== "GET").map(([path]) => path);

  test("the person is asked, and the request sent again", async () => {
    const fetch = wantingProof();
    whenProofIsRequired(async () => {
      await api.prove("several unrelated words");
      return true;
    });
    expect(await api.endOtherSessions()).toEqual({ ended: 2 });
    expect(changes(fetch)).toEqual([
      "/api/sessions/end-others",
      "/api/session/proof",
      "/api/sessions/end-others",
    ]);
  });

  test("a person who does not want to is not asked twice", async () => {
    const fetch = wantingProof();
    const ask = vi.fn(() => Promise.resolve(false));
    whenProofIsRequired(ask);
    expect((await refusal(api.endOtherSessions())).code).toBe("auth.proof_required");
    expect(ask).toHaveBeenCalledTimes(1);
    expect(changes(fetch)).toEqual(["/api/sessions/end-others"]);
  });
});

describe("a refusal", () => {
  test("carries the server's problem", async () => {
    answering(
      422,
      `{"code":"password.too_short","field":"password","params":{"min":12},"detail":"Too short."}`,
    );
    const { problem, code } = await refusal(api.confirmSignUp({ token: "t", password: "x" }));
    expect(code).toBe("password.too_short");
    expect(problem).toMatchObject({ field: "password", params: { min: 12 } });
  });

  test("is network.unreachable when nobody answers", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed")));
    expect((await refusal(api.me())).code).toBe("network.unreachable");
  });

  test.each([
    [502, "<html>Bad gateway</html>"],
    [500, "{}"],
    [200, "<html>Sign in to the network</html>"],
  ])("is response.malformed when someone else answers (%i)", async (status, body) => {
    answering(status, body);
    const { code, problem } = await refusal(api.me());
    expect(code).toBe("response.malformed");
    expect(problem.status).toBe(status);
  });
});
