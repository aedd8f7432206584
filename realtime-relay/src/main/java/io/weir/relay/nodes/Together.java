package io.weir.relay.nodes;

import io.vertx.core.Vertx;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.relay.access.TopicKey;
import io.weir.relay.log.Input;
import io.weir.relay.log.InputAnswer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamLogs;
import io.weir.relay.loop.Loop;
import io.weir.relay.nodes.SharedLog.Opening;
import io.weir.relay.nodes.SharedLog.Piece;
import io.weir.relay.presence.NodeId;
import io.weir.relay.redis.Redis;
import io.weir.relay.topics.Hub;
import io.weir.relay.topics.Voice;
import io.weir.relay.topics.Voices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Several relays on one Redis. Every stream and every topic has its own loop here as anywhere; this class finds them. */
final class Together implements Nodes, Lines.Hearer, Redis.Listener {
    private static final Logger LOG = Logger.getLogger(Together.class);
    private static final int FENCE_ATTEMPTS = 10;

    private final Place place;
    private final NodesConfig config;
    private final String node;
    private final Redis redis;
    private final SharedLog log;
    private final SharedStream.Common common;
    private final Lines lines;
    private final Leases leases;
    private final Room room;
    private final Asking asking;
    private final Map<StreamId, SharedStream> streams = new ConcurrentHashMap<>();
    private final Map<StreamId, CompletableFuture<Optional<LiveStream>>> attaching = new ConcurrentHashMap<>();
    private volatile Consumer<LiveStream> keeper = _ -> {};

    /**
     * What there is of this node.
     *
     * @param logs the logs in memory
     * @param hub the topics
     * @param voices the words for streams
     * @param vertx for timers
     * @param question gives the id of a stream's question
     * @param finished tells what {@code messages} has
     */
    record Place(
            StreamLogs logs, Hub hub, Voices voices, Vertx vertx, QuestionId question, Unheard.Finished finished) {}

    /** Gives the id of a stream's question. */
    @FunctionalInterface
    interface QuestionId {
        String of(StreamId stream);
    }

    Together(Place place, NodesConfig config, Keys keys, String node, RedisSource redis, Duration kept) {
        this.place = place;
        this.config = config;
        this.node = node;
        this.redis = redis.listening(this);
        this.log = new SharedLog(this.redis, keys, node, config.life(), kept);
        this.common = new SharedStream.Common(log, config, place.finished());
        this.lines = new Lines(place.hub(), config, keys, node, this.redis, this);
        this.leases = new Leases(this.redis, keys, node, config.lease().toMillis());
        this.asking = new Asking(place.vertx(), config.inputPatience().toMillis());
        this.room = new Room(log, keys, config.total().asLongValue());
    }

    /** Makes the client, once it is known who listens. */
    @FunctionalInterface
    interface RedisSource {
        Redis listening(Redis.Listener listener);
    }

    /** The client. */
    Redis redis() {
        return redis;
    }

    /** Begins to look after what is shared. */
    void start() {
        place.hub().tell(lines);
        leases.renew(this::lost);
        place.vertx().setPeriodic(config.lease().toMillis() / 3, _ -> leases.renew(this::lost));
        place.vertx().setPeriodic(config.refresh().toMillis(), _ -> refresh());
        place.vertx().setPeriodic(config.sweep().toMillis(), _ -> room.sweep(this::orphaned));
    }

    // --- streams
    // ------------------------------------------------------------------------------------------------------

    @Override
    public void admit(StreamId stream, long epoch, StreamHeader header, Consumer<Admission> answer) {
        if (room.isFull() && !streams.containsKey(stream)) {
            answer.accept(new Admission.Full());
            return;
        }
        patiently(log.open(stream, epoch, header)).whenComplete((opening, failure) -> {
            switch (opening) {
                case Opening.Refused(boolean ended) -> answer.accept(new Admission.Refused(ended));
                case Opening.Opened(long head, long turn, boolean _) -> {
                    var admitted = new Admission.Admitted(head, turn);
                    if (head == 0 || place.logs().find(stream).isPresent()) {
                        answer.accept(admitted);
                    } else {
                        patiently(attach(stream)).whenComplete((_, _) -> answer.accept(admitted));
                    }
                }
                case null -> {
                    LOG.warnf("stream opened without the shared log stream=%s cause=%s", stream, failure);
                    answer.accept(new Admission.Admitted(0, 0));
                }
            }
        });
    }

    private <T> CompletionStage<T> patiently(CompletionStage<T> asked) {
        return asked.toCompletableFuture().copy().orTimeout(config.patience().toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void writing(LiveStream stream, TopicKey topic, long epoch, Admission.Admitted admission) {
        Line line = lines.line(topic, stream.loop());
        SharedStream known = streams.get(stream.id());
        boolean fresh = known == null && admission.head() == 0;
        SharedStream shared =
                known == null || known.stream() != stream ? new SharedStream(stream, line, common, node, 0) : known;
        streams.put(stream.id(), shared);
        line.following().remove(stream.id());
        line.writing().add(stream.id());
        lines.keep(line);
        shared.write(node, epoch, admission);
        var frame = new BusFrame.Writing(stream.id(), epoch, stream.header(), admission.turn(), fresh);
        lines.list(line, stream.id(), true).whenComplete((_, _) -> line.loop().run(() -> {
            line.tell(frame);
            line.tell(new BusFrame.Head(stream.id(), stream.head()));
        }));
    }

    @Override
    public void find(StreamId stream, Consumer<Optional<LiveStream>> answer) {
        patiently(attach(stream))
                .whenComplete((found, failure) ->
                        answer.accept(failure == null ? found : place.logs().find(stream)));
    }

    /** Follows a stream that the shared log has; one attempt at a time. */
    private CompletionStage<Optional<LiveStream>> attach(StreamId stream) {
        SharedStream known = streams.get(stream);
        if (known != null
                && place.logs().find(stream).filter(known.stream()::equals).isPresent()) {
            return CompletableFuture.completedFuture(Optional.of(known.stream()));
        }
        if (known != null) {
            // Its log was evicted meanwhile.
            streams.remove(stream, known);
        }
        var fresh = new CompletableFuture<Optional<LiveStream>>();
        CompletableFuture<Optional<LiveStream>> running = attaching.putIfAbsent(stream, fresh);
        if (running != null) {
            return running;
        }
        log.read(stream, 0).whenComplete((piece, failure) -> {
            if (failure != null || piece.isEmpty()) {
                attached(stream, fresh, null, failure);
                return;
            }
            Piece found = piece.get();
            TopicKey topic = place.voices().topic(found.header());
            place.hub().loopOf(topic).run(() -> {
                SharedStream shared =
                        follow(stream, topic, found.header(), found.epoch(), found.node(), found.turn(), found);
                attached(stream, fresh, shared == null ? null : shared.stream(), null);
            });
        });
        return fresh;
    }

    private void attached(
            StreamId stream,
            CompletableFuture<Optional<LiveStream>> fresh,
            @Nullable LiveStream found,
            @Nullable Throwable failure) {
        attaching.remove(stream, fresh);
        if (failure == null) {
            fresh.complete(Optional.ofNullable(found));
        } else {
            fresh.completeExceptionally(failure);
        }
    }

    /** On the topic's loop. Null if there is no room for it. */
    private @Nullable SharedStream follow(
            StreamId id,
            TopicKey topic,
            StreamHeader header,
            long epoch,
            String writer,
            long turn,
            @Nullable Piece piece) {
        SharedStream known = streams.get(id);
        if (known != null) {
            return known;
        }
        Loop loop = place.hub().loopOf(topic);
        LiveStream stream = place.logs().obtain(id, header, loop).orElse(null);
        if (stream == null) {
            return null;
        }
        Line line = lines.line(topic, loop);
        var shared = new SharedStream(stream, line, common, writer, turn);
        streams.put(id, shared);
        stream.open(epoch, new RemoteProducer(shared, leases, asking));
        shared.follow(epoch);
        if (piece != null) {
            shared.take(piece);
        }
        line.following().add(id);
        if (!stream.isEnded() && stream.announce()) {
            Voice voice = place.voices().voice(id, header, place.question().of(id));
            place.hub().follow(topic, stream, voice);
        }
        lines.keep(line);
        if (piece != null) {
            shared.heal(piece.head());
        }
        return shared;
    }

    /**
     * A node that has gone may have stored the answer before the shared log had all of it: then {@code messages} has the
     * truth, and every log gets it from there. Where that cannot be read the stream stays as it is, and under suspicion.
     */
    @Override
    public void fenced(LiveStream stream, FenceReply reply) {
        SharedStream shared = streams.get(stream.id());
        if (shared == null) {
            stream.fenced(reply);
        } else if (shared.isWriting()) {
            shared.fenced(reply, FENCE_ATTEMPTS);
        } else {
            place.finished().find(stream.id()).whenComplete((found, failure) -> stream.loop()
                    .run(() -> {
                        if (failure != null) {
                            LOG.warnf("answer not looked for stream=%s cause=%s", stream.id(), failure.getMessage());
                        } else if (found.isPresent()) {
                            shared.share(found.get(), reply.epoch());
                        } else {
                            shared.fenced(reply, FENCE_ATTEMPTS);
                        }
                    }));
        }
    }

    @Override
    public void stored(LiveStream stream) {
        SharedStream shared = streams.get(stream.id());
        if (shared != null) {
            shared.stored();
            lines.list(shared.line(), stream.id(), false);
        }
    }

    @Override
    public void left(Consumer<LiveStream> byWhom) {
        keeper = byWhom;
    }

    @Override
    public boolean isShared() {
        return leases.areKnown();
    }

    // --- what other nodes tell
    // ----------------------------------------------------------------------------------------

    @Override
    public void message(String channel, byte[] message) {
        lines.message(channel, message);
    }

    @Override
    public void subscribed(String channel) {
        lines.subscribed(channel);
    }

    @Override
    public void open(Line line, Set<StreamId> found) {
        found.stream().filter(stream -> !streams.containsKey(stream)).forEach(this::attach);
    }

    @Override
    public void tellHeads(Line line) {
        for (StreamId id : List.copyOf(line.writing())) {
            written(id).ifPresent(stream -> {
                stream.flush();
                line.tell(new BusFrame.Head(id, stream.stream().head()));
            });
        }
    }

    @Override
    public void heard(Line line, NodeId from, BusFrame frame) {
        String sender = from.value();
        switch (frame) {
            case BusFrame.Live live -> {
                SharedStream stream = streams.get(live.stream());
                if (stream != null) {
                    stream.live(live);
                } else if (line.wantsToHear()) {
                    attach(live.stream());
                }
            }
            case BusFrame.Head(StreamId id, long head) -> {
                SharedStream stream = streams.get(id);
                if (stream != null) {
                    stream.head(head);
                }
            }
            case BusFrame.Writing writing -> written(line, sender, writing);
            case BusFrame.Cancel(StreamId id, String by) ->
                written(id).ifPresent(stream -> stream.stream().cancel(by));
            case BusFrame.Asked(StreamId id, long number, Input input) ->
                written(id).ifPresent(stream -> stream.stream().input(input, answer -> line.loop()
                        .run(() -> line.send(answered(id, sender, number, answer)))));
            case BusFrame.Answered(StreamId _, String asker, long number, String why) -> {
                if (asker.equals(node)) {
                    asking.answered(number, why);
                }
            }
            case BusFrame.Watchers(StreamId id, int count) ->
                written(id).ifPresent(stream -> stream.watchers(sender, count));
            case BusFrame.Said _, BusFrame.Shown _, BusFrame.Word _, BusFrame.Interest _ -> {
                // These concern topics.
            }
        }
    }

    private static BusFrame answered(StreamId stream, String asker, long number, InputAnswer answer) {
        return new BusFrame.Answered(
                stream, asker, number, answer instanceof InputAnswer.Refused(String why) ? why : null);
    }

    private Optional<SharedStream> written(StreamId id) {
        return Optional.ofNullable(streams.get(id)).filter(SharedStream::isWriting);
    }

    private void written(Line line, String sender, BusFrame.Writing frame) {
        SharedStream known = streams.get(frame.stream());
        if (known != null) {
            if (known.giveWay(sender, frame.epoch(), frame.turn())) {
                known.stream().open(frame.epoch(), new RemoteProducer(known, leases, asking));
                known.stream().tellWatchers();
                line.writing().remove(frame.stream());
                line.following().add(frame.stream());
                lines.keep(line);
            }
            return;
        }
        if (!line.isFollowed()) {
            return;
        }
        if (!frame.fresh()) {
            attach(frame.stream());
            return;
        }
        tellQuestion(line, frame);
        follow(frame.stream(), line.key(), frame.header(), frame.epoch(), sender, frame.turn(), null);
    }

    private void tellQuestion(Line line, BusFrame.Writing frame) {
        String question = frame.header().question();
        if (question != null) {
            String id = place.question().of(frame.stream());
            place.voices()
                    .voice(frame.stream(), frame.header(), id)
                    .message(id, "user", question)
                    .forEach(broadcast -> place.hub().heard(line.key(), broadcast));
        }
    }

    // --- what is looked after
    // -----------------------------------------------------------------------------------------

    private void refresh() {
        streams.values().forEach(shared -> shared.stream().loop().run(() -> refresh(shared)));
        lines.refresh();
    }

    private void refresh(SharedStream shared) {
        boolean followed = place.hub().isFollowed(shared.line().key());
        if (shared.mayGo() && (shared.isWriting() || !followed || shared.isOver())) {
            streams.remove(shared.id(), shared);
            shared.line().following().remove(shared.id());
            shared.line().writing().remove(shared.id());
            if (!shared.isWriting()) {
                place.logs().release(shared.stream());
            }
            lines.keep(shared.line());
            return;
        }
        shared.refresh();
        if (shared.isWriting() && !shared.stream().isEnded()) {
            lines.list(shared.line(), shared.id(), true);
        }
    }

    private void lost(Set<String> nodes) {
        LOG.infof("nodes lost nodes=%s", nodes);
        lines.lost(nodes);
        streams.values()
                .forEach(shared -> shared.stream().loop().run(() -> nodes.forEach(gone -> shared.watchers(gone, 0))));
    }

    /** What a node that has gone left open, or ended without storing the answer: whoever finds it sees to it. */
    private void orphaned(Map<StreamId, String> left) {
        left.forEach((stream, writer) -> {
            if (!writer.equals(node) && !leases.mayBeAlive(writer)) {
                attach(stream)
                        .thenAccept(found -> found.ifPresent(copy -> copy.loop().run(() -> adopt(copy))));
            }
        });
    }

    /** An open one is under suspicion here from now on; metering judges it. */
    private void adopt(LiveStream copy) {
        if (copy.isEnded()) {
            keeper.accept(copy);
        }
    }
}
