/** Balances. Entry point: {@link io.weir.metering.accounts.AccountsResource}. */
@NullMarked
package io.weir.metering.accounts;

import org.jspecify.annotations.NullMarked;
