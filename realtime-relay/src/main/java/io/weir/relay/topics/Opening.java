package io.weir.relay.topics;

import java.util.List;

/**
 * How a stream begins on its topic.
 *
 * @param said what is said first, to who is there
 * @param rebuilt the log is being built again after it was lost: subscribers may know its beginning, so they get a
 *     snapshot once it is there, and the live runs after that
 */
public record Opening(List<Broadcast> said, boolean rebuilt) {
    public Opening {
        said = List.copyOf(said);
    }
}
