import { micro, number, object, string } from '../api/json';

/** Streams that are shown: running ones, and the last that have ended. */
const MOST_SHOWN = 12;
/** Points of one line; beyond it every second one goes. */
const MOST_POINTS = 240;
/** A running stream is heard of every few seconds: longer than this and nobody knows. */
export const SILENT_MILLIS = 45_000;

export interface BurnPoint {
  readonly at: number;
  /** Credit that the account had left then, what the stream holds and has not used included. */
  readonly leftMicro: bigint;
}

/** One stream that burns credit, as `account:{account}` tells of it. */
export interface Burn {
  readonly streamId: string;
  readonly session: string;
  readonly agent: string;
  readonly outputTokens: number;
  readonly costMicro: string;
  readonly grantedMicro: string;
  readonly availableMicro: string | null;
  readonly settled: boolean;
  readonly heardAt: number;
  /** Oldest first. */
  readonly points: readonly BurnPoint[];
}

/** Newest first. */
export type Burns = readonly Burn[];

/** What the account's topic said, taken in. Unknown events change nothing. */
export function heard(burns: Burns, event: string, payload: unknown, at: number): Burns {
  const data = object(payload);
  const streamId = string(data?.['streamId']);
  if (data === null || streamId === undefined || (event !== 'started' && event !== 'usage')) return burns;
  const known = burns.find((one) => one.streamId === streamId);
  const before: Burn = known ?? {
    streamId,
    session: string(data['session']) ?? '',
    agent: string(data['agent']) ?? '',
    outputTokens: 0,
    costMicro: '0',
    grantedMicro: '0',
    availableMicro: null,
    settled: false,
    heardAt: at,
    points: [],
  };
  // What comes late, behind the bill, says nothing new.
  if (before.settled) return burns;
  const now = event === 'usage' ? used(before, data, at) : { ...before, heardAt: at };
  const others = burns.filter((one) => one.streamId !== streamId);
  return known === undefined ? bounded([now, ...others]) : burns.map((one) => (one === known ? now : one));
}

function used(before: Burn, data: Readonly<Record<string, unknown>>, at: number): Burn {
  const costMicro = micro(data['costMicro']) ?? before.costMicro;
  const grantedMicro = micro(data['grantedMicro']) ?? before.grantedMicro;
  const availableMicro = micro(data['availableMicro']) ?? before.availableMicro;
  const settled = data['settled'] === true;
  const held = BigInt(grantedMicro) - BigInt(costMicro);
  const left = availableMicro === null ? null : BigInt(availableMicro) + (settled || held < 0n ? 0n : held);
  return {
    ...before,
    costMicro,
    grantedMicro,
    availableMicro,
    settled,
    heardAt: at,
    outputTokens: number(object(data['tokens'])?.['output']) ?? before.outputTokens,
    points: left === null ? before.points : thinned([...before.points, { at, leftMicro: left }]),
  };
}

function thinned(points: readonly BurnPoint[]): readonly BurnPoint[] {
  return points.length <= MOST_POINTS ? points : points.filter((_, at) => at % 2 === 0 || at === points.length - 1);
}

/** Of too many, the oldest that have ended go first. */
function bounded(burns: Burns): Burns {
  if (burns.length <= MOST_SHOWN) return burns;
  const ended = burns.findLastIndex((one) => one.settled);
  const gone = ended < 0 ? burns.length - 1 : ended;
  return burns.filter((_, at) => at !== gone);
}

export type BurnState = 'running' | 'silent' | 'settled';

export function stateOf(burn: Burn, now: number): BurnState {
  return burn.settled ? 'settled' : now - burn.heardAt > SILENT_MILLIS ? 'silent' : 'running';
}
