/** Names and shapes of the events that travel inside a stream. Entry point: {@link io.weir.contracts.event.EventTypes}. */
@NullMarked
package io.weir.contracts.event;

import org.jspecify.annotations.NullMarked;
