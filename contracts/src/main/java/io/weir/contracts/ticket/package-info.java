/** The ticket that opens a stream at the gateway. */
@NullMarked
package io.weir.contracts.ticket;

import org.jspecify.annotations.NullMarked;
