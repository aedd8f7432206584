/** The Supabase Realtime protocol, vsn 1.0.0 and 2.0.0. Entry point: {@link io.weir.relay.phoenix.PhoenixSockets}. */
@NullMarked
package io.weir.relay.phoenix;

import org.jspecify.annotations.NullMarked;
