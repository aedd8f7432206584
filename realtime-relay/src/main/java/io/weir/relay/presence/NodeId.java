package io.weir.relay.presence;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One process of the relay, from its start to its end. A process that starts again is another node.
 *
 * @param value eight hexadecimal digits
 */
public record NodeId(String value) {
    public NodeId {
        if (!value.matches("[0-9a-f]{8}")) {
            throw new IllegalArgumentException("a node id has eight hexadecimal digits");
        }
    }

    /** A node that nobody has heard of. */
    public static NodeId random() {
        return new NodeId(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    }

    @Override
    public String toString() {
        return value;
    }
}
