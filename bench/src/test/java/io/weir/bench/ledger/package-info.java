/** Tests of what the scenario of the ledger makes of its figures. */
@NullMarked
package io.weir.bench.ledger;

import org.jspecify.annotations.NullMarked;
