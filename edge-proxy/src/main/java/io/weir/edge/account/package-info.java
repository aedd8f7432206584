/** What a page asks about its user and this place. Entry point: {@link io.weir.edge.account.AccountResource}. */
@NullMarked
package io.weir.edge.account;

import org.jspecify.annotations.NullMarked;
