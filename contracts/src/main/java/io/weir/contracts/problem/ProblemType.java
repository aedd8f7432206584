package io.weir.contracts.problem;

/**
 * Every error a caller can meet. One entry gives the RFC 9457 {@code type}, title and status, the OpenAI error
 * {@code type} and {@code code}, and the WebSocket close code (RFC 6455 §7.4.1: 1008 policy, 1009 too big, 1011 internal, 1013
 * try later).
 */
public enum ProblemType {
    MALFORMED(400, "malformed-request", "Malformed request", 1008),
    UNAUTHENTICATED(401, "unauthenticated", "Sign in first", 1008),
    INSUFFICIENT_CREDITS(402, "insufficient-credits", "Insufficient credits", 1008),
    BUDGET_EXCEEDED(402, "budget-exceeded", "Budget used up", 1008),
    FORBIDDEN(403, "forbidden", "Not allowed", 1008),
    NOT_FOUND(404, "not-found", "Not found", 1008),
    METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed", 1008),
    CONFLICT(409, "conflict", "Conflict", 1008),
    KEY_REUSED(409, "idempotency-key-reused", "Idempotency key reused with another request", 1008),
    TOO_LARGE(413, "too-large", "Too large", 1009),
    UNSUPPORTED_MEDIA_TYPE(415, "unsupported-media-type", "Unsupported media type", 1008),
    TOO_MANY_STREAMS(429, "too-many-streams", "Too many open streams", 1013),
    RATE_LIMITED(429, "rate-limited", "Too many requests", 1013),
    INTERNAL(500, "internal", "Internal error", 1011),
    AGENT_REFUSED(502, "agent-refused", "The agent refused the request", 1011),
    METERING_UNAVAILABLE(503, "metering-unavailable", "Credits cannot be checked right now", 1013),
    GATEWAY_UNAVAILABLE(503, "gateway-unavailable", "The stream gateway cannot be reached right now", 1013),
    RELAY_UNAVAILABLE(503, "relay-unavailable", "Stream history cannot be read right now", 1013),
    NO_MACHINE(503, "no-machine", "No healthy agent machine available", 1013),
    OVERLOADED(503, "overloaded", "Too busy right now", 1013),
    AGENT_SILENT(504, "agent-silent", "The agent did not answer in time", 1013);

    private static final String BASE = "https://weir.dev/problems/";

    private final int status;
    private final String slug;
    private final String title;
    private final int closeCode;

    ProblemType(int status, String slug, String title, int closeCode) {
        this.status = status;
        this.slug = slug;
        this.title = title;
        this.closeCode = closeCode;
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** RFC 9457 {@code type}. */
    public String uri() {
        return BASE + slug;
    }

    /** RFC 9457 {@code title}; also the text of the simple dialects' error. */
    public String title() {
        return title;
    }

    /** The last segment of {@link #uri()}, with underscores: OpenAI's {@code error.code}. */
    public String code() {
        return slug.replace('-', '_');
    }

    /** OpenAI's class of error. */
    public String openAiType() {
        return switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_quota";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 429 -> "rate_limit_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }

    /** WebSocket close code. */
    public int closeCode() {
        return closeCode;
    }

    /** True where the caller should try again later; the answer then carries {@code Retry-After}. */
    public boolean retryable() {
        return status == 429 || status == 503 || status == 504;
    }
}
