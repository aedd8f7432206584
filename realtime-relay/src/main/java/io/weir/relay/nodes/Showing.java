package io.weir.relay.nodes;

import io.weir.relay.topics.Newest;

/**
 * The newest of what a topic shows, on its way to other nodes.
 *
 * @param newest what they are shown
 * @param skipped how many it has replaced on the way
 */
record Showing(Newest newest, long skipped) {
    /** Something newer has come before this could leave. */
    Showing replacedBy(Showing newer) {
        return new Showing(newer.newest, skipped + 1 + newer.skipped);
    }
}
