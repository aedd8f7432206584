package io.weir.relay.nodes;

import io.weir.contracts.id.StreamId;
import io.weir.relay.access.TopicKey;
import io.weir.relay.redis.Redis;
import io.weir.relay.redis.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** What Redis knows of topics: who wants to hear them, and which streams are open on them. Any thread. */
final class Topics {
    private static final Script INTEREST = Script.resource(Topics.class, "interest.lua");
    private static final Script LIST = Script.resource(Topics.class, "list.lua");

    private final Redis redis;
    private final Keys keys;
    private final String node;
    private final long leaseMillis;

    Topics(Redis redis, Keys keys, String node, long leaseMillis) {
        this.redis = redis;
        this.keys = keys;
        this.node = node;
        this.leaseMillis = leaseMillis;
    }

    /**
     * A topic.
     *
     * @param others nodes that want to hear it, beside this one
     * @param streams what is open on it
     */
    record State(Set<String> others, Set<StreamId> streams) {}

    /** This node wants to hear the topic for another lease, or no more. */
    CompletionStage<State> interest(TopicKey key, boolean wanted) {
        return redis.run(INTEREST, keys.interest(key), utf8(node), lease(wanted))
                .thenApply(answer -> new State(
                        others((List<?>) answer.get(0)),
                        Leases.texts((List<?>) answer.get(1)).stream()
                                .map(StreamId::parse)
                                .collect(Collectors.toSet())));
    }

    /** The stream is open on the topic for another lease, or no more. */
    CompletionStage<?> list(TopicKey key, StreamId stream, boolean open) {
        return redis.run(LIST, keys.interest(key), utf8(stream.toString()), lease(open));
    }

    private Set<String> others(List<?> answer) {
        Set<String> nodes = Leases.texts(answer);
        nodes.remove(node);
        return nodes;
    }

    private byte[] lease(boolean wanted) {
        return utf8(Long.toString(wanted ? leaseMillis : 0));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
