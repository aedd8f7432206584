import type { Piece } from './answerText';

/** How a stream ended. The names are those of receipts, topics and the message history. */
export type EndReason =
  | 'completed'
  | 'max_output_tokens'
  | 'credits_exhausted'
  | 'cancelled'
  | 'time_limit'
  | 'draining'
  | 'metering_unavailable'
  | 'agent_error'
  | 'machine_lost'
  | 'no_machine'
  | 'orphaned';

/** Running totals of an open stream, sent to the payer only. */
export interface Usage {
  readonly outputTokens?: number;
  readonly costMicro?: string;
  readonly availableMicro?: string;
}

/** What one stream tells a reader, whatever the wire. */
export type StreamEvent =
  | { readonly kind: 'piece'; readonly piece: Piece }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'usage'; readonly usage: Usage }
  | { readonly kind: 'end'; readonly reason: EndReason | null; readonly message?: string; readonly usage?: Usage };

const REASONS: ReadonlySet<string> = new Set<EndReason>([
  'completed',
  'max_output_tokens',
  'credits_exhausted',
  'cancelled',
  'time_limit',
  'draining',
  'metering_unavailable',
  'agent_error',
  'machine_lost',
  'no_machine',
  'orphaned',
]);

export function endReason(value: unknown): EndReason | null {
  return typeof value === 'string' && REASONS.has(value) ? (value as EndReason) : null;
}
