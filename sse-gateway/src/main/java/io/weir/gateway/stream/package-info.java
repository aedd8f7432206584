/**
 * Open streams: one single-threaded object each, from the ticket to the last acknowledgement. Entry point:
 * {@link io.weir.gateway.stream.OpenStreams}; HTTP comes in through {@link io.weir.gateway.stream.StreamsRoute}.
 */
@NullMarked
package io.weir.gateway.stream;

import org.jspecify.annotations.NullMarked;
