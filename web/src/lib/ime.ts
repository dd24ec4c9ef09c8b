// Enter while an input method composes chooses a word; it must never send a query.

/**
 * Whether a key event belongs to an input method.
 *
 * WebKit on macOS sends the Enter that ends a composition after `compositionend`, with key code 229
 * and `isComposing` false; hence the second test.
 */
export const isComposing = (event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean =>
  event.isComposing || event.keyCode === 229;

/** Whether a key event is a finished Enter without Shift (Shift+Enter makes a new line). */
export const isSubmit = (event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>): boolean =>
  event.key === 'Enter' && !event.shiftKey && !isComposing(event);
