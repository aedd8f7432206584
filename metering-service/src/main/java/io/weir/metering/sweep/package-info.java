/** Ends what its gateway has lost and releases what nobody claimed. Entry point: {@link io.weir.metering.sweep.Sweeper}. */
@NullMarked
package io.weir.metering.sweep;

import org.jspecify.annotations.NullMarked;
