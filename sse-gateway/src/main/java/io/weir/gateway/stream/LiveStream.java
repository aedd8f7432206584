package io.weir.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.stream.EndReason;
import io.weir.contracts.stream.Totals;
import io.weir.contracts.ticket.TicketClaims;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.counting.RunningCount;
import io.weir.gateway.metering.Claim;
import io.weir.gateway.upstream.Question;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.life.ClaimOutcome;
import io.weir.streams.life.Producer;
import io.weir.streams.life.ProducerBounds;
import io.weir.streams.life.ProducerPorts;
import io.weir.streams.life.ProducerSetup;
import io.weir.streams.life.StreamState;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One open stream. Carries the {@link Producer}, which decides everything, and is its arms: where events come from ({@link Source}),
 * the reader, the count, the log ({@link LogSide}), the hold. Everything runs on one event loop; other threads reach it through {@link #run}.
 */
final class LiveStream implements ProducerPorts {
    private static final Logger LOG = Logger.getLogger(LiveStream.class);
    /** Text waits this long for company before it is counted. */
    private static final Duration COUNT_EVERY = Duration.ofMillis(100);

    /** Accounts whose receipts are kept; those of others are not. The relay's own bound is lower. */
    private static final int MAX_RECEIPTS = 1000;

    private final Neighbours near;
    private final Context context;
    private final TicketClaims ticket;
    private final AgentsConfig.Agent agent;
    private final Question question;
    private final DirectReader reader;
    private final Audience audience;
    private final Consumer<LiveStream> forget;
    private final TerminalWriter terminals;
    private final RunningCount count;
    private final Source source;
    private final long startedNanos = System.nanoTime();
    private @Nullable Producer producer; // from the won claim on
    private @Nullable EndReason stopped; // stopped before there was a producer
    private long epoch;
    private long grantedMicro;
    private long countedNanos;
    private long usageNanos;
    private long usageOutput;
    private volatile boolean open = true;
    /** By account; concurrent, since they come from the relay's connection. */
    private final Map<String, Reached> receipts = new ConcurrentHashMap<>(2);

    LiveStream(
            Neighbours near,
            Context context,
            TicketClaims ticket,
            AgentsConfig.Agent agent,
            Question question,
            DirectReader reader,
            Source.Opener sources,
            Consumer<LiveStream> forget) {
        this.near = near;
        this.context = context;
        this.ticket = ticket;
        this.agent = agent;
        this.question = question;
        this.reader = reader;
        this.audience =
                new Audience(near.config().unwatched(), near.config().times().unwatched());
        audience.connection(() -> !reader.closed());
        this.forget = forget;
        this.grantedMicro = ticket.hold().grantedMicro();
        var canonical = new ResponseJson(ticket.stream(), ticket.agent().value());
        this.terminals = new TerminalWriter(canonical);
        this.count = near.tokenizer().running(context, tokens -> producer().onCounted(tokens, System.nanoTime()));
        this.source =
                sources.open(new Told(context, ticket.stream(), canonical, near.metrics(), terminals, this::producer));
    }

    /** The claim is won: show the reader that we are here, size the prompt, then begin. */
    void begin(Claim.Won claim) {
        epoch = claim.epoch();
        reader.connect();
        LOG.infof(
                "stream claimed tenant=%s stream=%s agent=%s epoch=%d",
                ticket.tenant(), stream(), ticket.agent(), epoch);
        near.tokenizer()
                .count(question.promptText())
                .otherwise(0L)
                .onSuccess(prompt -> context.runOnContext(_ -> produce(prompt, claim)));
    }

    private void produce(long promptTokens, Claim.Won claim) {
        Long limit = limit();
        var setup = ProducerSetup.of(
                ticket.hold(), promptTokens, agent.tokensPerSecond(), limit, Instant.now(), startedNanos);
        var started = new Producer(setup, bounds(), terminals, this);
        producer = started;
        near.relay().open(new LogSide(this, started, audience, ticket, question, epoch));
        ClaimOutcome outcome = started.onClaimed(
                new ClaimReply(true, epoch, claim.cancelled() || stopped == EndReason.CANCELLED, null, null),
                near.lease().untilNanos(),
                System.nanoTime());
        if (stopped != null && stopped != EndReason.CANCELLED) {
            started.stop(stopped, System.nanoTime());
        } else if (outcome instanceof ClaimOutcome.CallMachine(var most)) {
            source.start(most);
        }
    }

    private @Nullable Long limit() {
        long limit = agent.maxOutputTokens();
        Long callers = ticket.maxOutputTokens();
        if (callers != null) {
            limit = Math.min(limit, callers);
        }
        return Math.min(limit, question.maxOutputTokens().orElse(limit));
    }

    private ProducerBounds bounds() {
        ProducerBounds standard = ProducerBounds.DEFAULT;
        return new ProducerBounds(
                near.config().times().stream(),
                near.config().times().leaseMargin(),
                near.config().times().journal(),
                standard.terminalPatience(),
                standard.extensionPatience(),
                standard.retry(),
                standard.extendBelow(),
                Math.toIntExact(near.config().limits().stream().asLongValue()));
    }

    /** Does something on the stream's loop. Any thread. */
    void run(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    /** Ends the stream for a reason of ours; the first one counts. Any thread. */
    void stop(EndReason reason) {
        run(() -> {
            Producer started = producer;
            if (started != null) {
                started.stop(reason, System.nanoTime());
            } else if (stopped == null) {
                stopped = reason;
            }
        });
    }

    /** The stream. */
    StreamId stream() {
        return ticket.stream();
    }

    /** False once the terminal has been decided. Any thread. */
    boolean isOpen() {
        return open;
    }

    /** The relay has told how far the stream has reached an account. Any thread. */
    void reached(Reached receipt) {
        if (receipts.containsKey(receipt.account()) || receipts.size() < MAX_RECEIPTS) {
            receipts.put(receipt.account(), receipt);
        }
    }

    /** How far the stream has reached whom. Any thread. */
    Receipts receipts() {
        return new Receipts(stream(), List.copyOf(receipts.values()));
    }

    /** Puts this stream's figures into the next batch. Stream's loop. */
    void report() {
        Producer started = producer;
        if (started != null && started.reports()) {
            near.updates().put(started.update(false), this::answered);
        }
    }

    /** Time passes. Stream's loop, at least every 250 ms. */
    void tick(long nowNanos) {
        Producer started = producer;
        if (started != null) {
            started.onLease(near.lease().untilNanos());
            started.tick(nowNanos);
            source.tick(nowNanos);
            if (audience.gone(nowNanos)) {
                started.stop(EndReason.CANCELLED, nowNanos);
            }
            if (nowNanos - countedNanos > COUNT_EVERY.toNanos()) {
                countedNanos = nowNanos;
                count.poll();
            }
            showUsage(started, nowNanos, false);
        }
        reader.tick(nowNanos, near.config().times().heartbeat());
    }

    private void showUsage(Producer started, long nowNanos, boolean last) {
        boolean soon = nowNanos - usageNanos < near.config().times().usage().toNanos();
        Totals totals = started.totals();
        if (reader.closed() || (soon && !last) || totals.output() == usageOutput) {
            return;
        }
        usageNanos = nowNanos;
        usageOutput = totals.output();
        long cost = started.chargeMicro();
        long left = Math.max(0, started.availableMicro() + grantedMicro - cost);
        reader.weir(EventTypes.WEIR_USAGE, ResponseJson.usage(totals, cost, left));
    }

    private Producer producer() {
        Producer started = producer;
        if (started == null) {
            throw new IllegalStateException("not claimed yet");
        }
        return started;
    }

    private void answered(boolean extended, UpdateReply.Extension answer) {
        run(() -> {
            grantedMicro = Math.max(grantedMicro, answer.grantedMicro());
            producer().onLease(near.lease().untilNanos());
            producer().onUpdateReply(extended, answer, System.nanoTime());
            if (open && answer.accepted()) {
                Totals totals = producer().totals();
                near.relay().usage(usage(totals, producer().chargeMicro(), answer.availableMicro(), false));
            }
        });
    }

    /** For the payer, on the topic of the account. */
    private AppendFrame.Usage usage(Totals totals, long chargeMicro, long availableMicro, boolean last) {
        return new AppendFrame.Usage(stream(), totals, chargeMicro, grantedMicro, Math.max(0, availableMicro), last);
    }

    private static EndReason reason(Producer ended) {
        return switch (ended.state()) {
            case StreamState.Ending ending -> ending.reason();
            case StreamState.Closing closing -> closing.reason();
            case StreamState.Closed(var reason) -> reason;
            case StreamState.Reserved _, StreamState.Claimed _, StreamState.Producing _ ->
                throw new IllegalStateException("not ending");
        };
    }

    /** Somebody has something to tell the agent. Stream's loop. */
    void input(AppendFrame.Input input, Source.InputAnswer answer) {
        if (open) {
            source.input(input, answer);
        } else {
            answer.answered("stream_not_open");
        }
    }

    // What the producer asks for.

    @Override
    public void toReader(Run run) {
        if (run instanceof Run.Terminal) {
            showUsage(producer(), System.nanoTime(), true);
        }
        reader.offer(run);
    }

    @Override
    public void abandonReader() {
        reader.abandon();
    }

    @Override
    public void append(Run run) {
        near.relay().append(stream(), epoch, run);
    }

    @Override
    public void count(ByteBuf text, int[] ends, boolean urgent) {
        count.add(text, ends, urgent);
    }

    @Override
    public void update(UpdateBatch.Update update) {
        near.updates().put(update, this::answered);
    }

    @Override
    public boolean fixed(SettleRequest request) {
        near.settlement().fixed(stream(), request, () -> run(() -> producer().onFixed(System.nanoTime())));
        return false;
    }

    @Override
    public void settle(SettleRequest request) {
        open = false;
        near.updates().forget(stream());
        var life = Duration.ofNanos(System.nanoTime() - startedNanos);
        near.metrics().ended(request.reason(), request.usageSource(), life);
        LOG.infof(
                "stream ended tenant=%s stream=%s agent=%s reason=%s offset=%d millis=%d",
                ticket.tenant(),
                stream(),
                ticket.agent(),
                request.reason().wire(),
                producer().lastOffset(),
                life.toMillis());
        near.settlement()
                .settle(
                        stream(),
                        request,
                        reply -> run(() -> {
                            reply.ifPresent(bill -> near.relay()
                                    .usage(usage(request.totals(), bill.chargeMicro(), bill.availableMicro(), true)));
                            producer().onSettled();
                        }));
    }

    @Override
    public void closeAgent() {
        source.close(reason(producer()));
        // What was shown is counted to the end, without waiting for more.
        count.poll();
    }

    @Override
    public void closed() {
        near.relay().forget(stream());
        forget.accept(this);
    }
}
