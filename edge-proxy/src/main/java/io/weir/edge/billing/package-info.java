/** Usage, keys, budgets and receipts of the caller, and what billing and admins do: passed on to metering. Entry point: {@link io.weir.edge.billing.BillingRoutes}. */
@NullMarked
package io.weir.edge.billing;

import org.jspecify.annotations.NullMarked;
