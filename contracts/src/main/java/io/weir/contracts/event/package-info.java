/**
 * Names of the events that travel inside a stream. Their shapes are not records here: on the hot path an event is a
 * {@code Run} of the stream engine (typed where somebody acts: deltas, terminal; verbatim bytes for the rest), and its
 * golden files fix every byte. Entry point: {@link io.weir.contracts.event.EventTypes}.
 */
@NullMarked
package io.weir.contracts.event;

import org.jspecify.annotations.NullMarked;
