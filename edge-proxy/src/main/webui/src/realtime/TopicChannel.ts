import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';
import { client } from './client';

export type Liveness = 'connecting' | 'live' | 'away';

export interface ChannelPorts {
  liveness(liveness: Liveness): void;
  broadcast(event: string, payload: unknown): void;
}

/** What a topic is to the page. */
export interface Channel {
  open(): void;
  close(): void;
}

/** What a session's topic says. */
export const SESSION_EVENTS = ['message', 'token', 'end', 'error'] as const;
/** What an account's topic says. */
export const ACCOUNT_EVENTS = ['started', 'usage'] as const;
const REOPEN_MILLIS = 5_000;

/** Follows a topic on the relay until it is closed; the stock client rejoins by itself. */
export class TopicChannel implements Channel {
  private channel: RealtimeChannel | null = null;
  private closed = false;
  private reopening: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly topic: string,
    private readonly events: readonly string[],
    private readonly key: string,
    private readonly ports: ChannelPorts,
  ) {}

  open(): void {
    this.ports.liveness('connecting');
    client(this.key).then(
      (supabase) => this.join(supabase),
      () => this.ports.liveness('away'),
    );
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.reopening);
    void this.channel?.unsubscribe();
  }

  private join(supabase: SupabaseClient): void {
    if (this.closed) {
      return;
    }
    const channel = supabase.channel(this.topic, { config: { private: true } });
    this.channel = channel;
    for (const event of this.events) {
      channel.on('broadcast', { event }, (message) => {
        if (!this.closed) this.ports.broadcast(event, message['payload']);
      });
    }
    channel.subscribe((status) => {
      if (this.closed || this.channel !== channel) {
        return;
      }
      this.ports.liveness(status === 'SUBSCRIBED' ? 'live' : 'away');
      if (status === 'CLOSED') {
        // The relay closed it for good as far as the stock client is concerned: only a new channel comes back.
        this.reopening = setTimeout(() => this.join(supabase), REOPEN_MILLIS);
      }
    });
  }
}
