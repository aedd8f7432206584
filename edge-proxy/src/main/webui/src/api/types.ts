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

export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface Receipt {
  readonly streamId: string;
  readonly account: string;
  readonly session: string;
  readonly agent: string;
  readonly model?: string;
  readonly tokens: Tokens;
  readonly usageSource: 'agent' | 'counted';
  readonly priceName: string;
  readonly priceVersion: number;
  readonly chargeMicro: string;
  readonly receivableMicro: string;
  readonly cutOff: boolean;
  readonly textSha256?: string;
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

/** Sums of what was settled in one window. */
export interface UsageRow {
  readonly start: string;
  readonly model?: string;
  readonly account?: string;
  readonly streams: number;
  readonly tokens: Tokens;
  readonly chargeMicro: string;
  readonly receivableMicro: string;
}

export interface UsagePage {
  readonly from: string;
  readonly to: string;
  readonly watermark: { readonly number: number; readonly at: string };
  readonly rows: readonly UsageRow[];
  readonly next?: string;
}

/** One settlement, or what a late correction added to one. */
export interface UsageRecord {
  readonly number: number;
  readonly at: string;
  readonly stream: string;
  readonly late: boolean;
  readonly agent: string;
  readonly model?: string;
  readonly endReason: string;
  readonly tokens: Tokens;
  readonly chargeMicro: string;
}

export interface RecordPage {
  readonly records: readonly UsageRecord[];
  readonly next?: string;
}

export type KeyScope = 'chat' | 'sessions' | 'usage' | 'post';

export interface ApiKey {
  readonly keyId: string;
  /** The key itself: only in the answer that opens it. */
  readonly key?: string;
  readonly name: string;
  readonly hint: string;
  readonly scopes: readonly KeyScope[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

/** What staff see of an account. */
export interface AccountLine {
  readonly account: string;
  readonly balanceMicro: string;
  readonly heldMicro: string;
  readonly availableMicro: string;
  readonly openStreams: number;
}

export interface Grant {
  readonly grantId: string;
  readonly state: 'scheduled' | 'active' | 'spent' | 'expired' | 'voided';
  readonly amountMicro: string;
  readonly remainingMicro: string;
  readonly spentMicro: string;
  readonly lapsedMicro: string;
  readonly rolledMicro: string;
  readonly kind: 'purchased' | 'promotional';
  readonly priority: number;
  readonly effectiveAt: string;
  readonly expiresAt?: string;
  readonly note?: string;
  readonly grantedBy: string;
  readonly grantedAt: string;
}

/** What a grant is asked for with. */
export interface GrantTerms {
  readonly amountMicro: string;
  readonly kind: Grant['kind'];
  readonly priority: number;
  readonly effectiveAt?: string;
  readonly expiresAt?: string;
  readonly note?: string;
}

/** What is paid: nano-credits for a token, micro-credits for a request. */
export interface Rates {
  readonly inputNano: number;
  readonly cachedNano: number;
  readonly cacheWriteNano: number;
  readonly outputNano: number;
  readonly reasoningNano: number;
  readonly requestMicro: string;
}

export interface PriceVersion extends Rates {
  readonly name: string;
  readonly version: number;
  readonly createdAt: string;
  readonly createdBy: string;
}

/** One invariant of the ledger. One that could not be checked says so, and why. */
export interface Invariant {
  readonly id: string;
  readonly statement: string;
  readonly state?: string;
  readonly violations?: number;
  readonly detail?: string;
  readonly checkedAt?: string;
  readonly violatedAt?: string;
}

export interface Audit {
  readonly checkedAt: string;
  /** How far below zero accounts ever were; always 0. */
  readonly overspentEverMicro?: string;
  readonly invariants: readonly Invariant[];
  readonly chain?: { readonly sealedUpTo: number; readonly verifiedUpTo: number; readonly verifiedAt?: string; readonly brokenAt?: number };
}
