/** Topics that belong to their first writer. Entry point: {@link io.weir.metering.slots.SlotsResource}. */
@NullMarked
package io.weir.metering.slots;

import org.jspecify.annotations.NullMarked;
