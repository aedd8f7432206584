package io.weir.relay.presence;

/**
 * One device that is present on one topic. It belongs to the node that its socket is on, and goes with it.
 *
 * @param node the node
 * @param number its number on that node, never given twice
 */
public record MemberId(NodeId node, long number) {}
