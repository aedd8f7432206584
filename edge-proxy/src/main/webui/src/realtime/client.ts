import type { SupabaseClient } from '@supabase/supabase-js';

let shared: Promise<SupabaseClient> | null = null;

/** The stock client, loaded when the first topic is opened. The session cookie authenticates its WebSocket. */
export function client(key: string): Promise<SupabaseClient> {
  shared ??= import('@supabase/supabase-js').then(({ createClient }) =>
    createClient(location.origin, key, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    }),
  );
  return shared;
}
