/** Tests of the running service on a real PostgreSQL with real tokens. Entry point: {@link io.weir.metering.Metering}. */
@NullMarked
package io.weir.metering;

import org.jspecify.annotations.NullMarked;
