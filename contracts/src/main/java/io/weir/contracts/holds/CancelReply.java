package io.weir.contracts.holds;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Answer to a cancel.
 *
 * @param open false: the stream had already ended
 * @param address base URL of the owning gateway; absent if nobody has claimed the stream
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CancelReply(boolean open, @Nullable String address) {}
