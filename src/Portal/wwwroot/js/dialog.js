// Opens a dialog as one: the page behind it waits, Esc closes it, and the focus goes back to where it was.
export function open(dialog) {
  const before = document.activeElement;
  dialog.showModal();
  new MutationObserver((_, watching) => {
    if (!dialog.isConnected) {
      watching.disconnect();
      if (before?.isConnected) {
        before.focus();
      }
    }
  }).observe(document.body, { childList: true, subtree: true });
}
