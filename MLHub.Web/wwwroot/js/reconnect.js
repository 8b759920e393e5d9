// The page's state is its address, so after a lost circuit a reload shows the same view.
const banner = document.getElementById('components-reconnect-modal');
document.getElementById('hub-reload')?.addEventListener('click', () => location.reload());
document.getElementById('hub-reload-error')?.addEventListener('click', () => location.reload());
banner?.addEventListener('components-reconnect-state-changed', e => { if (e.detail.state === 'rejected') location.reload(); });
document.addEventListener('visibilitychange', async () => {
  if (document.visibilityState === 'visible' && banner?.classList.contains('components-reconnect-failed')) {
    if (!await Blazor.reconnect().catch(() => false)) location.reload();
  }
});
// A skip link must move the focus, not only the scroll position.
document.addEventListener('click', e => {
  if (e.target instanceof Element && e.target.closest('.hub-skip')) {
    e.preventDefault();
    document.getElementById('main')?.focus();
  }
  // A link in a flyout leads on within the page, which would leave it open.
  if (e.target instanceof Element && e.target.closest('[popover] a')) e.target.closest('[popover]').hidePopover();
});
