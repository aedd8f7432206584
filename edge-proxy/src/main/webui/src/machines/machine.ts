import type { Machine } from '../api/types';

/** What an operator has to know first. Draining is a decision, not a fault: it is said even of a machine that is down. */
export type State = 'well' | 'draining' | 'alone' | 'down';

export function stateOf(machine: Machine): State {
  if (machine.draining) return 'draining';
  if (machine.leftAlone) return 'alone';
  return machine.healthy ? 'well' : 'down';
}

export const STATE_WORDS: Readonly<Record<State, string>> = {
  well: 'Well',
  draining: 'Draining',
  alone: 'Left alone',
  down: 'Down',
};

export const STATE_HINTS: Readonly<Record<State, string>> = {
  well: 'Gets new streams.',
  draining: 'Gets no new streams; open ones go on.',
  alone: 'Streams failed on it in a row. It gets none for a while.',
  down: 'Does not pass its health checks, and gets no streams.',
};

/** How full it is, from 0 to 1. A machine without a capacity is measured against the busiest one. */
export function fill(machine: Machine, busiest: number): number {
  const most = machine.capacity ?? Math.max(busiest, 4);
  return Math.min(1, machine.openStreams / most);
}

export function busiest(machines: readonly Machine[]): number {
  return Math.max(0, ...machines.map((machine) => machine.openStreams));
}

export function streams(machine: Machine): string {
  return machine.capacity === undefined ? String(machine.openStreams) : `${machine.openStreams} / ${machine.capacity}`;
}

/** Time since then, in one unit. */
export function ago(at: string | undefined, now: number): string {
  if (at === undefined) return 'never';
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** One sentence over all of them. */
export function summary(machines: readonly Machine[]): string {
  const well = machines.filter((machine) => stateOf(machine) === 'well').length;
  const open = machines.reduce((sum, machine) => sum + machine.openStreams, 0);
  return `${well} of ${machines.length} machines ready, ${open} ${open === 1 ? 'stream' : 'streams'} open`;
}

export function byApp(machines: readonly Machine[]): readonly (readonly [string, readonly Machine[]])[] {
  const apps = new Map<string, Machine[]>();
  for (const machine of machines) apps.set(machine.app, [...(apps.get(machine.app) ?? []), machine]);
  return [...apps];
}
