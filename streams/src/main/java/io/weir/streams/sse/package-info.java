/**
 * The {@code text/event-stream} codec (WHATWG HTML §9.2), and newline-delimited JSON beside it. Entry point:
 * {@link io.weir.streams.sse.SseDecoder}.
 */
@NullMarked
package io.weir.streams.sse;

import org.jspecify.annotations.NullMarked;
