package io.weir.gateway.fakes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.weir.contracts.holds.ClaimReply;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.Price;
import io.weir.contracts.holds.ReserveReply;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleReply;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateReply;
import io.weir.contracts.id.StreamId;
import io.weir.contracts.keys.KeyCheck;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.problem.Problem;
import io.weir.contracts.problem.ProblemType;
import io.weir.contracts.slots.SlotReply;
import io.weir.contracts.slots.SlotRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Metering's HTTP interface over a map of holds. Grants extensions up to a limit per stream. */
public final class FakeMetering extends FakeServer {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final long PURSE_MICRO = 1_000_000;
    private static final Price NOTHING = new Price(0, 0, 0, 0, 0, 0, 0);

    private final Map<StreamId, Hold> holds = new ConcurrentHashMap<>();
    private final List<UpdateBatch> batches = new CopyOnWriteArrayList<>();
    private final AtomicLong timeline = new AtomicLong(1);
    private final Map<String, StreamId> keys = new ConcurrentHashMap<>();
    private final Map<String, SlotRequest> slots = new ConcurrentHashMap<>();
    private final List<ReserveRequest> reserves = new CopyOnWriteArrayList<>();
    private final Map<String, KeyIdentity> apiKeys = new ConcurrentHashMap<>();
    private final List<String> checks = new CopyOnWriteArrayList<>();
    private volatile long purseMicro = PURSE_MICRO;
    private volatile boolean crowded;

    /** One hold, as the test set it up and as it went. */
    public static final class Hold {
        private final StreamId stream;
        private volatile String owner = "";
        private volatile String incarnation = "";
        private volatile boolean silent;
        private volatile boolean cancelled;
        private volatile boolean released;
        private volatile long grantedMicro;
        private volatile long limitMicro;
        private volatile long stepMicro;
        private volatile boolean accepting = true;
        private volatile @Nullable SettleRequest settle;
        private final List<SettleRequest> settles = new CopyOnWriteArrayList<>();
        private final List<UpdateBatch.Update> updates = new CopyOnWriteArrayList<>();

        Hold(StreamId stream) {
            this.stream = stream;
        }

        /** Another gateway has claimed it. */
        public Hold ownedBy(String gateway) {
            owner = gateway;
            return this;
        }

        /** Claims are executed and not answered, from now on or no longer. */
        public Hold silent(boolean now) {
            silent = now;
            return this;
        }

        /** True once somebody has claimed it. */
        public boolean claimed() {
            return !owner.isEmpty();
        }

        /** A cancel is stored on it. */
        public Hold cancelled() {
            cancelled = true;
            return this;
        }

        /** Waits until it was given back unclaimed. */
        public void awaitReleased() {
            Await.until("release of " + stream, () -> released);
        }

        /** What is granted at first, in each extension, and at most. */
        public Hold granted(long first, long step, long limit) {
            grantedMicro = first;
            stepMicro = step;
            limitMicro = limit;
            return this;
        }

        /** What is granted now. */
        public long granted() {
            return grantedMicro;
        }

        /** Metering has given it to somebody else. */
        public void fence() {
            accepting = false;
        }

        /** Waits for the settle. */
        public SettleRequest settled() {
            Await.until("settle of " + stream, () -> settle != null);
            SettleRequest request = settle;
            if (request == null) {
                throw new AssertionError();
            }
            return request;
        }

        /** All settles that came. */
        public List<SettleRequest> settles() {
            return settles;
        }

        /** All updates that came. */
        public List<UpdateBatch.Update> updates() {
            return updates;
        }
    }

    FakeMetering(Vertx vertx) {
        super(vertx);
    }

    /** A reserved hold. */
    public Hold hold(StreamId stream) {
        return holds.computeIfAbsent(stream, id -> new Hold(id).granted(1_000_000, 0, 1_000_000));
    }

    /** Its database has failed over and has lost what this stream was settled with. */
    public void failOver(StreamId stream) {
        hold(stream).settle = null;
        timeline.incrementAndGet();
    }

    /** What every account has for the streams that it posts, all of it for the first; empty: 402. */
    public void purse(long micro) {
        purseMicro = micro;
    }

    /** Every account has too many open streams, from now on or no longer. */
    public void crowded(boolean now) {
        crowded = now;
    }

    /** Opens the API key of this hash. */
    public void open(String sha256, KeyIdentity key) {
        apiKeys.put(sha256, key);
    }

    /** Revokes the API key of this hash. */
    public void revoke(String sha256) {
        apiKeys.remove(sha256);
    }

    /** Hashes of the API keys that were asked about. */
    public List<String> checks() {
        return checks;
    }

    /** What was reserved by this gateway itself. */
    public List<ReserveRequest> reserves() {
        return reserves;
    }

    /** Every claim is answered again, and every account has credit. */
    void answering() {
        purseMicro = PURSE_MICRO;
        crowded = false;
        holds.values().forEach(hold -> hold.silent(false));
    }

    /** Batches so far. */
    public List<UpdateBatch> batches() {
        return batches;
    }

    @Override
    void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (!"Bearer service-token".equals(request.getHeader("Authorization"))) {
                request.response().setStatusCode(401).end();
            } else {
                answer(request, body);
            }
        });
    }

    private void answer(HttpServerRequest request, Buffer body) {
        String[] path = request.path().split("/", -1);
        if (request.path().equals("/v1/holds/updates")) {
            reply(request, update(read(body, UpdateBatch.class)));
            return;
        }
        if (request.path().equals("/v1/holds")) {
            reserve(request, read(body, ReserveRequest.class));
            return;
        }
        if (request.path().equals("/v1/slots")) {
            slot(request, read(body, SlotRequest.class));
            return;
        }
        if (request.path().equals("/v1/keys/verify")) {
            verify(request, read(body, KeyCheck.class).sha256());
            return;
        }
        StreamId stream = StreamId.parse(path[3]);
        Hold hold = holds.get(stream);
        if (path[4].equals("settle") && hold == null) {
            hold = hold(stream); // of a gateway's earlier life
        }
        if (hold == null) {
            request.response().setStatusCode(404).end();
        } else if (path[4].equals("claim")) {
            claim(request, hold, read(body, ClaimRequest.class));
        } else if (path[4].equals("release")) {
            hold.released = !hold.claimed();
            request.response().setStatusCode(hold.released ? 204 : 409).end();
        } else {
            settle(request, hold, read(body, SettleRequest.class));
        }
    }

    private void verify(HttpServerRequest request, String sha256) {
        checks.add(sha256);
        KeyIdentity key = apiKeys.get(sha256);
        Instant end = key == null ? null : key.expiresAt();
        if (key == null || (end != null && end.isBefore(Instant.now()))) {
            refuse(request, ProblemType.NOT_FOUND);
        } else {
            reply(request, key);
        }
    }

    private void reserve(HttpServerRequest request, ReserveRequest asked) {
        UUID key = asked.apiKey();
        if (key != null
                && apiKeys.values().stream().noneMatch(open -> open.keyId().equals(key))) {
            refuse(request, ProblemType.FORBIDDEN);
            return;
        }
        StreamId known = keys.get(asked.account() + " " + asked.idempotencyKey());
        if (crowded) {
            refuse(request, ProblemType.TOO_MANY_STREAMS);
        } else if (!asked.byok() && purseMicro == 0) {
            refuse(request, ProblemType.INSUFFICIENT_CREDITS);
        } else {
            reserves.add(asked);
            long granted = asked.byok() ? 0 : purseMicro;
            StreamId stream = known == null ? asked.streamId() : known;
            if (known == null) {
                keys.put(asked.account() + " " + asked.idempotencyKey(), stream);
                hold(stream).granted(granted, 0, granted);
            }
            request.response().setStatusCode(known == null ? 201 : 200);
            reply(
                    request,
                    new ReserveReply(stream, granted, 60, !asked.byok(), 0, asked.byok() ? NOTHING : Tickets.PRICE));
        }
    }

    private void slot(HttpServerRequest request, SlotRequest asked) {
        SlotRequest first = slots.putIfAbsent(asked.topic(), asked);
        if (first == null) {
            request.response().setStatusCode(201);
            reply(request, new SlotReply(asked.streamId()));
        } else if (!first.account().equals(asked.account())) {
            refuse(request, ProblemType.FORBIDDEN);
        } else if (hold(first.streamId()).settle != null) {
            refuse(request, ProblemType.CONFLICT);
        } else {
            reply(request, new SlotReply(first.streamId()));
        }
    }

    private static void refuse(HttpServerRequest request, ProblemType type) {
        request.response().setStatusCode(type.status());
        reply(request, Problem.of(type, "So says metering."));
    }

    private static void claim(HttpServerRequest request, Hold hold, ClaimRequest claim) {
        if (hold.settle != null) {
            request.response().setStatusCode(409).end();
            return;
        }
        if (hold.owner.isEmpty()) {
            hold.owner = claim.gateway();
            hold.incarnation = claim.incarnation();
        }
        if (hold.silent) {
            request.connection().close();
        } else if (hold.owner.equals(claim.gateway()) && hold.incarnation.equals(claim.incarnation())) {
            reply(request, new ClaimReply(true, 1, hold.cancelled, null, null));
        } else {
            reply(request, new ClaimReply(false, 1, false, hold.owner, "http://127.0.0.1:1"));
        }
    }

    private UpdateReply update(UpdateBatch batch) {
        batches.add(batch);
        return new UpdateReply(
                timeline.get(), 60, batch.updates().stream().map(this::extend).toList());
    }

    private UpdateReply.Extension extend(UpdateBatch.Update update) {
        Hold hold = hold(update.streamId());
        hold.updates.add(update);
        if (update.extend()) {
            hold.grantedMicro = Math.min(hold.limitMicro, hold.grantedMicro + hold.stepMicro);
        }
        return new UpdateReply.Extension(
                update.streamId(),
                hold.accepting,
                hold.grantedMicro,
                hold.grantedMicro >= hold.limitMicro,
                hold.limitMicro - hold.grantedMicro,
                hold.cancelled);
    }

    private static void settle(HttpServerRequest request, Hold hold, SettleRequest settle) {
        hold.settles.add(settle);
        if (hold.settle == null) {
            hold.settle = settle;
        }
        reply(request, new SettleReply(1, 0, 1, settle.reason(), false));
    }

    private static void reply(HttpServerRequest request, Object body) {
        try {
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(JSON.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T read(Buffer body, Class<T> type) {
        try {
            return JSON.readValue(body.getBytes(), type);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
