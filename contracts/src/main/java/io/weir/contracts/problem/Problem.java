package io.weir.contracts.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code application/problem+json} (RFC 9457).
 *
 * @param type URI of the problem type
 * @param title short text of the type
 * @param status HTTP status
 * @param detail what happened this time and what to do; safe to show to the caller
 * @param instance path of the request
 * @param requestId id under which the service logged it
 * @param error under {@code /api/**} the title as text, under {@code /v1/**} an {@link OpenAiError}; absent between
 *     services
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        @Nullable String instance,
        @Nullable String requestId,
        @Nullable Object error) {
    /** Media type of the body. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** A problem without request data. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type.uri(), type.title(), type.status(), detail, null, null, null);
    }

    /**
     * The error object that OpenAI clients read.
     *
     * @param message what happened
     * @param type OpenAI's class of error
     * @param code {@link ProblemType#code()}
     */
    public record OpenAiError(String message, String type, String code) {}
}
