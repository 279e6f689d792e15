// Runs before the first paint, so that a dark screen never flashes light. A file of its own, because the
// content policy allows no inline script.
(() => {
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('holdfast.color-scheme') || 'auto';
  } catch {
    // Storage can be forbidden; then the system decides.
  }
  const dark = wanted === 'dark' || (wanted === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
