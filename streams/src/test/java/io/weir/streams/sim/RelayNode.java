package io.weir.streams.sim;

import io.netty.buffer.Unpooled;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.streams.life.HoldAnswer;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.Suspicion;
import io.weir.streams.life.TerminalBody;
import io.weir.streams.run.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The relay: logs in memory; the question, and the whole answer once it has ended, in its database. */
final class RelayNode extends Node {
    static final TerminalBody BODY = (offset, reason, totals, source, runs) -> Unpooled.EMPTY_BUFFER;
    private static final long MAX_LOG = 4000;

    /** One stream in memory. */
    private static final class Entry {
        private StreamLog log = new StreamLog(MAX_LOG);
        private final Suspicion suspicion;
        private boolean stored;

        private Entry(long now) {
            suspicion = new Suspicion(now);
        }
    }

    /** Answer to an append or an open, as frames. */
    sealed interface Frame {
        record Opened(long head) implements Frame {}

        record Ack(long last) implements Frame {}

        record Nack(long head) implements Frame {}

        record Refused() implements Frame {}

        record OpenFirst() implements Frame {}
    }

    private final World world;
    private final MeteringNode metering;
    private final Variant variant;
    private final Map<StreamId, Entry> entries = new LinkedHashMap<>();
    private final Map<StreamId, Optional<StreamLog>> messages = new LinkedHashMap<>();
    private final Map<StreamId, List<BiConsumer<StreamLog, @Nullable Run>>> followers = new HashMap<>();

    RelayNode(World world, MeteringNode metering, Variant variant) {
        super("relay");
        this.world = world;
        this.metering = metering;
        this.variant = variant;
        started();
    }

    @Override
    void crashed() {
        entries.clear();
        followers.clear();
    }

    @Override
    void started() {
        messages.forEach((stream, finished) -> {
            Entry entry = new Entry(world.nanos());
            if (finished.isPresent()) {
                entry.log = finished.get();
                entry.stored = true;
            }
            entries.put(stream, entry);
        });
        tickLater();
    }

    private void tickLater() {
        world.after(1000, this, () -> {
            List.copyOf(entries.entrySet()).forEach(e -> tick(e.getKey(), e.getValue()));
            tickLater();
        });
    }

    private void tick(StreamId stream, Entry entry) {
        if (entry.log.closed() || !entry.suspicion.due(world.nanos())) {
            return;
        }
        if (variant == Variant.RELAY_JUDGES) {
            end(stream, entry, new FenceReply(2, EndReason.ORPHANED, Totals.ZERO, 0));
            return;
        }
        world.call(this, metering, () -> metering.fence(stream), answer -> fenced(stream, entry, answer));
    }

    private void fenced(StreamId stream, Entry entry, HoldAnswer.Fence answer) {
        switch (answer) {
            case HoldAnswer.Fence.LeaseRuns(var refusal) ->
                entry.suspicion.onLeaseRuns(refusal.leaseRemainingMs(), world.nanos());
            case HoldAnswer.Fence.Fenced(var reply) -> {
                if (entry.suspicion.onFenced(reply, world.nanos())) {
                    end(stream, entry, reply);
                }
            }
            case HoldAnswer.Unknown _ -> world.violation("the relay knows " + stream + ", metering does not");
        }
    }

    private void end(StreamId stream, Entry entry, FenceReply reply) {
        entry.log.fenced(reply, BODY, 0).ifPresent(end -> {
            world.trace(() -> "relay ends " + stream + " " + end.reason() + " at " + end.offset());
            publish(stream, entry, end);
            store(stream, entry);
        });
    }

    /** A gateway opens or appends. */
    Frame open(StreamId stream, long epoch) {
        messages.putIfAbsent(stream, Optional.empty());
        Entry entry = entries.computeIfAbsent(stream, _ -> new Entry(world.nanos()));
        entry.suspicion.heard(world.nanos());
        return switch (entry.log.open(epoch)) {
            case StreamLog.Opening.Opened(var head) ->
                entry.log.closed() && !entry.stored ? new Frame.Opened(head - 1) : new Frame.Opened(head);
            case StreamLog.Opening.Refused _ -> new Frame.Refused();
        };
    }

    Frame append(StreamId stream, long epoch, Run run) {
        Entry entry = entries.get(stream);
        if (entry == null) {
            return new Frame.OpenFirst();
        }
        entry.suspicion.heard(world.nanos());
        long before = entry.log.head();
        boolean zombie = entry.log.endedByFence() && variant == Variant.LOG_IGNORES_FENCE;
        StreamLog.Appended answer = zombie ? new StreamLog.Appended.Ack(run.last()) : entry.log.append(epoch, run);
        if (entry.log.head() > before) {
            publish(stream, entry, run);
            if (run instanceof Run.Terminal) {
                store(stream, entry);
            }
        }
        return switch (answer) {
            // The end is acknowledged once the database has it.
            case StreamLog.Appended.Ack(var last) ->
                entry.log.closed() && !entry.stored && !zombie ? new Frame.Ack(last - 1) : new Frame.Ack(last);
            case StreamLog.Appended.Nack(var head) -> new Frame.Nack(head);
            case StreamLog.Appended.Refused _ -> new Frame.Refused();
        };
    }

    void heard(List<StreamId> streams) {
        for (StreamId stream : streams) {
            Entry entry = entries.get(stream);
            if (entry != null) {
                entry.suspicion.heard(world.nanos());
            }
        }
    }

    private void store(StreamId stream, Entry entry) {
        world.after(world.between(1, 20), this, () -> {
            Optional<StreamLog> before = messages.put(stream, Optional.of(entry.log));
            if (before != null && before.isPresent()) {
                world.violation(stream + " is written to messages twice");
            }
            entry.stored = true;
        });
    }

    private void publish(StreamId stream, Entry entry, Run run) {
        followers.getOrDefault(stream, List.of()).forEach(follower -> follower.accept(entry.log, run));
    }

    /** Follows a stream from here on; the follower gets a null run first. False if the stream is unknown. */
    boolean follow(StreamId stream, BiConsumer<StreamLog, @Nullable Run> follower) {
        Entry entry = entries.get(stream);
        if (entry == null) {
            return false;
        }
        followers.computeIfAbsent(stream, _ -> new ArrayList<>()).add(follower);
        follower.accept(entry.log, null);
        return true;
    }

    /** One read; empty if the stream is unknown. */
    Optional<StreamLog.Reading> read(StreamId stream, long after) {
        return Optional.ofNullable(entries.get(stream)).map(entry -> entry.log.read(after, 2000));
    }

    Optional<StreamLog> log(StreamId stream) {
        return Optional.ofNullable(entries.get(stream)).map(entry -> entry.log);
    }

    boolean allClosed() {
        return entries.values().stream().allMatch(entry -> entry.log.closed() && entry.stored);
    }
}
