/** The one way to the reactive pool. Entry point: {@link io.weir.metering.database.Database}. */
@NullMarked
package io.weir.metering.database;

import org.jspecify.annotations.NullMarked;
