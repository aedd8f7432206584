/** Readiness. Entry point: {@link io.weir.gateway.health.GatewayReadiness}. */
@NullMarked
package io.weir.gateway.health;

import org.jspecify.annotations.NullMarked;
