// A search form that looks while it is typed into: <form data-as-typed>. The address follows, the field keeps the focus and what stands in it; without this script
// the form is sent by Enter.

const askAfter = 200;
let timer = 0;

const address = form => {
  const url = new URL(form.action, location.href);
  url.search = '';
  for (const [name, value] of new FormData(form)) {
    if (value !== '') {
      url.searchParams.append(name, value);
    }
  }
  return url;
};

function go(form) {
  clearTimeout(timer);
  const url = address(form);
  if (url.search !== location.search || url.pathname !== location.pathname) {
    // What was typed on the way is not worth a step back.
    globalThis.Blazor.navigateTo(url.pathname + url.search, { replaceHistoryEntry: true });
  }
}

document.addEventListener('input', event => {
  const form = event.target.closest('form[data-as-typed]');
  if (form && globalThis.Blazor && !event.isComposing) {
    clearTimeout(timer);
    timer = setTimeout(() => form.isConnected && go(form), askAfter);
  }
});

document.addEventListener('submit', event => {
  const form = event.target.closest('form[data-as-typed]');
  if (form && globalThis.Blazor) {
    event.preventDefault();
    go(form);
  }
});

// The field stays as it is while pages come; another address, by a link or a step back, has other words.
globalThis.Blazor?.addEventListener('enhancedload', () => {
  for (const input of document.querySelectorAll('form[data-as-typed] input[type="search"]')) {
    const words = new URLSearchParams(location.search).get(input.name) ?? '';
    if (input !== document.activeElement && input.value !== words) {
      input.value = words;
    }
  }
});
