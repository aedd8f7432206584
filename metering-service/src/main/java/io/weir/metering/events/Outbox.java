package io.weir.metering.events;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells the webhook what has been written with the money, at least once and in no promised order: a receiver goes by the
 * event's id. What is taken comes again, later each time, until the receiver has taken it or the tries are used up.
 * Several processes may do so; each takes other messages.
 */
@Startup
@ApplicationScoped
public class Outbox {
    static final String MESSAGES = "weir.metering.messages";
    private static final String TAKE = """
            SELECT o.id AS message, o.type, o.account_id AS owner, o.created_at, o.attempts, o.data::text AS data, f.*,
                p.input_nano, p.cached_nano, p.cache_write_nano, p.output_nano, p.reasoning_nano, p.request_micro
            FROM outbox_take($1) o
            LEFT JOIN LATERAL usage_facts(o.number - 1, o.number) f ON true
            LEFT JOIN price p ON p.name = f.price_name AND p.version = f.price_version
            """;
    private static final String FINISH = """
            UPDATE outbox SET finished_at = clock_timestamp(), given_up = $2 WHERE id = ANY ($1) AND finished_at IS NULL
            RETURNING id
            """;
    private static final String FAULT = """
            UPDATE outbox o
            SET fault = f.fault, given_up = o.attempts >= $3,
                finished_at = CASE WHEN o.attempts >= $3 THEN clock_timestamp() END
            FROM unnest($1::bigint[], $2::text[]) AS f(id, fault) WHERE o.id = f.id AND o.finished_at IS NULL
            RETURNING o.given_up
            """;
    private static final String PURGE =
            "SELECT events_purge($1::bigint * interval '1 s', $2::bigint * interval '1 s', $3, $4) AS gone";
    private static final int PURGED_AT_ONCE = 5_000;

    private final Database database;
    private final Webhook webhook;
    private final EventsSettings settings;
    private final ObjectMapper json;
    private final MeterRegistry meters;
    private final AtomicBoolean failing = new AtomicBoolean();

    Outbox(Database database, Webhook webhook, EventsSettings settings, ObjectMapper json, MeterRegistry meters) {
        if (settings.webhook().isPresent() && settings.secret().isEmpty()) {
            throw new IllegalArgumentException("weir.metering.events.secret: a webhook needs one");
        }
        this.database = database;
        this.webhook = webhook;
        this.settings = settings;
        this.json = json;
        this.meters = meters;
    }

    @Scheduled(every = "${weir.metering.events.interval:200ms}", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tick() {
        return settings.webhook()
                .map(target -> some(target).invoke(_ -> failing.set(false)))
                .orElseGet(() -> Uni.createFrom().item(0))
                .onFailure()
                .recoverWithItem(this::failed)
                .replaceWithVoid();
    }

    @Scheduled(every = "1m", concurrentExecution = ConcurrentExecution.SKIP)
    Uni<Void> tidy() {
        return purge().onFailure().recoverWithItem(this::failed).replaceWithVoid();
    }

    /** Removes what is finished and old, a bounded number. */
    public Uni<Integer> purge() {
        var arguments = Tuple.of(
                settings.keep().toSeconds(),
                settings.inbox().toSeconds(),
                settings.webhook().isEmpty(),
                PURGED_AT_ONCE);
        return database.one(PURGE, arguments, row -> row.getLong("gone").intValue());
    }

    /** One batch: how many it took. */
    private Uni<Integer> some(URI target) {
        return database.all(TAKE, Tuple.of(settings.batch()), row -> Rendering.of(row, json))
                .chain(taken -> setAside(taken)
                        .chain(() -> deliver(
                                target,
                                taken.stream()
                                        .flatMap(each -> each.message().stream())
                                        .toList()))
                        .replaceWith(taken.size()));
    }

    /** Marks what could not be put into words: it comes again as what was not taken does, and the others go on. */
    private Uni<Void> setAside(List<Rendering> taken) {
        var faults = taken.stream().filter(each -> each.message().isEmpty()).toList();
        if (faults.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        count("unreadable", faults.size());
        var first = faults.getFirst();
        Log.errorf("messages cannot be told count=%d first=%d cause=%s", faults.size(), first.id(), first.fault());
        var arguments = Tuple.tuple()
                .addArrayOfLong(faults.stream().map(Rendering::id).toArray(Long[]::new))
                .addArrayOfString(faults.stream().map(Rendering::fault).toArray(String[]::new))
                .addInteger(settings.tries());
        return database.all(FAULT, arguments, row -> row.getBoolean("given_up"))
                .invoke(over -> count(
                        "given_up", (int) over.stream().filter(given -> given).count()))
                .replaceWithVoid();
    }

    private Uni<Void> deliver(URI target, List<Message> messages) {
        String secret = settings.secret().orElseThrow();
        return Multi.createFrom()
                .iterable(messages)
                .onItem()
                .transformToUni(message -> webhook.post(target, secret, message).map(taken -> new Sent(message, taken)))
                .merge(settings.atOnce())
                .collect()
                .asList()
                .chain(this::finish);
    }

    private record Sent(Message message, boolean taken) {}

    private Uni<Void> finish(List<Sent> sent) {
        Long[] taken =
                sent.stream().filter(Sent::taken).map(s -> s.message().id()).toArray(Long[]::new);
        Long[] over = sent.stream()
                .filter(s -> !s.taken() && s.message().attempts() >= settings.tries())
                .map(s -> s.message().id())
                .toArray(Long[]::new);
        count("delivered", taken.length);
        count("failed", sent.size() - taken.length);
        count("given_up", over.length);
        return finish(taken, false).chain(() -> finish(over, true));
    }

    private Uni<Void> finish(Long[] messages, boolean givenUp) {
        if (messages.length == 0) {
            return Uni.createFrom().voidItem();
        }
        if (givenUp) {
            Log.warnf("messages were given up count=%d", messages.length);
        }
        return database.all(FINISH, Tuple.of(messages, givenUp), row -> row.getLong("id"))
                .replaceWithVoid();
    }

    private void count(String outcome, int messages) {
        Counter.builder(MESSAGES)
                .description("Tries to tell the webhook something, by outcome")
                .tag("outcome", outcome)
                .register(meters)
                .increment(messages);
    }

    private Integer failed(Throwable failure) {
        if (failing.compareAndSet(false, true)) {
            Log.warnf("the outbox cannot be read, will go on trying cause=%s", failure);
        }
        return 0;
    }
}
