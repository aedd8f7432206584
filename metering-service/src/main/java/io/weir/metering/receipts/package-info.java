/** What one stream used and cost. Entry point: {@link io.weir.metering.receipts.ReceiptsResource}. */
@NullMarked
package io.weir.metering.receipts;

import org.jspecify.annotations.NullMarked;
