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
// The first drawing by the circuit puts new elements in place of those that came with the document. Whoever pressed a link before
// and lets go after it has clicked, but not for the browser, which wants both on one element. (For a finger it asks what lies there.)
let pressed = null;
document.addEventListener('pointerdown', e => {
  pressed = e.pointerType === 'mouse' && e.button === 0 && e.target instanceof Element ? e.target.closest('a[href]') : null;
}, true);
document.addEventListener('pointerup', e => {
  const link = pressed && !pressed.isConnected && e.target instanceof Element ? e.target.closest('a[href]') : null;
  if (link?.href === pressed?.href) link?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey: e.ctrlKey, metaKey: e.metaKey, shiftKey: e.shiftKey }));
  pressed = null;
}, true);
// Until that first drawing, buttons hear nothing. The last one that was pressed is pressed again as soon as it is there and can be.
const first = document.querySelector('.hub-main');
const nameOf = button => button.ariaLabel ?? button.textContent.trim();
const alike = (tag, name) => [...document.querySelectorAll(tag)].filter(button => nameOf(button) === name);
let early = null;
const drawing = new MutationObserver(() => {
  if (first.isConnected) return;
  const buttons = alike(early.tag, early.name);
  const button = buttons[early.place];
  // Of other rows than were seen, none is pressed.
  const isReady = button && !button.disabled && buttons.length === early.count;
  if (!isReady && performance.now() < early.until) return;
  drawing.disconnect();
  document.documentElement.classList.remove('is-early');
  if (isReady) button.click();
});
document.addEventListener('click', e => {
  const button = first?.isConnected && e.target instanceof Element && e.target.closest('button:not([type=submit], [popovertarget], [data-choose-theme]), [role=tab], [role=button], input[type=checkbox]');
  if (!button) return;
  const [tag, name] = [button.tagName, nameOf(button)];
  const buttons = alike(tag, name);
  early = { tag, name, place: buttons.indexOf(button), count: buttons.length, until: performance.now() + 10_000 };
  document.documentElement.classList.add('is-early');
  drawing.observe(document.body, { childList: true, subtree: true, attributeFilter: ['disabled'] });
}, true);
