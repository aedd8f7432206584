/** The hash chain over the ledger's entries, and their partitions by month: jobs. Entry point: {@link EntryChain}. */
@NullMarked
package io.weir.metering.chain;

import org.jspecify.annotations.NullMarked;
