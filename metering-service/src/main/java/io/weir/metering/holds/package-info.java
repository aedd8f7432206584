/** The life of a hold: reserve, claim, update, settle, release, cancel, fence. Entry point: {@link io.weir.metering.holds.HoldsResource}. */
@NullMarked
package io.weir.metering.holds;

import org.jspecify.annotations.NullMarked;
