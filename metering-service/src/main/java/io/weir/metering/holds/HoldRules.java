package io.weir.metering.holds;

import io.weir.contracts.holds.CancelRequest;
import io.weir.contracts.holds.ClaimRequest;
import io.weir.contracts.holds.ReserveRequest;
import io.weir.contracts.holds.SettleRequest;
import io.weir.contracts.holds.UpdateBatch;
import io.weir.contracts.holds.UpdateBatch.Update;
import io.weir.contracts.id.StreamId;
import io.weir.metering.answer.ProblemException;
import java.util.HashSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request must look like before it reaches the ledger. JSON may leave anything out, so everything is checked. */
final class HoldRules {
    /** Most streams in one batch of updates. */
    static final int MAX_BATCH = 5_000;

    private static final int MAX_MODEL = 200;
    private static final int MAX_LIFE_SECONDS = 3600;
    private static final int MAX_OPEN_STREAMS = 100_000;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private HoldRules() {}

    static StreamId stream(String text) {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.malformed("The path does not name a stream id.");
        }
    }

    static ReserveRequest reserve(@Nullable ReserveRequest request) {
        var body = body(request);
        present("streamId", body.streamId());
        present("account", body.account());
        present("session", body.session());
        present("agent", body.agent());
        between("promptTokens", body.promptTokens(), 0, TotalsLimit.MAX_TOKENS);
        Long limit = body.maxOutputTokens();
        if (limit != null) {
            between("maxOutputTokens", limit, 1, TotalsLimit.MAX_TOKENS);
        }
        between("maxOpenStreams", body.maxOpenStreams(), 1, MAX_OPEN_STREAMS);
        between("lifeSeconds", body.lifeSeconds(), 1, MAX_LIFE_SECONDS);
        text("idempotencyKey", body.idempotencyKey(), 255);
        sha256("bodyHash", body.bodyHash());
        return body;
    }

    static ClaimRequest claim(@Nullable ClaimRequest request) {
        var body = body(request);
        gateway(body.gateway(), body.incarnation(), body.address());
        return body;
    }

    static UpdateBatch updates(@Nullable UpdateBatch request) {
        var body = body(request);
        gateway(body.gateway(), body.incarnation(), body.address());
        between("updates", body.updates().size(), 0, MAX_BATCH);
        var seen = new HashSet<StreamId>();
        for (var update : body.updates()) {
            present("updates.streamId", update.streamId());
            present("updates.totals", update.totals());
            if (!seen.add(update.streamId())) {
                throw ProblemException.malformed("updates names a stream twice.");
            }
        }
        var updates = body.updates().stream()
                .map(u -> new Update(u.streamId(), u.epoch(), TotalsLimit.cut(u.totals()), u.extend()))
                .toList();
        return new UpdateBatch(body.gateway(), body.incarnation(), body.address(), updates);
    }

    static SettleRequest settle(@Nullable SettleRequest request) {
        var body = body(request);
        present("totals", body.totals());
        present("usageSource", body.usageSource());
        present("reason", body.reason());
        present("startedAt", body.startedAt());
        present("endedAt", body.endedAt());
        String hash = body.textSha256();
        if (hash != null) {
            sha256("textSha256", hash);
        }
        return new SettleRequest(
                body.epoch(),
                TotalsLimit.cut(body.totals()),
                body.usageSource(),
                body.reason(),
                model(body.model()),
                hash,
                body.startedAt(),
                body.firstTokenAt(),
                body.endedAt());
    }

    static CancelRequest cancel(@Nullable CancelRequest request) {
        var body = body(request);
        present("account", body.account());
        return body;
    }

    private static void gateway(String gateway, String incarnation, String address) {
        text("gateway", gateway, 200);
        text("incarnation", incarnation, 200);
        text("address", address, 500);
    }

    private static @Nullable String model(@Nullable String reported) {
        if (reported == null) {
            return null;
        }
        String text = reported.replace("\0", "");
        return text.substring(0, Math.min(text.length(), MAX_MODEL));
    }

    private static <T> T body(@Nullable T request) {
        if (request == null) {
            throw ProblemException.malformed("The body is missing.");
        }
        return request;
    }

    private static void present(String name, @Nullable Object value) {
        if (value == null) {
            throw ProblemException.malformed(name + " is missing.");
        }
    }

    private static void text(String name, @Nullable String value, int maxLength) {
        if (value == null || value.isEmpty() || value.length() > maxLength || value.indexOf('\0') >= 0) {
            throw ProblemException.malformed(name + " must have 1 to " + maxLength + " characters.");
        }
    }

    private static void sha256(String name, @Nullable String value) {
        if (value == null || !SHA256.matcher(value).matches()) {
            throw ProblemException.malformed(name + " must be a lower-case hex SHA-256.");
        }
    }

    private static void between(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw ProblemException.malformed(name + " must be from " + min + " to " + max + ".");
        }
    }
}
