/** The load on a ledger, in a process of its own. Entry point: {@link io.weir.bench.ledger.load.LedgerLoad}. */
@NullMarked
package io.weir.bench.ledger.load;

import org.jspecify.annotations.NullMarked;
