package io.weir.metering.usage;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.holds.Micro;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.stream.Totals;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/usage}.
 *
 * @param account whose
 * @param from first day, UTC
 * @param to last day, UTC
 * @param rows by day, then model; days without a settled stream are left out
 */
public record UsageReport(AccountId account, LocalDate from, LocalDate to, List<Row> rows) {
    public UsageReport {
        rows = List.copyOf(rows);
    }

    /**
     * One day and model.
     *
     * @param day on which the streams ended, UTC
     * @param model as the agent named it; absent where it named none
     * @param streams settled streams
     * @param tokens sum of their totals
     * @param chargeMicro sum of their charges, late corrections included
     * @param receivableMicro used, but not payable at settle time
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            LocalDate day,
            @Nullable String model,
            long streams,
            Totals tokens,
            @Micro long chargeMicro,
            @Micro long receivableMicro) {}
}
