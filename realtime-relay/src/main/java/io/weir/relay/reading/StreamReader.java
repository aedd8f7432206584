package io.weir.relay.reading;

import io.vertx.core.http.HttpServerResponse;
import io.weir.contracts.event.EventTypes;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.stream.EndReason;
import io.weir.relay.conversation.Retold;
import io.weir.relay.conversation.StoredAnswer;
import io.weir.relay.log.LiveStream;
import io.weir.relay.log.StreamWatcher;
import io.weir.relay.loop.Loop;
import io.weir.relay.problem.ProblemException;
import io.weir.relay.reading.StreamEventsRoute.Request;
import io.weir.streams.life.StreamLog.Reading;
import io.weir.streams.outlet.Outlet;
import io.weir.streams.render.Dialect;
import io.weir.streams.render.Renderer;
import io.weir.streams.run.Deltas;
import io.weir.streams.run.ResponseJson;
import io.weir.streams.run.Run;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One reader of one stream. It belongs to the loop of its HTTP connection; what concerns the log is done on the stream's
 * loop and comes back.
 *
 * <pre>
 *   looking ── log is here ───► catching up ── at its head ──► following ── terminal ──► closed
 *      │ └─── answer is stored ─────────────────────────────────────────── told again ──► closed
 *      └───── neither ──► waiting for the log ──► as above, or not found
 * </pre>
 */
final class StreamReader implements StreamWatcher {
    /** Response header with the dialect that the stream began with: the edge resumes in it. */
    private static final String DIALECT = "Weir-Dialect";

    private static final int PIECE_BYTES = 256 * 1024;
    private static final int POLL_MILLIS = 100;

    private final Request request;
    private final Loop loop;
    private final Sources sources;
    private final Consumer<ProblemException> refuse;
    private final HttpServerResponse response;
    private final ResponseSink sink;
    private @Nullable Outlet outlet;
    private @Nullable LiveStream stream;
    private boolean catchingUp;
    private boolean asking;
    private long timer = -1;

    StreamReader(
            Request request,
            HttpServerResponse response,
            Loop loop,
            Sources sources,
            Consumer<ProblemException> refuse) {
        this.request = request;
        this.response = response;
        this.loop = loop;
        this.sources = sources;
        this.refuse = refuse;
        this.sink = new ResponseSink(response, loop, this::catchUp);
    }

    /** Looks for the stream and begins. */
    void start() {
        Optional<LiveStream> log = sources.log(request.stream());
        if (log.isPresent()) {
            follow(log.get());
            return;
        }
        sources.elsewhere(
                request.stream(), found -> found.ifPresentOrElse(copy -> loop.run(() -> follow(copy)), this::retell));
    }

    private void retell() {
        sources.stored(request.stream())
                .subscribe()
                .with(
                        stored -> loop.run(() -> start(stored)),
                        _ -> loop.run(() -> await(sources.config().opening().toMillis(), this::unavailable)));
    }

    private void start(Optional<StoredAnswer> stored) {
        if (stored.isEmpty()) {
            boolean maybe = sources.mayBeOpening(request.stream());
            await(maybe ? sources.config().opening().toMillis() : 0, this::notFound);
            return;
        }
        StoredAnswer known = stored.get();
        StoredAnswer.Answer answer = known.answer();
        if (!isOwner(known.tenant(), known.account())) {
            notFound();
        } else if (answer != null) {
            if (outlet == null) {
                answer.dialect().ifPresent(dialect -> response.putHeader(DIALECT, dialect));
            }
            tell(new Retold(request.stream(), answer));
        } else {
            // Its gateway still has it, and will bring it back.
            begin();
            await(sources.config().comingBack().toMillis(), this::finish);
        }
    }

    private boolean isOwner(TenantId tenant, AccountId account) {
        return tenant.equals(request.owner().tenant())
                && account.equals(request.owner().account());
    }

    private void await(long millis, Runnable missing) {
        Optional<LiveStream> log = sources.log(request.stream());
        if (log.isPresent()) {
            follow(log.get());
        } else if (millis <= 0 || response.closed()) {
            missing.run();
        } else {
            long since = System.nanoTime();
            loop.later(
                    POLL_MILLIS,
                    () -> sources.elsewhere(
                            request.stream(),
                            _ -> loop.run(() -> await(millis - (System.nanoTime() - since) / 1_000_000, missing))));
        }
    }

    private void notFound() {
        refuse(new ProblemException(ProblemType.NOT_FOUND, "There is no such stream"));
    }

    private void unavailable() {
        refuse(new ProblemException(ProblemType.RELAY_UNAVAILABLE, "The history cannot be read right now"));
    }

    /** A response that has begun can only end; its reader asks again. */
    private void refuse(ProblemException problem) {
        if (outlet == null) {
            refuse.accept(problem);
        } else {
            outlet.finish();
        }
    }

    /** Ends the response where it is. Any thread. */
    void finishLater() {
        loop.run(() -> {
            if (outlet != null) {
                outlet.finish();
            }
        });
    }

    private void finish() {
        begin().finish();
    }

    /** Commits the response, if that has not been done. */
    private Outlet begin() {
        Outlet known = outlet;
        if (known != null) {
            return known;
        }
        sink.begin(request.framing(), this::gone);
        var renderer = Renderer.of(
                Dialect.RESPONSES,
                request.framing(),
                request.stream(),
                request.stream().toString());
        var fresh = new Outlet(renderer, sink, request.after(), Outlet.Limits.DEFAULT, _ -> released());
        outlet = fresh;
        sources.surroundings().readers().add(this);
        timer = sources.surroundings()
                .vertx()
                .setPeriodic(sources.config().heartbeat().toMillis(), _ -> loop.run(this::beat));
        fresh.connected();
        return fresh;
    }

    private void beat() {
        if (sink.stalledNanos() > sources.config().stalled().toNanos()) {
            sink.reset();
            gone();
        } else if (outlet != null) {
            outlet.heartbeat();
        }
    }

    private void gone() {
        if (outlet != null) {
            outlet.gone();
        }
    }

    private void released() {
        sources.surroundings().vertx().cancelTimer(timer);
        sources.surroundings().readers().remove(this);
        catchingUp = false;
        LiveStream followed = stream;
        if (followed != null) {
            followed.loop().run(() -> followed.detach(this));
        }
    }

    private void follow(LiveStream log) {
        if (!isOwner(log.header().tenant(), log.header().account())) {
            notFound();
            return;
        }
        if (!response.headWritten()) {
            response.putHeader(DIALECT, log.header().dialect());
        }
        stream = log;
        catchingUp = true;
        ask(log, request.after());
    }

    /** Goes on reading the log where little enough waits to be written. */
    private void catchUp() {
        Outlet open = outlet;
        LiveStream log = stream;
        if (open != null && log != null && catchingUp && !asking && open.pendingBytes() < PIECE_BYTES) {
            ask(log, open.cursor());
        }
    }

    private void ask(LiveStream log, long after) {
        asking = true;
        log.loop().run(() -> {
            Optional<Reading> reading = log.read(after, PIECE_BYTES);
            if (reading.filter(Reading.Waiting.class::isInstance).isPresent()) {
                // In the same step: nothing is appended in between.
                log.attach(this);
            }
            loop.run(() -> reading.ifPresentOrElse(this::take, this::evicted));
        });
    }

    /** The log has gone while it was read: the rest is stored. */
    private void evicted() {
        asking = false;
        catchingUp = false;
        stream = null;
        start();
    }

    private void take(Reading reading) {
        asking = false;
        if (reading instanceof Reading.Ended && outlet == null) {
            response.setStatusCode(204).end();
            return;
        }
        Outlet open = begin();
        switch (reading) {
            case Reading.Runs(Optional<Deltas> snapshot, List<Run> runs) -> {
                snapshot.ifPresent(open::snapshot);
                runs.forEach(open::offer);
                if (!open.isClosed()) {
                    catchUp();
                }
            }
            case Reading.Waiting _ -> {
                catchingUp = false;
                detachIfClosed(open);
            }
            case Reading.Ended _ -> open.finish();
            case Reading.Truncated(long to, Optional<Deltas> snapshot, Run.Terminal terminal) ->
                truncated(open, to, snapshot, terminal);
        }
    }

    /** The reader may have gone while it was being attached. */
    private void detachIfClosed(Outlet open) {
        if (open.isClosed()) {
            released();
        }
    }

    private static void truncated(Outlet open, long to, Optional<Deltas> snapshot, Run.Terminal terminal) {
        open.weir(EventTypes.WEIR_TRUNCATED, ResponseJson.truncated(to));
        snapshot.ifPresent(open::snapshot);
        open.offer(terminal);
    }

    @Override
    public void run(Run run) {
        loop.run(() -> {
            Outlet open = outlet;
            LiveStream log = stream;
            if (open == null) {
                return;
            }
            if (run instanceof Run.Terminal && log != null && open.cursor() >= run.first()) {
                // It has seen more elsewhere than the log has in the end: it is told what stands.
                ask(log, open.cursor());
            } else {
                open.offer(run);
            }
        });
    }

    private void tell(Retold retold) {
        Run.Terminal terminal = retold.terminal();
        Outlet begun = outlet;
        long after = begun == null ? request.after() : begun.cursor();
        boolean cutShort = terminal.reason() == EndReason.ORPHANED;
        if (after > terminal.offset() || (after == terminal.offset() && cutShort)) {
            truncated(begin(), terminal.offset() - 1, retold.snapshot(), terminal);
        } else if (after == terminal.offset()) {
            if (begun == null) {
                response.setStatusCode(204).end();
            } else {
                begun.finish();
            }
        } else if (retold.isCutAt(after)) {
            retold.all().forEach(begin()::offer);
        } else {
            Outlet open = begin();
            if (after < terminal.offset() - 1) {
                retold.snapshot().ifPresent(open::snapshot);
            }
            open.offer(terminal);
        }
    }
}
