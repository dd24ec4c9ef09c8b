// The title of the browser tab: what the screen shows, then the product.
import { watchEffect } from 'vue';

/** The name of the product, the same in every language. */
export const PRODUCT = 'patnav 专利导航';

export function useTitle(subject: () => string | undefined): void {
  watchEffect(() => {
    const text = subject();
    document.title = text ? `${text} · ${PRODUCT}` : PRODUCT;
  });
}
