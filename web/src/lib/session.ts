// Whether the server asks to log in, and who has. The session itself is a cookie that scripts cannot read;
// the name kept here only labels the button that ends it.
import { ref } from 'vue';
import { api, ApiError } from '../api/client';
import type { LoginRequest } from '../api/types';

const KEY = 'patnav.account';

function load(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}

function store(name: string): void {
  account.value = name;
  try {
    if (name) localStorage.setItem(KEY, name);
    else localStorage.removeItem(KEY);
  } catch {
    // Storage may be forbidden; the name then lasts as long as the page.
  }
}

/** Whether the login view takes the place of the screen. */
export const needsLogin = ref(false);
/** The name of the one who has logged in; empty where nobody has, or nobody needs to. */
export const account = ref(load());

/** Told of every failed call: an answer that asks to log in brings the login view. */
export function onFailure(error: unknown): void {
  if (!(error instanceof ApiError) || error.code !== 'unauthorized') return;
  store('');
  needsLogin.value = true;
}

export async function login(request: LoginRequest): Promise<void> {
  const { name } = await api.login(request);
  store(name);
  needsLogin.value = false;
}

export async function logout(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    onFailure(error);
    return;
  }
  store('');
  needsLogin.value = true;
}
