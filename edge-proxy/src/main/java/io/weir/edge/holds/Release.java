package io.weir.edge.holds;

/** What came of giving a hold back. */
public enum Release {
    /** It is released, or was never there: nothing starts any more. */
    RELEASED,
    /** A gateway has claimed it: the stream lives, or has lived. */
    CLAIMED,
    /** Metering did not answer; an unclaimed hold ends by itself. */
    UNKNOWN
}
