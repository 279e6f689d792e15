/** The forms that strangers fill in. */
export type FormName = "sign-in" | "sign-up" | "forgot" | "reset";

/** What each of them sends beside its own. */
export interface FormBody {
  /** What stands in the field that no person sees. */
  readonly subject?: string;
}

interface OpenForm {
  readonly token: string;
  /** When it may be sent. */
  readonly ready: Promise<void>;
}

/** Asks the server for the token of a form, and after how many milliseconds it may be sent. */
export type Opener = (name: FormName) => Promise<{ readonly token: string; readonly wait: number }>;

/**
 * The forms that this page has open. The server takes one only with the token by which it was opened, and takes whoever sends it
 * at once for a program. So a form is opened when it is shown; one that is filled in faster, as by a password manager, waits here.
 */
export class FormTokens {
  private readonly forms = new Map<FormName, Promise<OpenForm>>();
  private readonly ask: Opener;

  constructor(ask: Opener) {
    this.ask = ask;
  }

  /** The form is shown. Where that does not get through, it is opened when it is sent. */
  open(name: FormName): void {
    this.begin(name).catch(() => undefined);
  }

  /** Its token, as soon as it may be sent. Throws where the server cannot be asked for one. */
  async ready(name: FormName): Promise<string> {
    const form = await (this.forms.get(name) ?? this.begin(name));
    await form.ready;
    return form.token;
  }

  /** The server takes its token no longer. */
  drop(name: FormName): void {
    this.forms.delete(name);
  }

  private begin(name: FormName): Promise<OpenForm> {
    const opening = this.ask(name).then(({ token, wait }) => ({
      token,
      ready: new Promise<void>((done) => setTimeout(done, wait)),
    }));
    this.forms.set(name, opening);
    opening.catch(() => {
      if (this.forms.get(name) === opening) this.forms.delete(name);
    });
    return opening;
  }
}
