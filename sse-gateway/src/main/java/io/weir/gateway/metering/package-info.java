/**
 * The conversation with metering: claim, batched updates under one lease, settle until acknowledged. Entry points:
 * {@link io.weir.gateway.metering.Claims}, {@link io.weir.gateway.metering.Updates} and
 * {@link io.weir.gateway.metering.Settlement}.
 */
@NullMarked
package io.weir.gateway.metering;

import org.jspecify.annotations.NullMarked;
