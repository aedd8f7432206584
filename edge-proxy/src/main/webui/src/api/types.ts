/** The edge's JSON, as far as the console reads it. Amounts are strings of micro-credits: 1 credit = 1,000,000. */
import type { EndReason } from '../chat/streamEvent';

export interface Me {
  readonly account: string;
  readonly roles: readonly string[];
  readonly name?: string;
}

export interface Agent {
  readonly name: string;
  readonly default?: boolean;
}

export interface Config {
  readonly realtimeKey?: string;
  readonly agents?: readonly Agent[];
}

export interface Balance {
  readonly balanceMicro: string;
  readonly availableMicro: string;
}

export interface Session {
  readonly id: string;
  readonly title?: string | null;
  readonly updatedAt: string;
  /** Whose session it is, of one that somebody shares with the caller. */
  readonly owner?: string;
}

export interface StoredMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string | null;
  readonly streamId: string | null;
  readonly state: string | null;
  readonly agent: string | null;
  readonly createdAt: string;
}

export interface MessagePage {
  readonly messages: readonly StoredMessage[];
  readonly nextBefore: string | null;
}

export interface Receipt {
  readonly streamId: string;
  readonly agent: string;
  readonly model?: string;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly chargeMicro: string;
  readonly endReason?: EndReason;
  readonly startedAt: string;
  readonly firstTokenAt?: string;
  readonly endedAt?: string;
  readonly state: 'settling' | 'settled';
}

/** An agent machine, as operators see it. */
export interface Machine {
  readonly app: string;
  readonly id: string;
  readonly address: string;
  /** Streams that it takes at a time; without it as many as come. */
  readonly capacity?: number;
  readonly source: string;
  readonly draining: boolean;
  readonly healthy: boolean;
  /** Out of choice for a while because streams failed on it. */
  readonly leftAlone: boolean;
  readonly openStreams: number;
  readonly lastChecked?: string;
  readonly consecutiveFailures: number;
  readonly lastError?: string;
  readonly lastErrorAt?: string;
}
