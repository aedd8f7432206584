package io.weir.relay.nodes;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.redis.Redis;
import io.weir.relay.redis.Script;
import io.weir.streams.append.AppendCodec;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The logs in Redis. Its scripts judge epochs and heads as {@link io.weir.streams.life.StreamLog} does, so that any node
 * may be the writer of a stream, one after the other or by mistake two at once, and the log stays contiguous. Every call
 * may be repeated. Any thread; answers come on the client's threads.
 */
final class SharedLog {
    private static final Script OPEN = script("open");
    private static final Script APPEND = script("append");
    private static final Script READ = script("read");
    private static final Script COMPACT = script("compact");
    private static final Script REFRESH = script("refresh");
    private static final Script STORED = script("stored");
    private static final Script SWEEP = script("sweep");
    /** A batch is a few hundred kilobytes at most. */
    private static final int ENTRIES_AT_ONCE = 16;
    /** A snapshot is the longest thing we write. */
    private static final int MAX_FRAME_BYTES = 256 << 20;

    private final Redis redis;
    private final Keys keys;
    private final String node;
    private final byte[] lifeSeconds;
    private final byte[] keptSeconds;
    private final AppendCodec codec = new AppendCodec(MAX_FRAME_BYTES);

    /**
     * The logs of a cluster.
     *
     * @param node this node's name
     * @param life how long an open log stays that nobody keeps alive
     * @param kept how long a finished log stays
     */
    SharedLog(Redis redis, Keys keys, String node, Duration life, Duration kept) {
        this.redis = redis;
        this.keys = keys;
        this.node = node;
        this.lifeSeconds = number(life.toSeconds());
        this.keptSeconds = number(Math.max(1, kept.toSeconds()));
    }

    /** Answer to a producer that opens a log. */
    sealed interface Opening {
        /**
         * Go on behind the head.
         *
         * @param head last offset
         * @param turn number of this opening; the highest is the writer's
         * @param ended true if the log has its terminal
         */
        record Opened(long head, long turn, boolean ended) implements Opening {}

        /** The stream was taken away from this epoch. */
        record Refused(boolean ended) implements Opening {}
    }

    /** Answer to an append. */
    sealed interface Added {
        /** The log has everything up to {@code head}. */
        record Ack(long head) implements Added {}

        /** The log ends at {@code head}; append again from there. */
        record Nack(long head) implements Added {}

        /** Taken away from this epoch, or over. */
        record Refused(boolean ended) implements Added {}

        /** There is no such log, or no more: open it. */
        record Missing() implements Added {}
    }

    /** Who brings an ending. */
    enum End {
        NONE(0),
        PRODUCER(1),
        FENCE(2);

        private final int code;

        End(int code) {
            this.code = code;
        }
    }

    /**
     * A piece of a log, with what is known of the whole.
     *
     * @param head last offset
     * @param ended true if the terminal is in it
     * @param fenced true if the terminal was written in the producer's place
     * @param epoch highest epoch seen
     * @param turn number of the last opening
     * @param node who opened it last
     * @param header what the producer said of the stream
     * @param snapshot replaces everything up to its end, where the beginning was compacted
     * @param runs what follows; maybe not all
     */
    record Piece(
            long head,
            boolean ended,
            boolean fenced,
            long epoch,
            long turn,
            String node,
            StreamHeader header,
            Optional<Deltas> snapshot,
            List<Run> runs) {}

    /**
     * Where a log is.
     *
     * @param head last offset
     * @param ended true if the terminal is in it
     * @param turn number of the last opening
     */
    record State(long head, boolean ended, long turn) {}

    /**
     * One partition after a sweep.
     *
     * @param bytes what its logs take
     * @param left streams that are open or not stored yet, with the nodes that opened them last
     */
    record Swept(long bytes, Map<StreamId, String> left) {}

    CompletionStage<Opening> open(StreamId stream, long epoch, StreamHeader header) {
        ByteBuf frame = Unpooled.buffer();
        codec.encode(new AppendFrame.Open(stream, epoch, header), frame);
        return redis.run(
                        OPEN,
                        List.of(keys.meta(stream), keys.open(keys.partition(stream))),
                        number(epoch),
                        ByteBufUtil.getBytes(frame),
                        utf8(node),
                        utf8(stream.toString()),
                        lifeSeconds)
                .thenApply(answer -> number(answer, 0) == 1
                        ? new Opening.Opened(number(answer, 1), number(answer, 2), number(answer, 3) == 1)
                        : new Opening.Refused(number(answer, 1) == 1));
    }

    /** Adds runs, the first of which follows the head; all or none. */
    CompletionStage<Added> append(StreamId stream, long epoch, List<Run> runs, End end) {
        int partition = keys.partition(stream);
        return redis.run(
                        APPEND,
                        List.of(
                                keys.meta(stream),
                                keys.runs(stream),
                                keys.open(partition),
                                keys.sizes(partition),
                                keys.done(partition)),
                        number(epoch),
                        number(runs.getFirst().first()),
                        number(runs.getLast().last()),
                        number(end.code),
                        encode(stream, runs),
                        utf8(stream.toString()),
                        lifeSeconds)
                .thenApply(SharedLog::added);
    }

    /** Makes everything up to the snapshot's end that snapshot. */
    CompletionStage<Added> compact(StreamId stream, long epoch, Deltas snapshot) {
        return redis.run(
                        COMPACT,
                        List.of(
                                keys.meta(stream),
                                keys.runs(stream),
                                keys.snapshot(stream),
                                keys.sizes(keys.partition(stream))),
                        number(epoch),
                        number(snapshot.last()),
                        encode(stream, List.of(snapshot)),
                        utf8(stream.toString()),
                        lifeSeconds)
                .thenApply(SharedLog::added);
    }

    /** What follows {@code after}, not necessarily all of it; empty if there is no such log. */
    CompletionStage<Optional<Piece>> read(StreamId stream, long after) {
        return redis.run(
                        READ,
                        List.of(
                                keys.meta(stream),
                                keys.runs(stream),
                                keys.snapshot(stream),
                                keys.done(keys.partition(stream))),
                        number(after),
                        number(ENTRIES_AT_ONCE),
                        utf8(stream.toString()))
                .thenApply(answer -> answer.isEmpty() ? Optional.empty() : Optional.of(piece(answer)));
    }

    /** Keeps an open log alive; empty if it is not there. */
    CompletionStage<Optional<State>> refresh(StreamId stream) {
        return redis.run(
                        REFRESH,
                        List.of(
                                keys.meta(stream),
                                keys.runs(stream),
                                keys.snapshot(stream),
                                keys.open(keys.partition(stream))),
                        utf8(stream.toString()),
                        lifeSeconds)
                .thenApply(answer -> answer.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new State(number(answer, 0), number(answer, 1) == 1, number(answer, 3))));
    }

    /** The answer is kept elsewhere: the log may go when its time is over. */
    CompletionStage<?> stored(StreamId stream) {
        return redis.run(
                STORED,
                List.of(keys.meta(stream), keys.runs(stream), keys.snapshot(stream), keys.done(keys.partition(stream))),
                utf8(stream.toString()),
                keptSeconds);
    }

    /** Drops what may go, and {@code bytesToFree} more of it where there is so much. */
    CompletionStage<Swept> sweep(int partition, long bytesToFree) {
        return redis.run(
                        SWEEP,
                        List.of(keys.done(partition), keys.open(partition), keys.sizes(partition)),
                        utf8(keys.partition(partition)),
                        keptSeconds,
                        number(bytesToFree))
                .thenApply(answer -> {
                    Map<StreamId, String> left = new LinkedHashMap<>();
                    for (int i = 2; i + 1 < answer.size(); i += 2) {
                        left.put(StreamId.parse(text(answer.get(i))), text(answer.get(i + 1)));
                    }
                    return new Swept(number(answer, 0), left);
                });
    }

    private Piece piece(List<Object> answer) {
        var header = (AppendFrame.Open) codec.decode(Unpooled.wrappedBuffer((byte[]) answer.get(6)));
        byte[] snapshot = (byte[]) answer.get(8);
        List<Run> runs = new ArrayList<>();
        for (Object entry : answer.subList(9, answer.size())) {
            decode((byte[]) entry, runs);
        }
        return new Piece(
                number(answer, 0),
                number(answer, 1) == 1,
                number(answer, 2) == 1,
                Long.parseLong(text(answer.get(3))),
                number(answer, 4),
                text(answer.get(5)),
                header.header(),
                snapshot.length == 0
                        ? Optional.empty()
                        : Optional.of(
                                (Deltas) decode(snapshot, new ArrayList<>()).getFirst()),
                runs);
    }

    private byte[] encode(StreamId stream, List<Run> runs) {
        ByteBuf out = Unpooled.buffer();
        for (Run run : runs) {
            int at = out.writerIndex();
            out.writeInt(0);
            codec.encode(new AppendFrame.Append(stream, 0, run), out);
            out.setInt(at, out.writerIndex() - at - Integer.BYTES);
        }
        return ByteBufUtil.getBytes(out);
    }

    private List<Run> decode(byte[] entry, List<Run> runs) {
        ByteBuf in = Unpooled.wrappedBuffer(entry);
        while (in.isReadable()) {
            runs.add(((AppendFrame.Append) codec.decode(in.readSlice(in.readInt()))).run());
        }
        return runs;
    }

    private static Added added(List<Object> answer) {
        return switch ((int) number(answer, 0)) {
            case 1 -> new Added.Ack(number(answer, 1));
            case 0 -> new Added.Nack(number(answer, 1));
            case -1 -> new Added.Refused(number(answer, 1) == 1);
            default -> new Added.Missing();
        };
    }

    private static Script script(String name) {
        return Script.resource(SharedLog.class, name + ".lua");
    }

    private static long number(List<Object> answer, int index) {
        return (Long) answer.get(index);
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : new String((byte[]) value, StandardCharsets.UTF_8);
    }

    private static byte[] number(long value) {
        return utf8(Long.toString(value));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
