package io.weir.relay.log;

import io.netty.buffer.ByteBuf;
import io.weir.contracts.holds.FenceReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.StreamHeader;
import io.weir.contracts.stream.UsageSource;
import io.weir.relay.loop.Loop;
import io.weir.streams.life.StreamLog;
import io.weir.streams.life.StreamLog.Appended;
import io.weir.streams.life.StreamLog.Opening;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.Run;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream's log with those who follow it and the gateway that produces it. Everything on its loop, unless said
 * otherwise.
 */
public final class LiveStream {
    private static final long OWN_WEIGHT = 1024;

    private final StreamId id;
    private final StreamHeader header;
    private final Loop loop;
    private final StreamLog log;
    private final Accounting accounting;
    private final LongSupplier nanos;
    private final Set<StreamWatcher> watchers = new LinkedHashSet<>();
    private final long openedNanos;

    private @Nullable ProducerLink producer;
    private int subscribers;
    private int readers;
    private int elsewhere;
    private int toldWatchers = -1;
    private boolean announced;
    private boolean lookedAfter;
    private boolean evicted;
    private volatile boolean ended;
    private volatile boolean stored;
    private volatile long usedNanos;
    private volatile long weight;

    LiveStream(StreamId id, StreamHeader header, Loop loop, StreamLog log, Accounting accounting, LongSupplier nanos) {
        this.id = id;
        this.header = header;
        this.loop = loop;
        this.log = log;
        this.accounting = accounting;
        this.nanos = nanos;
        this.openedNanos = nanos.getAsLong();
        this.usedNanos = openedNanos;
        this.weight = ownWeight();
    }

    /** What is kept beside the runs. */
    private long ownWeight() {
        String question = header.question();
        return OWN_WEIGHT + (question == null ? 0 : question.length());
    }

    /** Learns how the bytes of all logs change. Any thread. */
    @FunctionalInterface
    interface Accounting {
        void changed(long bytes);
    }

    /** The stream. Any thread. */
    public StreamId id() {
        return id;
    }

    /** What its producer said of it. Any thread. */
    public StreamHeader header() {
        return header;
    }

    /** Where it lives. Any thread. */
    public Loop loop() {
        return loop;
    }

    /** True once the terminal is in the log. Any thread. */
    public boolean isEnded() {
        return ended;
    }

    /** True once {@code messages} has the answer. Any thread. */
    public boolean isStored() {
        return stored;
    }

    /** When it was last opened, appended to or read, in nanoseconds of the monotonic clock. Any thread. */
    long usedNanos() {
        return usedNanos;
    }

    /** When the log was made, in nanoseconds of the monotonic clock. Any thread. */
    public long openedNanos() {
        return openedNanos;
    }

    /** Bytes kept. Any thread. */
    long weight() {
        return weight;
    }

    private void weigh() {
        long before = weight;
        weight = ownWeight() + log.weight();
        accounting.changed(weight - before);
    }

    /** A gateway opens the log, or takes it over on a new connection. */
    public Opening open(long epoch, ProducerLink link) {
        Opening opening = log.open(epoch);
        if (opening instanceof Opening.Opened) {
            producer = link;
            toldWatchers = -1;
        }
        return opening;
    }

    /** The gateway adds a run. Watchers see what is new. */
    public Appended append(long epoch, Run run) {
        long before = log.head();
        Appended answer = log.append(epoch, run);
        if (answer instanceof Appended.Ack && log.head() > before) {
            weigh();
            publish(run);
        }
        return answer;
    }

    /** Metering has settled the stream: the log ends as it says, unless it has ended already. */
    public void fenced(FenceReply reply) {
        log.fenced(reply, new Ending(id, header), elapsedMillis()).ifPresent(terminal -> {
            weigh();
            publish(terminal);
        });
    }

    /** The terminal that {@link #fenced(FenceReply)} would write now. */
    public Run.Terminal ending(FenceReply reply) {
        long offset = log.head() + 1;
        var json = new Ending(id, header)
                .write(offset, reply.reason(), reply.totals(), UsageSource.COUNTED, log.contents())
                .asReadOnly();
        return new Run.Terminal(offset, reply.reason(), reply.totals(), UsageSource.COUNTED, json, elapsedMillis());
    }

    /** The log was ended so in the producer's place, maybe by another node. */
    public void fenced(FenceReply reply, Run.Terminal terminal) {
        log.fenced(reply, (_, _, _, _, _) -> terminal.json(), terminal.atMillis())
                .ifPresent(end -> {
                    weigh();
                    publish(end);
                });
    }

    /**
     * Takes all text from offset 1 whose cuts nobody knows any more; what this log has of it stays, with nothing to cut in
     * what is new.
     */
    public void restore(long epoch, Deltas text) {
        int known = log.snapshot().map(own -> own.text().readableBytes()).orElse(0);
        ByteBuf rest =
                text.text().slice(text.text().readerIndex() + known, text.text().readableBytes() - known);
        append(
                epoch,
                Deltas.whole(
                        log.head() + 1,
                        text.last(),
                        text.type(),
                        text.place(),
                        rest,
                        text.atMillis(),
                        text.outputTokens()));
        log.compact(Long.MAX_VALUE);
        weigh();
    }

    private long elapsedMillis() {
        return (nanos.getAsLong() - openedNanos) / 1_000_000;
    }

    private void publish(Run run) {
        usedNanos = nanos.getAsLong();
        if (run instanceof Run.Terminal) {
            ended = true;
        }
        for (StreamWatcher watcher : List.copyOf(watchers)) {
            watcher.run(run);
        }
        if (ended) {
            watchers.clear();
        }
    }

    /** What a reader that has everything up to {@code after} gets next; empty once the log was evicted. */
    public Optional<Reading> read(long after, int maxBytes) {
        usedNanos = nanos.getAsLong();
        return evicted ? Optional.empty() : Optional.of(log.read(after, maxBytes));
    }

    /** Makes the oldest four fifths one run of text, because memory is short. */
    void compact() {
        if (!ended) {
            log.compact(log.weight() * 4 / 5);
            weigh();
        }
    }

    /** Gives the memory of the log back. It has ended, {@code messages} has it, and it is found no more. */
    void evict() {
        evicted = true;
        log.release();
    }

    /** The last offset. */
    public long head() {
        return log.head();
    }

    /** All text so far; empty where there is none. */
    public Optional<Deltas> text() {
        return log.snapshot().filter(deltas -> deltas.text().isReadable());
    }

    /** All runs, copied out of the log. */
    public List<Run> contents() {
        return log.contents();
    }

    /** Last offset of the beginning that the log keeps as one run of text, its cuts forgotten; 0 if there is none. */
    public long compacted() {
        return log.compacted();
    }

    /** The ending; empty while open. */
    public Optional<Run.Terminal> terminal() {
        return log.terminal();
    }

    /** True for the first caller: the stream is new here, and somebody should be told. */
    public boolean announce() {
        boolean first = !announced;
        announced = true;
        return first;
    }

    /** True for the first caller, who sees to it that {@code messages} gets the answer. */
    public boolean lookAfter() {
        boolean first = !lookedAfter;
        lookedAfter = true;
        return first;
    }

    /** True while somebody here sees to it that {@code messages} gets the answer: the log is needed for that. */
    public boolean isOwed() {
        return lookedAfter && !stored;
    }

    /** Follows the log from its present head on. */
    public void watch(StreamWatcher watcher) {
        watchers.add(watcher);
    }

    /** Follows no more. */
    public void unwatch(StreamWatcher watcher) {
        watchers.remove(watcher);
    }

    /** A reader follows the log from its present head on. */
    public void attach(StreamWatcher reader) {
        if (watchers.add(reader)) {
            readers++;
            tellWatchers();
        }
    }

    /** The reader follows no more. */
    public void detach(StreamWatcher reader) {
        if (watchers.remove(reader)) {
            readers--;
            tellWatchers();
        }
    }

    /** How many follow the stream on its topic. */
    public void subscribers(int count) {
        subscribers = count;
        tellWatchers();
    }

    /** How many follow it at other nodes. */
    public void elsewhere(int count) {
        elsewhere = count;
        tellWatchers();
    }

    /** True if somebody here follows it. */
    public boolean isWatched() {
        return subscribers + readers > 0;
    }

    /** Tells the gateway how many watch, if it does not know. */
    public void tellWatchers() {
        int count = subscribers + readers + elsewhere;
        if (!ended && producer != null && count != toldWatchers) {
            toldWatchers = count;
            producer.watchers(id, count);
        }
    }

    /** The gateway will not append on this connection again. */
    public void release(ProducerLink link) {
        if (producer == link) {
            producer = null;
        }
    }

    /** True if it was this gateway that opened the log last. */
    public boolean isProducedBy(ProducerLink link) {
        return producer == link;
    }

    /** True if the gateway wants to know how far the stream reaches whom. */
    public boolean wantsReceipts() {
        return producer != null && producer.wantsReceipts();
    }

    /** Tells the gateway, if it wants to know, how far the stream has reached an account. */
    public void receipt(String account, long delivered, long read) {
        if (producer != null && producer.wantsReceipts()) {
            producer.receipt(id, account, delivered, read);
        }
    }

    /** Asks the gateway to stop the stream. */
    public void cancel(String by) {
        if (!ended && producer != null) {
            producer.cancel(id, by);
        }
    }

    /** Gives an input to the stream's agent. The answer comes in any case, on any thread. */
    public void input(Input input, Consumer<InputAnswer> answer) {
        ProducerLink link = producer;
        if (ended) {
            answer.accept(new InputAnswer.Refused(InputAnswer.NOT_OPEN));
        } else if (link == null || !link.isHeard()) {
            answer.accept(new InputAnswer.Refused(InputAnswer.NO_ANSWER));
        } else {
            link.input(id, input, answer);
        }
    }

    /** True if nobody is heard who could go on with the stream. */
    public boolean isSuspect() {
        ProducerLink link = producer;
        return !ended && (link == null || !link.isHeard());
    }

    /** {@code messages} has the answer: the gateway may forget the stream. */
    public void stored() {
        stored = true;
        ProducerLink link = producer;
        if (link != null) {
            link.acknowledge(id, log.head());
        }
    }
}
