package io.weir.gateway.posted;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.gateway.config.AgentsConfig;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.stream.Source;
import io.weir.gateway.stream.Told;
import io.weir.gateway.upstream.AnswerReader;
import io.weir.streams.append.AppendFrame;
import io.weir.streams.sse.StreamFormatException;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's end of one posted stream: takes its events in order and once, from one connection at a time. Where nothing
 * else is said, everything is on the stream's loop.
 *
 * <pre>
 *   Absent ◄── upload ends, breaks; socket closes ── Connected ──► (a newer connection takes over)
 *      │  └──────── upload or socket begins ────────────►│
 *      │ away for too long          silent for too long  │   any cause of an end
 *      └──────────────► end(machine_lost) ◄──────────────┘──────────────────────► closed
 * </pre>
 */
final class PostedStream implements Source {
    private static final String AWAY = "The agent that posts this stream has gone away.";
    private static final String SILENT = "The agent that posts this stream has fallen silent.";

    private final Told told;
    private final Poster poster;
    private final AgentsConfig.Agent agent;
    private final GatewayConfig.Times times;
    private final PostingConfig config;
    private final AnswerReader reader;
    private final Window window;
    private final Runnable forget;
    private final Promise<Standing> begun = Promise.promise();
    private final long startedNanos = System.nanoTime();
    private @Nullable Inlet inlet; // while a producer is connected
    private @Nullable EndReason reason; // once ended
    private volatile Standing standing;
    private boolean waits;
    private boolean progressed;
    private long epoch;
    private long head;
    private long progressNanos = startedNanos;
    private long awayNanos = startedNanos;

    /**
     * A stream of nobody yet.
     *
     * @param forget told once it has ended
     */
    PostedStream(
            Told told,
            Poster poster,
            AgentsConfig.Agent agent,
            GatewayConfig gateway,
            PostingConfig config,
            Runnable forget) {
        this.told = told;
        this.poster = poster;
        this.agent = agent;
        this.times = gateway.times();
        this.config = config;
        this.forget = forget;
        this.window = new Window(told, config.ahead().asLongValue());
        this.reader = new AnswerReader(agent.dialect(), told.stream(), told.canonical(), told, this::progress);
        this.standing = Standing.open(told.stream(), 0, 0);
    }

    /** The stream. Any thread. */
    StreamId stream() {
        return told.stream();
    }

    /** Who may feed it. Any thread. */
    Poster poster() {
        return poster;
    }

    /** How far it is. Any thread. */
    Standing standing() {
        return standing;
    }

    /** Completes once events are taken, or never will be. Any thread. */
    Future<Standing> begun() {
        return begun.future();
    }

    /** True if its agent is declared to take inputs. Any thread. */
    boolean takesInput() {
        return agent.input();
    }

    /** Does something on the stream's loop. Any thread. */
    void run(Runnable task) {
        told.context().runOnContext(_ -> task.run());
    }

    @Override
    public void start(long mostTokens) {
        epoch = told.epoch();
        note();
        begun.tryComplete(standing);
    }

    /** A producer is here; whoever was before it is told so and let go. False if the stream has ended. */
    boolean connect(Inlet connected) {
        Inlet before = inlet;
        if (before != null) {
            inlet = null;
            before.refuse(ProblemType.CONFLICT, "A newer connection feeds the stream.", standing);
        }
        if (reason != null) {
            connected.ended(standing, false);
            return false;
        }
        inlet = connected;
        waits = false;
        progressNanos = System.nanoTime();
        return true;
    }

    /** True while this connection is the one that feeds the stream. */
    boolean isFedBy(Inlet connection) {
        return inlet == connection;
    }

    /** The producer's connection is gone; it may come back. */
    void disconnect(Inlet gone) {
        if (inlet == gone) {
            inlet = null;
            awayNanos = System.nanoTime();
        }
    }

    /**
     * Takes what has come over a connection.
     *
     * @param events calls {@link #event} for each
     * @param bytes how many bytes they have come in
     * @return true if the connection may be read on; else it is told, once it may
     */
    boolean take(Inlet from, Runnable events, int bytes) {
        if (inlet != from || reason != null) {
            return false;
        }
        try {
            events.run();
        } catch (GapException e) {
            note();
            return from.gap(e.number(), standing) || dropped(from);
        } catch (StreamFormatException e) {
            note();
            boolean large = e.kind() == StreamFormatException.Kind.BLOCK_TOO_LARGE;
            from.refuse(
                    large ? ProblemType.TOO_LARGE : ProblemType.MALFORMED,
                    "Event " + (head + 1) + " is not sound: " + e.getMessage() + ".",
                    standing);
            return dropped(from);
        } finally {
            if (reason == null) {
                reader.readComplete();
            }
        }
        note();
        window.add(bytes);
        if (reason != null) {
            return false;
        }
        from.taken(head);
        waits = window.full();
        return !waits;
    }

    private boolean dropped(Inlet from) {
        disconnect(from);
        return false;
    }

    /**
     * One event, by its number.
     *
     * @throws GapException if those before it are missing
     */
    void event(long number, @Nullable String type, ByteBuf data) {
        if (number <= head || reason != null) {
            return;
        }
        if (number != head + 1) {
            throw new GapException(number);
        }
        head = number;
        try {
            reader.event(type, null, data);
        } catch (StreamFormatException e) {
            head = number - 1;
            throw e;
        }
    }

    /** One body of events is complete; another may follow. True if the agent's answer is, too, and the stream's end to come. */
    boolean endOfPiece() {
        if (reason == null) {
            reader.endOfPiece();
        }
        return reader.ended();
    }

    @Override
    public void tick(long nowNanos) {
        Inlet connected = inlet;
        if (reason != null || reader.ended()) {
            return;
        }
        if (connected == null) {
            if (nowNanos - awayNanos > config.absence().toNanos()) {
                told.failed(EndReason.MACHINE_LOST, AWAY);
            }
        } else if (waits) {
            progressNanos = nowNanos; // It is we who are slow.
            if (!window.full()) {
                waits = false;
                connected.goOn();
            }
        } else if (nowNanos - progressNanos > (progressed ? times.silence() : times.firstDelta()).toNanos()) {
            told.failed(EndReason.MACHINE_LOST, SILENT);
        }
    }

    @Override
    public void close(EndReason ending) {
        reason = ending;
        standing = Standing.ended(told.stream(), epoch, head, ending);
        Inlet connected = inlet;
        inlet = null;
        if (connected != null) {
            connected.ended(standing, reader.ended() && saysItself(ending));
        }
        begun.tryComplete(standing);
        forget.run();
    }

    @Override
    public void input(AppendFrame.Input input, InputAnswer answer) {
        Inlet connected = inlet;
        if (!agent.input()) {
            answer.answered(InputAnswer.UNSUPPORTED);
        } else if (connected == null) {
            answer.answered("agent_away");
        } else {
            connected.input(input, answer);
        }
    }

    private static boolean saysItself(EndReason ending) {
        return ending == EndReason.COMPLETED
                || ending == EndReason.MAX_OUTPUT_TOKENS
                || ending == EndReason.AGENT_ERROR;
    }

    private void progress() {
        progressed = true;
        progressNanos = System.nanoTime();
    }

    private void note() {
        if (reason == null) {
            standing = Standing.open(told.stream(), epoch, head);
        } else if (standing.head() != head) {
            standing = Standing.ended(told.stream(), epoch, head, reason);
        }
    }
}
