// Runs before the first paint, so that no page ever flashes in the other theme.
(() => {
  const root = document.documentElement;
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = () => /(?:^|; )mlhub-theme=(light|dark)/.exec(document.cookie)?.[1] ?? 'system';
  const apply = () => { root.dataset.theme = choice() === 'system' ? (system.matches ? 'dark' : 'light') : choice(); };
  system.addEventListener('change', apply);
  apply();
  document.addEventListener('click', e => {
    const theme = e.target instanceof Element && e.target.closest('[data-choose-theme]')?.dataset.chooseTheme;
    if (!theme) return;
    const secure = location.protocol === 'https:' ? '; secure' : '';
    document.cookie = `mlhub-theme=${theme}; path=/; max-age=${theme === 'system' ? 0 : 31536000}; samesite=lax${secure}`;
    apply();
  });
})();
