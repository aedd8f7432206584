/**
 * Configuration that more than one feature reads. Entry points: {@link io.weir.gateway.config.GatewayConfig} for this
 * process, {@link io.weir.gateway.config.AgentsConfig} for agents and their machines.
 */
@NullMarked
package io.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
