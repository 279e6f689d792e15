/** Makes a thing once for each text, such as a language: what Intl offers takes long to make. */
export function madeOnce<Made>(make: (text: string) => Made): (text: string) => Made {
  const all = new Map<string, Made>();
  return (text) => {
    const known = all.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    all.set(text, made);
    return made;
  };
}
