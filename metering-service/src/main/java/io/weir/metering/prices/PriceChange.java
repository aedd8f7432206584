package io.weir.metering.prices;

import io.weir.contracts.holds.Micro;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;

/**
 * Body of {@code PUT /v1/prices}: the price for streams reserved from now on. A component left out is zero.
 *
 * @param name what agents refer to; {@code byok} is fixed at zero
 * @param inputNano nano-credits per uncached input token
 * @param cachedNano nano-credits per cached input token
 * @param cacheWriteNano nano-credits per input token written to a cache
 * @param outputNano nano-credits per output token
 * @param reasoningNano nano-credits per reasoning token
 * @param requestMicro micro-credits per request
 */
public record PriceChange(
        @NotNull @Pattern(regexp = "(?!byok$)[a-z0-9][a-z0-9._-]{0,63}")
        String name,

        @Min(0) @Max(MAX_NANO) long inputNano,
        @Min(0) @Max(MAX_NANO) long cachedNano,
        @Min(0) @Max(MAX_NANO) long cacheWriteNano,
        @Min(0) @Max(MAX_NANO) long outputNano,
        @Min(0) @Max(MAX_NANO) long reasoningNano,
        @Micro @Min(0) @Max(MAX_REQUEST) long requestMicro) {
    static final long MAX_NANO = 1_000_000_000;
    static final long MAX_REQUEST = 1_000_000_000_000L;
}
