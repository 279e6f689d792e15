import { afterEach, describe, expect, test, vi } from "vitest";
import { ApiError, api, whenProofIsRequired } from "./api";

afterEach(() => {
  vi.unstubAllGlobals();
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
  const [path, init] = fetch.mock.calls[0] ?? [];
  expect(path).toBe("/api/workspaces");
  expect(init).toMatchObject({ method: "POST", headers: { "Content-Type": "application/json" } });
  expect(init?.body).toBe(`{"name":"Ada & Co"}`);
});

test("an id in an address cannot lead elsewhere", async () => {
  const fetch = answering(204, null);
  expect(await api.revokeInvite("../me", "a/b")).toBeUndefined();
  expect(fetch.mock.calls[0]?.[0]).toBe("/api/workspaces/..%2Fme/invites/a%2Fb");
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

  test("the person is asked, and the request sent again", async () => {
    const fetch = wantingProof();
    whenProofIsRequired(async () => {
      await api.prove("several unrelated words");
      return true;
    });
    expect(await api.endOtherSessions()).toEqual({ ended: 2 });
    expect(fetch.mock.calls.map(([path]) => path)).toEqual([
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
    expect(fetch).toHaveBeenCalledTimes(1);
  });
});

describe("a refusal", () => {
  test("carries the server's problem", async () => {
    answering(
      422,
      `{"code":"password.too_short","field":"password","params":{"min":12},"detail":"Too short."}`,
    );
    const { problem, code } = await refusal(api.signIn({ email: "a@b.c", password: "x" }));
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
