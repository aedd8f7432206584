/** The ledger's speed: beside pgbench, on one busy account, and for whoever reads bills. Entry point: {@link io.weir.bench.ledger.Ledger}. */
@NullMarked
package io.weir.bench.ledger;

import org.jspecify.annotations.NullMarked;
