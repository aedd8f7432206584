package io.weir.metering.grants;

import io.weir.contracts.holds.GrantRequest;
import io.weir.metering.answer.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a grant was asked for, checked and with every default in its place, so that a request that spells a default out
 * is the same as one that leaves it out.
 *
 * @param effectiveAt absent: at once
 * @param expiresAt absent: never
 */
record GrantTerms(
        long amountMicro,
        String kind,
        int priority,
        @Nullable Instant effectiveAt,
        @Nullable Instant expiresAt,
        long rolloverMaxMicro,
        @Nullable String note) {
    static final String PURCHASED = "purchased";
    static final String PROMOTIONAL = "promotional";
    static final int DEFAULT_PRIORITY = 100;

    private static final long MAX_AMOUNT = 1_000_000_000_000_000L;
    private static final int MAX_PRIORITY = 1000;
    private static final int MAX_NOTE = 200;
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("3000-01-01T00:00:00Z");

    /**
     * The terms of a request.
     *
     * @throws ProblemException malformed, naming the field
     */
    static GrantTerms of(@Nullable GrantRequest request) {
        if (request == null || request.amountMicro() < 1 || request.amountMicro() > MAX_AMOUNT) {
            throw ProblemException.malformed("amountMicro must be from 1 to " + MAX_AMOUNT + ".");
        }
        String kind = Objects.requireNonNullElse(request.kind(), PURCHASED);
        if (!kind.equals(PURCHASED) && !kind.equals(PROMOTIONAL)) {
            throw ProblemException.malformed("kind must be purchased or promotional.");
        }
        int priority = Objects.requireNonNullElse(request.priority(), DEFAULT_PRIORITY);
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw ProblemException.malformed("priority must be from 0 to " + MAX_PRIORITY + ".");
        }
        checkLife(request.effectiveAt(), request.expiresAt());
        if (request.rolloverMaxMicro() < 0 || request.rolloverMaxMicro() > request.amountMicro()) {
            throw ProblemException.malformed("rolloverMaxMicro must be from 0 to amountMicro.");
        }
        if (request.rolloverMaxMicro() > 0 && request.expiresAt() == null) {
            throw ProblemException.malformed("Only a grant that expires can roll over: expiresAt is missing.");
        }
        String note = request.note();
        if (note != null && (note.length() > MAX_NOTE || note.indexOf('\0') >= 0)) {
            throw ProblemException.malformed("note must have at most " + MAX_NOTE + " characters.");
        }
        return new GrantTerms(
                request.amountMicro(),
                kind,
                priority,
                request.effectiveAt(),
                request.expiresAt(),
                request.rolloverMaxMicro(),
                note);
    }

    /** Stands for these terms beside an idempotency key. */
    String hash() {
        var text = String.join(
                "\n",
                Long.toString(amountMicro),
                kind,
                Integer.toString(priority),
                Objects.toString(effectiveAt, ""),
                Objects.toString(expiresAt, ""),
                Long.toString(rolloverMaxMicro),
                Objects.requireNonNullElse(note, ""));
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void checkLife(@Nullable Instant begin, @Nullable Instant end) {
        if ((begin != null && outOfBounds(begin)) || (end != null && outOfBounds(end))) {
            throw ProblemException.malformed("effectiveAt and expiresAt must be between the years 2000 and 3000.");
        }
        if (begin != null && end != null && !end.isAfter(begin)) {
            throw ProblemException.malformed("expiresAt must be after effectiveAt.");
        }
    }

    private static boolean outOfBounds(Instant time) {
        return time.isBefore(FIRST) || time.isAfter(LAST);
    }
}
