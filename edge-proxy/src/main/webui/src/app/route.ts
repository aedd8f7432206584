import { useSyncExternalStore } from 'react';
import { newId } from './ids';

const SESSION = /^#\/s\/([^/]{1,128})$/;
const KEPT = 'weir.return';

/** Sessions that this page made up and that nobody has written to: they have no history to load. */
const fresh = new Set<string>();

export function isFresh(session: string): boolean {
  return fresh.has(session);
}

/** Somebody has written to it: from now on it has a history. */
export function wrote(session: string): void {
  fresh.delete(session);
}

export function sessionOf(hash: string): string | null {
  const found = SESSION.exec(hash)?.[1];
  try {
    return found === undefined ? null : decodeURIComponent(found);
  } catch {
    return null;
  }
}

export function sessionHref(session: string): string {
  return `#/s/${encodeURIComponent(session)}`;
}

/** Leads to a new session. Its id is in the address from the start, so that a second tab can open it. */
export function openNewSession(): void {
  const session = newId();
  fresh.add(session);
  location.hash = sessionHref(session);
}

/** Pages beside the conversations. What follows the name in the address is the page's own. */
export type Page = 'usage' | 'billing' | 'machines';
const PAGE = /^#\/(usage|billing|machines)(?:\/(.*))?$/;

export function pageOf(hash: string): Page | null {
  return (PAGE.exec(hash)?.[1] as Page | undefined) ?? null;
}

export function pageHref(page: Page, rest?: string): string {
  return rest === undefined ? `#/${page}` : `#/${page}/${rest}`;
}

/** The login leaves the page, and the part behind `#` with it: kept here for the way back. */
export function leaveForLogin(): void {
  sessionStorage.setItem(KEPT, location.hash);
  location.assign('/login');
}

/** True once, after a login that did not work: the edge leads back with a mark in the address. */
export function loginFailed(): boolean {
  const failed = new URLSearchParams(location.search).get('login') === 'failed';
  if (failed) history.replaceState(null, '', location.pathname + location.hash);
  return failed;
}

export function returnFromLogin(): void {
  const kept = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  const leads = (hash: string): boolean => pageOf(hash) !== null || sessionOf(hash) !== null;
  if (kept !== null && !leads(location.hash) && leads(kept)) {
    history.replaceState(null, '', kept);
  }
}

function onHashChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function useHash(): string {
  return useSyncExternalStore(onHashChange, () => location.hash);
}

export function useSessionRoute(): string | null {
  return sessionOf(useHash());
}

export function usePageRoute(): Page | null {
  return pageOf(useHash());
}

/** What follows the page's name in the address, as it stands there. */
export function usePageRest(): string {
  return PAGE.exec(useHash())?.[2] ?? '';
}
