package io.weir.relay.topics;

import io.weir.contracts.id.StreamId;

/** What a subscriber that joins has already: which streams that have ended are told to it again. */
public sealed interface Resume {
    /** Only what is open is told. */
    Resume NOTHING = new Nothing();

    /** It has nothing, and wants nothing that is over. */
    record Nothing() implements Resume {}

    /**
     * It may have missed endings since then.
     *
     * @param sinceMillis Unix time
     * @param limit how many ended streams at most, the newest
     * @param missedMillis Unix time from which on it has heard nothing although it was told that it is joined: whatever has
     *     ended since then is told beyond the limit, and what has begun, with what opened it; {@link Long#MAX_VALUE} for never
     */
    record Since(long sinceMillis, int limit, long missedMillis) implements Resume {
        /** It may have missed endings, but no beginning. */
        public Since(long sinceMillis, int limit) {
            this(sinceMillis, limit, Long.MAX_VALUE);
        }

        /** The same, for one that has heard nothing from {@code millis} on. */
        public Since missing(long millis) {
            return new Since(Math.min(sinceMillis, millis), limit, millis);
        }
    }

    /**
     * It has one stream up to an offset, and of the others whatever was told until then. That stream goes on first: what is
     * said of others is told behind it, so that where a subscriber is can be said by one offset of one stream.
     *
     * @param stream the stream
     * @param offset last offset that it has
     */
    record After(StreamId stream, long offset) implements Resume {}
}
