// How long something has been under way, for the notice on slow answers.
import { onScopeDispose, ref, watch, type Ref } from 'vue';

const TICK_MS = 200;

/** Returns the seconds since `busy` became true, 0 while it is false. */
export function useElapsed(busy: Ref<boolean>): Ref<number> {
  const seconds = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    seconds.value = 0;
  };
  watch(
    busy,
    (now) => {
      stop();
      if (!now) return;
      const since = performance.now();
      timer = setInterval(() => (seconds.value = (performance.now() - since) / 1000), TICK_MS);
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return seconds;
}
