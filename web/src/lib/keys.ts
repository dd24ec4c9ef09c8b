// Single-key commands of the page: `/`, `?`, J, K, N, P, Enter. Never active while somebody types.
import { onBeforeUnmount, onMounted } from 'vue';
import { isComposing } from './ime';

type Bindings = Record<string, (event: KeyboardEvent) => void>;

/** Returns whether the event goes to a field, a dialog or a control that has its own use for keys. */
function isTaken(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return true;
  // A focused region scrolls with the arrows.
  if (event.key.startsWith('Arrow') && target?.closest('[tabindex="0"], [role="tab"]')) return true;
  // A focused link or button is opened by its own Enter.
  return event.key === 'Enter' && Boolean(target?.closest('a, button, summary, [role="tab"]'));
}

/** Binds keys (lower case, as in `KeyboardEvent.key`) while the component is mounted. */
export function useKeys(bindings: Bindings): void {
  function onKeydown(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isComposing(event) || isTaken(event)) return;
    const run = bindings[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!run) return;
    event.preventDefault();
    run(event);
  }
  onMounted(() => window.addEventListener('keydown', onKeydown));
  onBeforeUnmount(() => window.removeEventListener('keydown', onKeydown));
}

/** Puts the cursor into the query box that the screen shows and selects its text. */
export function focusQueryBox(): void {
  const box = document.querySelector<HTMLInputElement | HTMLTextAreaElement>('[data-query-box]');
  box?.focus();
  box?.select();
}
