import type { RealtimeChannel, SupabaseClient } from '@supabase/supabase-js';

export type Liveness = 'connecting' | 'live' | 'away';

export interface ChannelPorts {
  liveness(liveness: Liveness): void;
  broadcast(event: string, payload: unknown): void;
}

/** What a session's topic is to the page. */
export interface Channel {
  open(): void;
  close(): void;
}

const EVENTS = ['message', 'token', 'end', 'error'] as const;
const REOPEN_MILLIS = 5_000;

let shared: Promise<SupabaseClient> | null = null;

/** The stock client, loaded when the first session is opened. The session cookie authenticates its WebSocket. */
function client(key: string): Promise<SupabaseClient> {
  shared ??= import('@supabase/supabase-js').then(({ createClient }) =>
    createClient(location.origin, key, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    }),
  );
  return shared;
}

/** Follows `session:{id}` on the relay until it is closed; the stock client rejoins by itself. */
export class SessionChannel implements Channel {
  private channel: RealtimeChannel | null = null;
  private closed = false;
  private reopening: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: string,
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
    const channel = supabase.channel(`session:${this.session}`, { config: { private: true } });
    this.channel = channel;
    for (const event of EVENTS) {
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
