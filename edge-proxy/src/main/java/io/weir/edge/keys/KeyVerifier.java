package io.weir.edge.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.logging.Log;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.weir.contracts.keys.KeyCheck;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.edge.problems.ProblemException;
import io.weir.edge.wire.Json;
import io.weir.edge.wire.ServiceAnswer;
import io.weir.edge.wire.ServiceCalls;
import io.weir.edge.wire.ServiceCalls.Request;
import io.weir.edge.wire.WireConfig;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who an API key stands for. Metering is asked by the key's hash, once for all who present the same key at a time, and its
 * answer is used again for a short while. Where it cannot be asked, the answer is 503 and nothing is remembered.
 */
@Singleton
@RegisterForReflection(targets = {KeyCheck.class, KeyIdentity.class, KeyScope.class})
public final class KeyVerifier {
    /** What every API key begins with. */
    public static final String PREFIX = "wk_";

    private static final Pattern KEY = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final int NOT_FOUND = 404;

    private final Vertx vertx;
    private final ServiceCalls calls;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final URI verify;
    private final long rememberNanos;
    private final Remembered remembered;

    KeyVerifier(
            Vertx vertx,
            ServiceCalls calls,
            ObjectMapper json,
            InstantSource clock,
            WireConfig wire,
            KeysConfig config) {
        this.vertx = vertx;
        this.calls = calls;
        this.json = json;
        this.clock = clock;
        this.verify = wire.meteringUrl().resolve("/v1/keys/verify");
        this.rememberNanos = config.rememberFor().toNanos();
        this.remembered = new Remembered(config.remembered());
    }

    private record Asked(Future<KeyIdentity> answer, long atNanos) {}

    /** Answers by hash, the oldest question first; a few instructions under its own lock. */
    private static final class Remembered {
        private final Map<String, Asked> byHash;

        Remembered(int limit) {
            this.byHash = new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Asked> eldest) {
                    return size() > limit;
                }
            };
        }

        /** The answer that is still good, or else this promise's, which the caller then has to keep. */
        synchronized Future<KeyIdentity> findOrPut(String hash, Promise<KeyIdentity> own, long now, long life) {
            Asked known = byHash.get(hash);
            if (known != null && now - known.atNanos() < life) {
                return known.answer();
            }
            byHash.remove(hash);
            byHash.put(hash, new Asked(own.future(), now));
            return own.future();
        }

        synchronized void forget(String hash) {
            byHash.remove(hash);
        }
    }

    /** Who the key stands for, on the caller's context. Fails with 401 for a key that is not, or no longer, good. */
    public Future<KeyIdentity> verify(String key) {
        if (!KEY.matcher(key).matches()) {
            return Future.failedFuture(notGood());
        }
        String hash = sha256(key);
        Promise<KeyIdentity> own = Promise.promise();
        Future<KeyIdentity> answer = remembered.findOrPut(hash, own, System.nanoTime(), rememberNanos);
        if (answer == own.future()) {
            ask(hash).onComplete(own);
        }
        // Whoever asked first may be on another event loop.
        Promise<KeyIdentity> here = ((ContextInternal) vertx.getOrCreateContext()).promise();
        answer.onComplete(here);
        return here.future().map(this::stillGood);
    }

    private Future<KeyIdentity> ask(String hash) {
        return calls.call(Request.post(verify, Json.bytes(json, new KeyCheck(hash))))
                .recover(failure -> {
                    Log.warnf("metering did not verify a key cause=%s", failure.getMessage());
                    return Future.failedFuture(away());
                })
                .map(this::identity)
                .onFailure(failure -> forgetUnlessRefused(hash, failure));
    }

    private KeyIdentity identity(ServiceAnswer answer) {
        if (answer.status() == NOT_FOUND) {
            throw notGood();
        }
        if (!answer.ok()) {
            throw away();
        }
        try {
            return answer.as(json, KeyIdentity.class);
        } catch (IOException e) {
            Log.errorf(e, "metering sent no %s", KeyIdentity.class.getSimpleName());
            throw away();
        }
    }

    private void forgetUnlessRefused(String hash, Throwable failure) {
        if (!(failure instanceof ProblemException problem && problem.type() == ProblemType.UNAUTHENTICATED)) {
            remembered.forget(hash);
        }
    }

    private KeyIdentity stillGood(KeyIdentity key) {
        var expires = key.expiresAt();
        if (expires != null && !clock.instant().isBefore(expires)) {
            throw notGood();
        }
        return key;
    }

    private static String sha256(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static ProblemException notGood() {
        return new ProblemException(ProblemType.UNAUTHENTICATED, "The API key is unknown, was revoked or has expired.");
    }

    private static ProblemException away() {
        return new ProblemException(
                ProblemType.METERING_UNAVAILABLE, "API keys cannot be checked right now; try again.");
    }
}
