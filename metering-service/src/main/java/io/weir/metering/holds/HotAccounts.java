package io.weir.metering.holds;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.StreamId;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts are so busy that their reserves and settles wait for each other at the account's row. Those of such an
 * account are committed together; all others are done alone. Any thread.
 */
@ApplicationScoped
public class HotAccounts {
    static final String HOT = "weir.metering.hot.accounts";
    static final String PENDING = "weir.metering.hot.pending";
    static final String BATCH = "weir.metering.batch.items";
    static final String WAITS = "weir.metering.lock.waits";
    private static final String COMMIT = """
            SELECT b.outcome, b.stream_id, b.granted, b.last, b.available, (b.tariff).version, (b.tariff).input_nano,
                (b.tariff).cached_nano, (b.tariff).cache_write_nano, (b.tariff).output_nano, (b.tariff).reasoning_nano,
                (b.tariff).request_micro, b.booked, b.charge, b.receivable, b.reason, b.late, b.agent, b.booked_charge,
                b.booked_receivable
            FROM hold_batch($1, $2, $3, $4::bigint * interval '1 ms', $5, $6) b ORDER BY b.place
            """;
    private static final int MOST_COUNTED = 10_000;

    private final Vertx vertx;
    private final Database database;
    private final HotSettings settings;
    private final MeteringSettings metering;
    private final ConcurrentMap<AccountId, HotLane> lanes = new ConcurrentHashMap<>();
    private final ConcurrentMap<AccountId, AtomicInteger> waits = new ConcurrentHashMap<>();
    private final Map<StreamId, AccountId> streams;
    private final DistributionSummary sizes;
    private final Counter waited;

    HotAccounts(
            Vertx vertx, Database database, HotSettings settings, MeteringSettings metering, MeterRegistry registry) {
        this.vertx = vertx;
        this.database = database;
        this.settings = settings;
        this.metering = metering;
        this.streams = Collections.synchronizedMap(new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamId, AccountId> eldest) {
                return size() > settings.streams();
            }
        });
        registry.gaugeMapSize(HOT, List.of(), lanes);
        Gauge.builder(PENDING, this, HotAccounts::pending)
                .description("Reserves and settles of hot accounts that wait for a batch or are in one")
                .register(registry);
        this.sizes = DistributionSummary.builder(BATCH)
                .description("Reserves and settles of hot accounts that were committed together")
                .register(registry);
        this.waited = Counter.builder(WAITS)
                .description("Reserves and settles that waited long for their account's row")
                .register(registry);
    }

    /** Does a reserve or settle, in a batch where its account is hot. */
    Future<Row> run(@Nullable AccountId account, BatchItem item) {
        var lane = account == null ? null : lanes.get(account);
        return lane == null ? item.alone().get() : here(lane.offer(item));
    }

    /** The account of a stream that was reserved here not too long ago. */
    @Nullable
    AccountId accountOf(StreamId stream) {
        return lanes.isEmpty() ? null : streams.get(stream);
    }

    /** A stream was reserved here. */
    void reserved(StreamId stream, AccountId account) {
        streams.put(stream, account);
    }

    /** A statement that was done alone had to wait so long for the account's row. */
    void waited(AccountId account, long micros) {
        if (micros * 1_000 < settings.contention().toNanos()) {
            return;
        }
        waited.increment();
        if (waits.size() < MOST_COUNTED || waits.containsKey(account)) {
            int number =
                    waits.computeIfAbsent(account, _ -> new AtomicInteger()).incrementAndGet();
            if (number >= settings.after()) {
                heat(account);
            }
        }
    }

    /** From now on, and until nothing is shared any more, the account's reserves and settles are committed together. */
    public void heat(AccountId account) {
        if (lanes.size() < settings.accounts()) {
            lanes.computeIfAbsent(account, hot -> new HotLane(vertx, settings, batch -> commit(hot, batch)));
        }
    }

    /** Reserves and settles of hot accounts that wait for a batch or are in one. */
    public int pending() {
        return lanes.values().stream().mapToInt(HotLane::pending).sum();
    }

    @Scheduled(every = "1s")
    void cool() {
        waits.clear();
        lanes.values().removeIf(HotLane::isCold);
    }

    private Future<List<Row>> commit(AccountId account, List<BatchItem> batch) {
        sizes.record(batch.size());
        var items = new JsonArray();
        for (var item : batch) {
            items.add(item.arguments().put("place", items.size()).put("settle", item.settled() != null));
        }
        var arguments = Tuple.of(account.value(), items)
                .addArrayOfUUID(batch.stream()
                        .map(BatchItem::settled)
                        .filter(Objects::nonNull)
                        .toArray(UUID[]::new))
                .addLong(metering.keyLife().toMillis())
                .addLong(metering.minimumReserveMicro())
                .addLong(metering.welcomeMicro());
        return database.rows(COMMIT, arguments);
    }

    /** Answers on the context that asks. */
    private static Future<Row> here(Future<Row> answer) {
        Context asking = Vertx.currentContext();
        if (asking == null) {
            return answer;
        }
        Promise<Row> here = Promise.promise();
        answer.onComplete(row -> asking.runOnContext(_ -> here.handle(row)));
        return here.future();
    }
}
