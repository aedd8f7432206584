package io.weir.gateway.config;

/** Where gateways keep what they must agree on about machines. Configured by its lower-case name. */
public enum FleetKind {
    /** In this process: for one gateway. */
    MEMORY,
    /** In Redis or Valkey: for several. */
    REDIS
}
