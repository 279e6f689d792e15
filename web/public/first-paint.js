// Runs before the first paint, so that a dark screen never flashes light and a page that is written from the right
// never begins at the left. A file of its own, because the content policy allows no inline script.
(() => {
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage can be forbidden; then the system and the browser decide.
      return null;
    }
  };
  const page = document.documentElement;

  const appearance = remembered('holdfast.color-scheme');
  const bySystem = appearance !== 'dark' && appearance !== 'light';
  const dark = bySystem ? matchMedia('(prefers-color-scheme: dark)').matches : appearance === 'dark';
  page.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');

  const wished = [remembered('holdfast.language'), ...navigator.languages];
  const bases = wished.map((tag) => (tag || '').toLowerCase().split('-')[0]);
  page.lang = bases.find((base) => ['en', 'de', 'sq', 'ar'].includes(base)) || 'en';
  page.dir = page.lang === 'ar' ? 'rtl' : 'ltr';
})();
