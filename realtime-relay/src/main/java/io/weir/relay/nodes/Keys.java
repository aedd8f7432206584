package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Names of our keys and channels. Whatever one script touches has one hash tag: the partition of its stream, or of its
 * topic.
 *
 * <pre>
 *   weir:{7}:m:STREAM   meta        weir:{7}:r:STREAM   runs        weir:{7}:s:STREAM   snapshot
 *   weir:{7}:open       open streams, by when they were last heard of
 *   weir:{7}:done       finished streams, by when they were last read
 *   weir:{7}:sizes      bytes of each stream
 *   weir:{7}:i:TOPIC    nodes that want to hear a topic, by the end of their lease
 *   weir:{7}:t:TOPIC    streams that are open on a topic, by the end of their lease
 *   weir:{7}:c:TOPIC    the channel of a topic
 *   weir:{nodes}        leases of nodes
 * </pre>
 *
 * @param prefix of all of them
 * @param partitions how many tags there are
 */
record Keys(String prefix, int partitions) {
    String nodes() {
        return prefix + ":{nodes}";
    }

    int partition(StreamId stream) {
        return Math.floorMod(
                stream.value().getLeastSignificantBits() ^ stream.value().getMostSignificantBits(), partitions);
    }

    /** What the names of a partition begin with. */
    String partition(int number) {
        return prefix + ":{" + number + "}:";
    }

    String meta(StreamId stream) {
        return partition(partition(stream)) + "m:" + stream;
    }

    String runs(StreamId stream) {
        return partition(partition(stream)) + "r:" + stream;
    }

    String snapshot(StreamId stream) {
        return partition(partition(stream)) + "s:" + stream;
    }

    String open(int partition) {
        return partition(partition) + "open";
    }

    String done(int partition) {
        return partition(partition) + "done";
    }

    String sizes(int partition) {
        return partition(partition) + "sizes";
    }

    /** A topic's name in keys: the same on every node, and different for different topics. */
    static String name(TopicKey key) {
        String place =
                switch (key) {
                    case TopicKey.Owned owned -> "o" + part(owned.owner().value());
                    case TopicKey.Shared _ -> "s";
                    case TopicKey.Free _ -> "f";
                };
        return place + part(key.tenant().value()) + key.name();
    }

    private static String part(String value) {
        return value.length() + ":" + value + ":";
    }

    private String topic(TopicKey key) {
        var hash = new CRC32();
        String name = name(key);
        hash.update(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
        return partition(Math.floorMod(hash.getValue(), partitions));
    }

    /** Interest in a topic, and the streams on it. */
    List<String> interest(TopicKey key) {
        String partition = topic(key);
        String name = name(key);
        return List.of(partition + "i:" + name, partition + "t:" + name);
    }

    String channel(TopicKey key) {
        return topic(key) + "c:" + name(key);
    }
}
