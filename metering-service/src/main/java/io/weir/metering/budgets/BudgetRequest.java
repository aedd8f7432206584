package io.weir.metering.budgets;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code PUT …/budgets/{period}}. At least one limit must be given.
 *
 * @param softMicro from here on the account is told, once a period; micro-credits
 * @param hardMicro beyond it nothing is reserved or extended; micro-credits
 * @param timeZone whose midnight begins the period, such as {@code Europe/Vienna}; UTC by default
 */
public record BudgetRequest(
        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Long softMicro,

        @JsonFormat(shape = JsonFormat.Shape.STRING) @Nullable
        Long hardMicro,

        @Nullable String timeZone) {}
