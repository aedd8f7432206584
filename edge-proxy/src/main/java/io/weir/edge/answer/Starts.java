package io.weir.edge.answer;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Readers that came before their stream: each takes the next one that its account starts at this process. Thread-safe; a
 * reader is told on its own context.
 */
@Singleton
public final class Starts {
    private final Vertx vertx;
    private final AnswerConfig config;
    private final Map<AccountId, Deque<Promise<Optional<StreamId>>>> waiting = new HashMap<>();
    private int size;

    Starts(Vertx vertx, AnswerConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    /**
     * The next stream that the account starts, or empty when none was started in time. Fails with a problem where too many
     * wait already.
     */
    public Future<Optional<StreamId>> next(AccountId payer) {
        Promise<Optional<StreamId>> next = Promise.promise();
        synchronized (this) {
            if (size >= config.maxWaiting()) {
                return Future.failedFuture(
                        new ProblemException(ProblemType.OVERLOADED, "Too many wait for a stream to start."));
            }
            waiting.computeIfAbsent(payer, _ -> new ArrayDeque<>()).add(next);
            size++;
        }
        var context = vertx.getOrCreateContext();
        long timer = vertx.setTimer(config.waitForStart().toMillis(), _ -> next.tryComplete(Optional.empty()));
        Promise<Optional<StreamId>> told = Promise.promise();
        next.future().onComplete(result -> {
            vertx.cancelTimer(timer);
            forget(payer, next);
            context.runOnContext(_ -> told.handle(result));
        });
        return told.future();
    }

    /** A stream has begun: everybody who waits for one of this account gets it. */
    public void started(AccountId payer, StreamId stream) {
        Deque<Promise<Optional<StreamId>>> all;
        synchronized (this) {
            all = new ArrayDeque<>(waiting.getOrDefault(payer, new ArrayDeque<>()));
        }
        all.forEach(next -> next.tryComplete(Optional.of(stream)));
    }

    private synchronized void forget(AccountId payer, Promise<Optional<StreamId>> next) {
        Deque<Promise<Optional<StreamId>>> all = waiting.get(payer);
        if (all != null && all.remove(next)) {
            size--;
            if (all.isEmpty()) {
                waiting.remove(payer);
            }
        }
    }
}
