package io.weir.contracts.holds;

/**
 * 409 answer of a fence: the owner's lease still runs.
 *
 * @param leaseRemainingMs ask again after this many milliseconds
 */
public record FenceRefusal(long leaseRemainingMs) {}
