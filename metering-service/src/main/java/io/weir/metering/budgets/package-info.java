/** What an account or an API key may spend in a day or a month. Entry point: {@link io.weir.metering.budgets.BudgetsResource}. */
@NullMarked
package io.weir.metering.budgets;

import org.jspecify.annotations.NullMarked;
