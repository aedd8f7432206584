/** Streams read again by offset, as SSE or NDJSON. Entry point: {@link io.weir.relay.reading.StreamEventsRoute}. */
@NullMarked
package io.weir.relay.reading;

import org.jspecify.annotations.NullMarked;
