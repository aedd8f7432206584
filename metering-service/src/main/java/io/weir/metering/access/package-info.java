/** Who may read what. Entry point: {@link io.weir.metering.access.Caller}. */
@NullMarked
package io.weir.metering.access;

import org.jspecify.annotations.NullMarked;
