/** The {@code text/event-stream} codec (WHATWG HTML §9.2). Entry point: {@link io.weir.streams.sse.SseDecoder}. */
@NullMarked
package io.weir.streams.sse;

import org.jspecify.annotations.NullMarked;
