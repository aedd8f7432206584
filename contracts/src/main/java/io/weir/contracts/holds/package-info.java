/** Requests and replies of the metering conversation (reserve, claim, update, settle, release, cancel, fence). Amounts are micro-credits (1 credit = 1,000,000) and strings in JSON. */
@NullMarked
package io.weir.contracts.holds;

import org.jspecify.annotations.NullMarked;
