package io.weir.contracts.holds;

/**
 * Body of {@code POST /v1/holds/{stream}/claim}.
 *
 * @param gateway stable name of the gateway (its pod or host)
 * @param incarnation unique per process start, and ascending as text; a newer incarnation ends the old one's lease at once
 * @param address base URL at which other services reach this gateway
 */
public record ClaimRequest(String gateway, String incarnation, String address) {}
