/**
 * The local stack as real processes: PostgreSQL, the issuer, demo agents and the four services. Entry point:
 * {@link io.weir.local.stack.LocalStack}, for {@code ./weir up} and for end-to-end tests alike.
 */
@NullMarked
package io.weir.local.stack;

import org.jspecify.annotations.NullMarked;
