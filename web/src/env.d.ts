// Lets TypeScript read single-file components where vue-tsc does not run (editors without the plug-in).
declare module '*.vue' {
  import type { DefineComponent } from 'vue';
  const component: DefineComponent<object, object, unknown>;
  export default component;
}
