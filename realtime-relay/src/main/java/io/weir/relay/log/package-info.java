/** The logs of streams, in memory. Entry point: {@link io.weir.relay.log.StreamLogs}. */
@NullMarked
package io.weir.relay.log;

import org.jspecify.annotations.NullMarked;
