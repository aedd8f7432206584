/**
 * The life of a stream as pure state machines: no clock, no socket, no thread of their own. The services carry them, and
 * the seeded simulation drives the very same classes. Entry point: {@link io.weir.streams.life.StreamState}.
 */
@NullMarked
package io.weir.streams.life;

import org.jspecify.annotations.NullMarked;
