package io.weir.gateway.posted;

import io.vertx.core.Future;
import io.weir.contracts.keys.KeyIdentity;
import io.weir.contracts.keys.KeyScope;
import io.weir.contracts.problem.ProblemType;
import io.weir.gateway.metering.KeyChecks;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the API keys of those who post. Metering is asked by the key's hash, and what it says, good or bad, is used again
 * for a short while; a reserve names the key, so a revoked one opens nothing from that moment. Safe for any thread.
 */
@ApplicationScoped
class PosterKeys {
    private static final Logger LOG = Logger.getLogger(PosterKeys.class);
    private static final String PREFIX = "wk_";
    private static final Pattern KEY = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");

    private final KeyChecks checks;
    private final Duration rememberFor;
    private final int atOnce;
    private final AtomicInteger underWay = new AtomicInteger();
    /** What metering has said, the oldest answer first. Under its own lock. */
    private final Map<String, Answered> answers;

    PosterKeys(KeyChecks checks, PostingConfig config) {
        this.checks = checks;
        this.rememberFor = config.keys().rememberFor();
        this.atOnce = config.keys().atOnce();
        int bound = config.keys().remembered();
        this.answers = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Answered> eldest) {
                return size() > bound;
            }
        };
    }

    private record Answered(Optional<KeyIdentity> key, Instant until) {}

    /** True for what is meant as an API key, be it one or not. */
    static boolean isKey(String credential) {
        return credential.startsWith(PREFIX);
    }

    /** Whoever the key stands for. Completes on the caller's context; fails with a {@link PostingException}. */
    Future<Poster> require(String key) {
        if (!KEY.matcher(key).matches()) {
            return Future.failedFuture(notGood());
        }
        String hash = sha256(key);
        Answered known = remembered(hash);
        if (known != null) {
            return Future.succeededFuture(known.key()).map(PosterKeys::poster);
        }
        if (underWay.incrementAndGet() > atOnce) {
            underWay.decrementAndGet();
            return Future.failedFuture(
                    new PostingException(ProblemType.OVERLOADED, "Too many API keys are being checked; try again."));
        }
        return checks.verify(hash)
                .onComplete(_ -> underWay.decrementAndGet())
                .recover(PosterKeys::away)
                .map(found -> poster(remember(hash, found)));
    }

    private @Nullable Answered remembered(String hash) {
        synchronized (answers) {
            Answered known = answers.get(hash);
            if (known != null && !known.until().isAfter(Instant.now())) {
                answers.remove(hash);
                return null;
            }
            return known;
        }
    }

    private Optional<KeyIdentity> remember(String hash, Optional<KeyIdentity> found) {
        Instant until = Instant.now().plus(rememberFor);
        Instant end = found.map(KeyIdentity::expiresAt).orElse(null);
        synchronized (answers) {
            answers.remove(hash);
            answers.put(hash, new Answered(found, end != null && end.isBefore(until) ? end : until));
        }
        return found;
    }

    private static Poster poster(Optional<KeyIdentity> found) {
        KeyIdentity key = found.orElseThrow(PosterKeys::notGood);
        if (!key.scopes().contains(KeyScope.POST)) {
            throw new PostingException(
                    ProblemType.FORBIDDEN, "The API key does not have the scope " + KeyScope.POST.wire() + ".");
        }
        return Poster.of(key);
    }

    private static PostingException notGood() {
        return new PostingException(ProblemType.UNAUTHENTICATED, "The API key is unknown, was revoked or has expired.");
    }

    private static Future<Optional<KeyIdentity>> away(Throwable failure) {
        LOG.warnf("API key cannot be checked reason=%s", failure.getMessage());
        return Future.failedFuture(new PostingException(
                ProblemType.METERING_UNAVAILABLE, "API keys cannot be checked right now; try again."));
    }

    private static String sha256(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
