package io.weir.gateway.route;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a usage report.
 *
 * @param stop true: end the answer now, and report the last figures
 * @param reason why it is to end
 * @param againWithinSeconds report again within this time, or the stream is settled as it stands
 */
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageAnswer(boolean stop, @Nullable String reason, int againWithinSeconds) {}
