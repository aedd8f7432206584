package io.weir.contracts.holds;

import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/accounts/{id}/grants} (role {@code admin}): give credits to an account, which is created if it
 * is unknown. With an {@code Idempotency-Key} header the same request is granted once.
 *
 * @param amountMicro how much; more than zero
 * @param kind {@code purchased} (default) or {@code promotional}
 * @param note free text for people, at most 200 characters
 */
public record GrantRequest(
        @Micro long amountMicro,
        @Nullable String kind,
        @Nullable String note) {}
