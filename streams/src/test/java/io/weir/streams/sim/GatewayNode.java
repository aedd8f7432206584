package io.weir.streams.sim;

import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.streams.life.ClaimOutcome;
import io.weir.streams.life.HoldAnswer;
import io.weir.streams.life.HoldRules;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A gateway: producers in memory, a journal on disk. */
final class GatewayNode extends Node {
    private static final int TICK_MILLIS = 200;
    private static final int UPDATE_MILLIS = 5000;
    private static final int RETRY_MILLIS = 1000;

    final World world;
    final MeteringNode metering;
    final RelayNode relay;
    final Variant variant;
    /** What is written to disk: how each stream would be settled if this process died now. Removed when it is settled. */
    private final Map<StreamId, SettleRequest> journal = new LinkedHashMap<>();

    /** Streams whose terminal has left before it was on disk. */
    final Set<StreamId> unknownToSuccessor = new HashSet<>();

    private final Map<StreamId, LiveStream> streams = new LinkedHashMap<>();
    private long leaseUntil;

    GatewayNode(String name, World world, MeteringNode metering, RelayNode relay, Variant variant) {
        super(name);
        this.world = world;
        this.metering = metering;
        this.relay = relay;
        this.variant = variant;
        started();
    }

    @Override
    void crashed() {
        streams.clear();
    }

    @Override
    void started() {
        leaseUntil = world.nanos();
        for (StreamId stream : List.copyOf(journal.keySet())) {
            settleUntilAnswered(stream);
        }
        tickLater();
        updateLater();
    }

    /** A ticket used twice finds its stream here: the caller becomes a reader of the log. */
    boolean has(StreamId stream) {
        return streams.containsKey(stream);
    }

    /** The edge dispatches a stream. */
    void dispatch(Ticket ticket, LiveStream.Listener reader) {
        LiveStream stream = new LiveStream(this, ticket, reader);
        streams.put(ticket.hold().streamId(), stream);
        claim(stream, world.now());
    }

    /** Asked until answered: a claim that was won must be lived, or the hold would stay open as long as this process. */
    private void claim(LiveStream stream, long firstTry) {
        long sentAt = world.nanos();
        ClaimRequest request = new ClaimRequest(name, toString(), "http://" + name);
        world.call(
                this,
                metering,
                () -> metering.book.claim(stream.id(), request, world.now()),
                answer -> claimed(stream, answer, sentAt, firstTry));
        world.after(RETRY_MILLIS, this, () -> {
            if (stream.unclaimed()) {
                claim(stream, firstTry);
            }
        });
    }

    private void claimed(LiveStream stream, HoldAnswer.Claim answer, long sentAt, long firstTry) {
        if (!stream.unclaimed()) {
            return;
        }
        switch (answer) {
            case HoldAnswer.Claim.Answered(var reply) -> {
                if (reply.won()) {
                    extendLease(sentAt);
                }
                ClaimOutcome outcome = stream.claimed(reply, leaseUntil);
                if (outcome instanceof ClaimOutcome.OwnedByAnother) {
                    forget(stream.id());
                    stream.listener().lost();
                } else if (world.now() - firstTry > 10_000) {
                    stream.producer().stop(EndReason.METERING_UNAVAILABLE, world.nanos());
                }
            }
            case HoldAnswer.Unknown _, HoldAnswer.WrongState _ -> {
                forget(stream.id());
                stream.gone();
                stream.listener().lost();
            }
        }
    }

    private void extendLease(long sentAt) {
        long until = sentAt + HoldRules.DEFAULT.lease().toNanos();
        if (until - leaseUntil > 0) {
            leaseUntil = until;
        }
        if (variant == Variant.GATEWAY_IGNORES_LEASE) {
            leaseUntil = world.nanos() + 1_000_000L * 3_600_000;
        }
        streams.values().forEach(stream -> stream.producer().onLease(leaseUntil));
    }

    /** A stop from the edge or the relay. False: not here (any more). */
    boolean stop(StreamId id, EndReason reason) {
        LiveStream stream = streams.get(id);
        return stream != null && stream.producer().stop(reason, world.nanos());
    }

    void drain() {
        List.copyOf(streams.values()).forEach(s -> s.producer().stop(EndReason.DRAINING, world.nanos()));
    }

    private void tickLater() {
        world.after(TICK_MILLIS, this, () -> {
            List.copyOf(streams.values()).forEach(LiveStream::tick);
            tickLater();
        });
    }

    private void updateLater() {
        world.after(UPDATE_MILLIS, this, () -> {
            List<UpdateBatch.Update> updates = streams.values().stream()
                    .filter(stream -> stream.producer().reports())
                    .map(stream -> stream.producer().update(false))
                    .toList();
            updates.forEach(update -> journalProgress(update));
            update(updates);
            List<StreamId> open = List.copyOf(streams.keySet());
            if (!open.isEmpty()) {
                world.send(this, relay, () -> relay.heard(open));
            }
            updateLater();
        });
    }

    void update(List<UpdateBatch.Update> updates) {
        long sentAt = world.nanos();
        UpdateBatch batch = new UpdateBatch(name, toString(), "http://" + name, updates);
        world.call(
                this, metering, () -> metering.book.update(batch, world.now()), reply -> updated(batch, reply, sentAt));
    }

    private void updated(UpdateBatch batch, UpdateReply reply, long sentAt) {
        extendLease(sentAt);
        for (int i = 0; i < batch.updates().size(); i++) {
            UpdateBatch.Update sent = batch.updates().get(i);
            LiveStream stream = streams.get(sent.streamId());
            if (stream != null) {
                stream.producer()
                        .onUpdateReply(sent.extend(), heard(reply.streams().get(i)), world.nanos());
            }
        }
    }

    private UpdateReply.Extension heard(UpdateReply.Extension answer) {
        boolean cancelled = answer.cancelled() && variant != Variant.STORED_CANCEL_IGNORED;
        return new UpdateReply.Extension(
                answer.streamId(),
                answer.accepted(),
                answer.grantedMicro(),
                answer.last(),
                answer.availableMicro(),
                cancelled);
    }

    /** True while this process shows the stream. */
    boolean shows(StreamId stream) {
        LiveStream live = streams.get(stream);
        return live != null && live.producer().reports();
    }

    private void journalProgress(UpdateBatch.Update update) {
        journal.put(update.streamId(), orphan(update.epoch(), update.totals()));
    }

    static SettleRequest orphan(long epoch, Totals totals) {
        return new SettleRequest(
                epoch, totals, UsageSource.COUNTED, EndReason.ORPHANED, null, null, Instant.EPOCH, null, Instant.EPOCH);
    }

    void journal(StreamId stream, SettleRequest request) {
        journal.put(stream, request);
    }

    void settleUntilAnswered(StreamId stream) {
        SettleRequest request = journal.get(stream);
        if (request == null) {
            return;
        }
        world.call(this, metering, () -> metering.book.settle(stream, request), answer -> settled(stream, answer));
        world.after(RETRY_MILLIS, this, () -> settleUntilAnswered(stream));
    }

    private void settled(StreamId stream, HoldAnswer.Settle answer) {
        world.trace(() -> name + " settled " + stream + " " + answer);
        journal.remove(stream);
        LiveStream live = streams.get(stream);
        if (live != null) {
            live.producer().onSettled();
        }
    }

    void forget(StreamId stream) {
        streams.remove(stream);
    }

    boolean idle() {
        return streams.isEmpty() && journal.isEmpty();
    }
}
