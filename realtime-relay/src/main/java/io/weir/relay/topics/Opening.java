package io.weir.relay.topics;

import io.weir.relay.log.LiveStream;
import java.util.List;
import java.util.function.Function;

/**
 * How a stream begins on its topic.
 *
 * @param said what is said first of a stream: to who is there, and later to who should have been there; keeps nothing itself
 * @param rebuilt the log is being built again after it was lost: subscribers may know its beginning, so they get a
 *     snapshot once it is there, and the live runs after that
 */
public record Opening(Function<LiveStream, List<Broadcast>> said, boolean rebuilt) {
    /** A stream of which nothing is said first, and whose text so far is told to who is there. */
    static final Opening REBUILT = new Opening(_ -> List.of(), true);
}
