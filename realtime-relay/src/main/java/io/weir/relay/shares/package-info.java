/** Sessions that are shared with other accounts. Entry point: {@link io.weir.relay.shares.Shares}. */
@NullMarked
package io.weir.relay.shares;

import org.jspecify.annotations.NullMarked;
