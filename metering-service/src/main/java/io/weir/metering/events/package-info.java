/** CloudEvents in and out: usage that others counted, and what others are told. Entry points: {@link io.weir.metering.events.EventsResource}, {@link io.weir.metering.events.Outbox}. */
@NullMarked
package io.weir.metering.events;

import org.jspecify.annotations.NullMarked;
