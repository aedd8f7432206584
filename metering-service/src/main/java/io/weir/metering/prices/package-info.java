/** The price book: immutable versions by name. Entry point: {@link io.weir.metering.prices.PricesResource}. */
@NullMarked
package io.weir.metering.prices;

import org.jspecify.annotations.NullMarked;
