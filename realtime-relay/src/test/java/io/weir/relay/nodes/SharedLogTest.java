package io.weir.relay.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.AgentName;
import io.weir.contracts.id.SessionId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.stream.UsageSource;
import io.weir.relay.nodes.SharedLog.Added;
import io.weir.relay.nodes.SharedLog.End;
import io.weir.relay.nodes.SharedLog.Opening;
import io.weir.relay.nodes.SharedLog.Piece;
import io.weir.streams.faults.RedisServers;
import io.weir.streams.life.StreamLog;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a log does with what producers and the fence bring: the same in memory and in Redis, over three real shards. */
class SharedLogTest {
    @RegisterExtension
    static final SilentRedis REDIS = new SilentRedis(() -> RedisServers.cluster(3, 0));

    private static final Random RANDOM = new Random(20_26);
    private static final Deltas.Place PLACE = new Deltas.Place("msg_0", 0, 0);

    /** Where a log is kept. */
    enum Kept {
        MEMORY,
        REDIS;

        Log log() {
            return this == MEMORY ? new InMemory() : new InRedis();
        }
    }

    /** One log, and what it says as text. */
    private interface Log {
        String open(long epoch);

        String append(long epoch, Run run);

        /** Metering has settled it. True if this wrote the terminal. */
        boolean fence(long epoch);

        long head();

        boolean isClosed();

        String text();
    }

    @ParameterizedTest
    @EnumSource
    void acceptsWhatFollowsAndNothingElse(Kept kept) {
        Log log = kept.log();
        assertThat(log.open(1)).isEqualTo("opened 0");
        assertThat(log.append(1, text(2, "b"))).isEqualTo("nack 0");
        assertThat(log.append(1, text(1, "a"))).isEqualTo("ack 1");
        assertThat(log.append(1, text(1, "a"))).isEqualTo("ack 1");
        assertThat(log.append(1, text(1, "ab"))).as("it spans the head").isEqualTo("nack 1");
        assertThat(log.append(1, text(2, "bc"))).isEqualTo("ack 3");
        assertThat(log.open(1)).isEqualTo("opened 3");
        assertThat(log.text()).isEqualTo("abc");
    }

    @ParameterizedTest
    @EnumSource
    void refusesAnOlderEpoch(Kept kept) {
        Log log = kept.log();
        assertThat(log.open(2)).isEqualTo("opened 0");
        assertThat(log.open(1)).isEqualTo("refused");
        assertThat(log.append(1, text(1, "a"))).isEqualTo("refused");
        assertThat(log.append(3, text(1, "a"))).isEqualTo("ack 1");
        assertThat(log.append(2, text(2, "b"))).isEqualTo("refused");
        assertThat(log.head()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void isOverAfterTheTerminalAndAcknowledgesItAgain(Kept kept) {
        Log log = kept.log();
        log.open(1);
        log.append(1, text(1, "a"));
        assertThat(log.append(1, terminal(2))).isEqualTo("ack 2");
        assertThat(log.append(1, terminal(2))).isEqualTo("ack 2");
        assertThat(log.append(1, text(3, "b"))).isEqualTo("refused");
        assertThat(log.fence(2)).isFalse();
        assertThat(log.isClosed()).isTrue();
        assertThat(log.text()).isEqualTo("a");
    }

    @ParameterizedTest
    @EnumSource
    void takesNothingMoreOnceItIsFenced(Kept kept) {
        Log log = kept.log();
        log.open(1);
        log.append(1, text(1, "a"));
        assertThat(log.fence(2)).isTrue();
        assertThat(log.append(1, text(2, "b"))).isEqualTo("refused");
        assertThat(log.append(2, text(2, "b"))).isEqualTo("refused");
        assertThat(log.open(9)).isEqualTo("refused");
        assertThat(log.fence(3)).isFalse();
        assertThat(log.head()).isEqualTo(2);
        assertThat(log.text()).isEqualTo("a");
    }

    @Test
    void agreesWithTheMachineWhateverComes() {
        for (int sequence = 0; sequence < 120; sequence++) {
            Log memory = Kept.MEMORY.log();
            Log shared = Kept.REDIS.log();
            assertThat(shared.open(1)).isEqualTo(memory.open(1));
            var said = new StringBuilder("open 1");
            for (int step = 0; step < 25; step++) {
                long epoch = 1L + RANDOM.nextInt(3);
                switch (RANDOM.nextInt(20)) {
                    case 0 -> {
                        said.append(", open ").append(epoch);
                        assertThat(shared.open(epoch)).as(said.toString()).isEqualTo(memory.open(epoch));
                    }
                    case 1 -> {
                        said.append(", fence ").append(epoch);
                        assertThat(shared.fence(epoch)).as(said.toString()).isEqualTo(memory.fence(epoch));
                    }
                    default -> {
                        Run run = anyRun(memory.head());
                        said.append(", append ")
                                .append(epoch)
                                .append(' ')
                                .append(run.first())
                                .append("..")
                                .append(run.last());
                        assertThat(shared.append(epoch, run))
                                .as(said.toString())
                                .isEqualTo(memory.append(epoch, run));
                    }
                }
                assertThat(shared.head()).as(said.toString()).isEqualTo(memory.head());
                assertThat(shared.isClosed()).as(said.toString()).isEqualTo(memory.isClosed());
            }
            assertThat(shared.text()).as(said.toString()).isEqualTo(memory.text());
        }
    }

    private static Run anyRun(long head) {
        long step = RANDOM.nextInt(-2, 4);
        long first = Math.max(1, head + step);
        return RANDOM.nextInt(15) == 0 ? terminal(first) : text(first, "abcdef".substring(0, 1 + RANDOM.nextInt(5)));
    }

    @Test
    void knowsNoLogThatWasLostAndTakesItsSnapshotBack() {
        var log = new InRedis();
        log.open(1);
        log.append(1, text(1, "abc"));
        REDIS.servers().empty();
        assertThat(get(log.log.refresh(log.id))).isEmpty();
        assertThat(get(log.log.read(log.id, 0))).isEmpty();
        assertThat(log.append(1, text(4, "d"))).isEqualTo("missing");
        assertThat(log.open(1)).isEqualTo("opened 0");
        // Its writer has compacted the beginning meanwhile
        Deltas beginning = Deltas.whole(1, 3, EventTypes.TEXT_DELTA, PLACE, utf8("abc"), 0, 0);
        assertThat(get(log.log.compact(log.id, 1, beginning))).isEqualTo(new Added.Ack(3));
        assertThat(log.append(1, text(4, "d"))).isEqualTo("ack 4");
        Piece piece = get(log.log.read(log.id, 0)).orElseThrow();
        assertThat(piece.snapshot().orElseThrow().last()).isEqualTo(3);
        assertThat(piece.runs()).hasSize(1);
        assertThat(piece.header()).isEqualTo(InRedis.HEADER);
    }

    @Test
    void compactsTheBeginningIntoASnapshot() {
        var log = new InRedis();
        log.open(1);
        for (int i = 1; i <= 10; i++) {
            log.append(1, text(i, "x"));
        }
        Deltas beginning = Deltas.whole(1, 6, EventTypes.TEXT_DELTA, PLACE, utf8("xxxxxx"), 0, 0);
        assertThat(get(log.log.compact(log.id, 1, beginning))).isEqualTo(new Added.Ack(10));
        Piece whole = get(log.log.read(log.id, 2)).orElseThrow();
        assertThat(whole.snapshot().orElseThrow().last()).isEqualTo(6);
        assertThat(whole.runs().getFirst().first()).isEqualTo(7);
        Piece tail = get(log.log.read(log.id, 8)).orElseThrow();
        assertThat(tail.snapshot()).isEmpty();
        assertThat(tail.runs()).hasSize(2);
    }

    @Test
    void dropsFinishedLogsThatAreStoredAndNoOthers() {
        REDIS.servers().empty();
        var open = new InRedis(Duration.ZERO);
        open.open(1);
        open.append(1, text(1, "still open"));
        var unstored = new InRedis(Duration.ZERO);
        unstored.open(1);
        unstored.append(1, terminal(1));
        var stored = new InRedis(Duration.ofHours(1));
        stored.open(1);
        stored.append(1, text(1, "a"));
        stored.append(1, terminal(2));
        get(stored.log.stored(stored.id));
        Map<StreamId, String> left = new HashMap<>();
        long before = 0;
        for (int partition = 0; partition < InRedis.KEYS.partitions(); partition++) {
            var swept = get(stored.log.sweep(partition, 0));
            before += swept.bytes();
            assertThat(swept.left()).doesNotContainKey(stored.id);
            left.putAll(swept.left());
        }
        assertThat(before).isPositive();
        assertThat(left).containsEntry(unstored.id, "node");
        assertThat(get(stored.log.read(stored.id, 0))).isPresent();
        // When room is needed
        int partition = InRedis.KEYS.partition(stored.id);
        get(stored.log.sweep(partition, 1));
        // Then
        assertThat(get(stored.log.read(stored.id, 0))).isEmpty();
        assertThat(get(open.log.read(open.id, 0))).isPresent();
        assertThat(get(unstored.log.read(unstored.id, 0))).isPresent();
        assertThat(get(open.log.sweep(InRedis.KEYS.partition(open.id), 1000)).left())
                .containsEntry(open.id, "node");
    }

    private static final class InMemory implements Log {
        private final StreamLog log = new StreamLog(1 << 20);

        @Override
        public String open(long epoch) {
            return switch (log.open(epoch)) {
                case StreamLog.Opening.Opened(long head) -> "opened " + head;
                case StreamLog.Opening.Refused _ -> "refused";
            };
        }

        @Override
        public String append(long epoch, Run run) {
            return switch (log.append(epoch, run)) {
                case StreamLog.Appended.Ack(long head) -> "ack " + head;
                case StreamLog.Appended.Nack(long head) -> "nack " + head;
                case StreamLog.Appended.Refused _ -> "refused";
            };
        }

        @Override
        public boolean fence(long epoch) {
            var reply = new FenceReply(epoch, EndReason.ORPHANED, Totals.ZERO, 0);
            return log.fenced(reply, (offset, reason, totals, source, runs) -> utf8("{}"), 0)
                    .isPresent();
        }

        @Override
        public long head() {
            return log.head();
        }

        @Override
        public boolean isClosed() {
            return log.closed();
        }

        @Override
        public String text() {
            return SharedLogTest.text(log.contents());
        }
    }

    private static final class InRedis implements Log {
        private static final Keys KEYS = new Keys("weir", 64);
        private static final StreamHeader HEADER = new StreamHeader(
                new TenantId("default"),
                new AccountId("ada"),
                new SessionId("s"),
                "session:s",
                "session",
                "token",
                new AgentName("demo"),
                "Why?");

        private final SharedLog log;
        private final StreamId id = StreamId.next(Clock.systemUTC(), RANDOM);

        InRedis() {
            this(Duration.ofHours(1));
        }

        InRedis(Duration kept) {
            log = new SharedLog(REDIS.redis(), KEYS, "node", Duration.ofHours(1), kept);
        }

        @Override
        public String open(long epoch) {
            return switch (get(log.open(id, epoch, HEADER))) {
                case Opening.Opened(long head, long _, boolean _) -> "opened " + head;
                case Opening.Refused _ -> "refused";
            };
        }

        @Override
        public String append(long epoch, Run run) {
            End end = run instanceof Run.Terminal ? End.PRODUCER : End.NONE;
            return said(get(log.append(id, epoch, List.of(run), end)));
        }

        private static String said(Added answer) {
            return switch (answer) {
                case Added.Ack(long head) -> "ack " + head;
                case Added.Nack(long head) -> "nack " + head;
                case Added.Refused _ -> "refused";
                case Added.Missing _ -> "missing";
            };
        }

        @Override
        public boolean fence(long epoch) {
            return get(log.append(id, epoch, List.of(terminal(head() + 1)), End.FENCE)) instanceof Added.Ack;
        }

        @Override
        public long head() {
            return get(log.read(id, Long.MAX_VALUE >> 12)).orElseThrow().head();
        }

        @Override
        public boolean isClosed() {
            return get(log.read(id, Long.MAX_VALUE >> 12)).orElseThrow().ended();
        }

        @Override
        public String text() {
            var text = new StringBuilder();
            long after = 0;
            Piece piece = get(log.read(id, after)).orElseThrow();
            while (!piece.runs().isEmpty()) {
                text.append(SharedLogTest.text(piece.runs()));
                after = piece.runs().getLast().last();
                piece = get(log.read(id, after)).orElseThrow();
            }
            return text.toString();
        }
    }

    private static String text(List<Run> runs) {
        var text = new StringBuilder();
        for (Run run : runs) {
            if (run instanceof Deltas deltas) {
                text.append(deltas.text().toString(StandardCharsets.UTF_8));
            }
        }
        return text.toString();
    }

    static Deltas text(long first, String text) {
        int[] ends = new int[text.length()];
        for (int i = 0; i < ends.length; i++) {
            ends[i] = i + 1;
        }
        return Deltas.of(first, EventTypes.TEXT_DELTA, PLACE, utf8(text), ends, 0, first);
    }

    static Run.Terminal terminal(long offset) {
        return new Run.Terminal(offset, EndReason.COMPLETED, Totals.ZERO, UsageSource.COUNTED, utf8("{}"), 0);
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}
