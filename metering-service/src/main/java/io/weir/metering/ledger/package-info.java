/** The ledger's tables as read by Panache; nothing here writes money. Entry point: {@link io.weir.metering.ledger.Ledger}. */
@NullMarked
package io.weir.metering.ledger;

import org.jspecify.annotations.NullMarked;
